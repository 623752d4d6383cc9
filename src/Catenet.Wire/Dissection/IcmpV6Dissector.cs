using System.Globalization;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Multicast;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Wire.Dissection;

/// <summary>ICMPv6 with the packets it quotes, neighbour discovery and multicast listener messages.</summary>
internal static class IcmpV6Dissector
{
    public static Layer Dissect(Scope scope)
    {
        if (!IcmpV6View.TryParse(scope.Data, out var icmp))
        {
            var broken = new Layer(IcmpV6Fields.Table, scope, IcmpV6View.Size);
            if (!scope.IsCut)
            {
                broken.Malformed(Reason.TooShort(IcmpV6View.Size, scope.Data.Length));
            }

            return broken;
        }

        // The messages of discovery and listeners are all header: fields, then options or records.
        int header = icmp.Type is >= IcmpV6Type.ListenerQuery and <= IcmpV6Type.Redirect or IcmpV6Type.ListenerReportV2 ? scope.Data.Length : IcmpV6View.Size;
        var layer = new Layer(IcmpV6Fields.For(icmp.Type), scope, header)
        {
            Checksum = scope.Ip?.Verify(IpProtocol.IcmpV6, scope.Data) ?? ChecksumStatus.Unverified,
            Summary = Describe(scope.Data),
        };
        if (icmp.IsError)
        {
            if (scope.Data.Length > header && scope.Depth < Scope.MaxDepth)
            {
                layer.Add(IPv6Dissector.Dissect(scope.Quoted(header, scope.Data.Length - header)));
            }
        }
        else if (IcmpV6Type.IsNeighbourDiscovery(icmp.Type))
        {
            Discovery(layer, scope, icmp.Type);
        }
        else if (header == scope.Data.Length)
        {
            Listener(layer, scope);
        }
        else
        {
            DataFields.AddTo(layer, scope.Inner(header), 7);
        }

        return layer;
    }

    private static void Discovery(Layer layer, Scope scope, byte type)
    {
        int start = type switch
        {
            IcmpV6Type.RouterSolicitation => RouterSolicitationView.Size,
            IcmpV6Type.RouterAdvertisement => RouterAdvertisementView.Size,
            IcmpV6Type.Redirect => NdpRedirectView.Size,
            _ => NeighbourSolicitationView.Size,
        };
        if (scope.Data.Length < start)
        {
            layer.Malformed(Reason.TooShort(start, scope.Data.Length));
            return;
        }

        var options = scope.Data[start..];
        var walk = new NdpOptionEnumerator(options);
        while (walk.MoveNext())
        {
            var option = walk.Current;
            layer.Add(scope.Field("Option", "icmpv6.opt.type", Describe(option), start + walk.Offset, option.Length, option.Type));
            if (option.IsRedirectedHeader && option.Length > 8 && scope.Depth < Scope.MaxDepth)
            {
                layer.Add(IPv6Dissector.Dissect(scope.Quoted(start + walk.Offset + 8, option.Length - 8)));
                layer.HeaderLength -= option.Length - 8;
                layer.PayloadLength += option.Length - 8;
            }
        }

        if (!NdpOptionEnumerator.AreWellFormed(options))
        {
            layer.Malformed("an option has length zero or runs past the message");
        }
    }

    private static void Listener(Layer layer, Scope scope)
    {
        if (!MldView.TryParse(scope.Data, out var mld))
        {
            layer.Malformed("the sources or records do not fit the message");
            return;
        }

        for (int i = 0; i < mld.SourceCount; i++)
        {
            layer.Add(scope.Field("Source address", "icmpv6.mld.source_address", mld.Source(i).ToString(), MldView.QueryV2Size + 16 * i, 16));
        }

        IgmpDissector.Records(layer, scope, mld.Records, MldView.ReportV2Size, "icmpv6.mldr.mar");
    }

    /// <summary>A message of at least eight octets in words.</summary>
    public static string Describe(ReadOnlySpan<byte> message)
    {
        IcmpV6View.TryParse(message, out var icmp);
        string type = IcmpV6Type.Name(icmp.Type) ?? string.Create(CultureInfo.InvariantCulture, $"type {icmp.Type}");
        switch (icmp.Type)
        {
            case IcmpV6Type.EchoRequest or IcmpV6Type.EchoReply:
                return string.Create(CultureInfo.InvariantCulture, $"{type}, id {icmp.Identifier}, seq {icmp.Sequence}");
            case IcmpV6Type.PacketTooBig:
                return string.Create(CultureInfo.InvariantCulture, $"{type}, mtu {icmp.Mtu}");
            case IcmpV6Type.ParameterProblem:
                return string.Create(CultureInfo.InvariantCulture, $"{type}, {IcmpV6Code.Name(icmp.Type, icmp.Code) ?? "code"}, octet {icmp.Pointer}");
            case IcmpV6Type.NeighbourSolicitation when NeighbourSolicitationView.TryParse(message, out var solicitation):
                return $"{type}, who has {solicitation.Target}";
            case IcmpV6Type.NeighbourAdvertisement when NeighbourAdvertisementView.TryParse(message, out var advertisement):
                return $"{type}, tgt is {advertisement.Target}";
            case IcmpV6Type.RouterAdvertisement when RouterAdvertisementView.TryParse(message, out var router):
                return string.Create(CultureInfo.InvariantCulture, $"{type}, lifetime {router.RouterLifetime} s");
            case IcmpV6Type.Redirect when NdpRedirectView.TryParse(message, out var redirect):
                return $"{type}, {redirect.Destination} to {redirect.Target}";
            case < 128:
                return $"{type}, {IcmpV6Code.Name(icmp.Type, icmp.Code) ?? string.Create(CultureInfo.InvariantCulture, $"code {icmp.Code}")}";
            default:
                return type;
        }
    }

    private static string Describe(NdpOption option)
    {
        string name = NdpOptionType.Name(option.Type) ?? string.Create(CultureInfo.InvariantCulture, $"option {option.Type}");
        if (option.IsLinkAddress)
        {
            return $"{name} {option.LinkAddress}";
        }

        if (option.IsMtu)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{name} {option.Mtu}");
        }

        if (option.IsPrefixInformation)
        {
            var prefix = option.PrefixInformation;
            return string.Create(CultureInfo.InvariantCulture,
                $"{name} {prefix.Prefix}{(prefix.OnLink ? ", on-link" : "")}{(prefix.Autonomous ? ", autonomous" : "")}, valid {prefix.ValidLifetime} s, preferred {prefix.PreferredLifetime} s");
        }

        if (option.IsRecursiveDnsServer)
        {
            var servers = new List<string>();
            for (int i = 0; i < option.DnsServerCount; i++)
            {
                servers.Add(option.DnsServer(i).ToString());
            }

            return string.Create(CultureInfo.InvariantCulture, $"{name} {string.Join(", ", servers)}, lifetime {option.DnsServerLifetime} s");
        }

        return option.IsRedirectedHeader ? name : $"{name} {Convert.ToHexStringLower(option.Data)}";
    }
}
