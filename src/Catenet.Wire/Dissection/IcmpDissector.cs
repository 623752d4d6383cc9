using System.Globalization;
using Catenet.Wire.Internet;

namespace Catenet.Wire.Dissection;

/// <summary>ICMP for IPv4 with the packets it quotes.</summary>
internal static class IcmpDissector
{
    public static Layer Dissect(Scope scope)
    {
        if (!IcmpView.TryParse(scope.Data, out var icmp))
        {
            var broken = new Layer(IcmpFields.Table, scope, IcmpView.Size);
            if (!scope.IsCut)
            {
                broken.Malformed(Reason.TooShort(IcmpView.Size, scope.Data.Length));
            }

            return broken;
        }

        int header = icmp.HasTimestamps ? IcmpView.TimestampSize : IcmpView.Size;
        var layer = new Layer(IcmpFields.For(icmp.Type, icmp.Code), scope, header)
        {
            Checksum = scope.Ip is not { IsWhole: true } ? ChecksumStatus.Unverified : icmp.HasValidChecksum ? ChecksumStatus.Good : ChecksumStatus.Bad,
            Summary = Describe(icmp),
        };
        if (icmp.IsError)
        {
            if (scope.Data.Length > header && scope.Depth < Scope.MaxDepth)
            {
                layer.Add(IPv4Dissector.Dissect(scope.Quoted(header, scope.Data.Length - header)));
            }
        }
        else if (icmp.Type == IcmpType.RouterAdvertisement)
        {
            RouterAddresses(layer, scope, icmp);
        }
        else
        {
            DataFields.AddTo(layer, scope.Inner(header), 7);
        }

        return layer;
    }

    /// <summary>A message in words.</summary>
    public static string Describe(in IcmpView icmp)
    {
        string type = IcmpType.Name(icmp.Type) ?? string.Create(CultureInfo.InvariantCulture, $"type {icmp.Type}");
        string? code = IcmpCode.Name(icmp.Type, icmp.Code);
        return icmp.Type switch
        {
            IcmpType.EchoRequest or IcmpType.EchoReply or (>= IcmpType.TimestampRequest and <= IcmpType.AddressMaskReply) =>
                string.Create(CultureInfo.InvariantCulture, $"{type}, id {icmp.Identifier}, seq {icmp.Sequence}"),
            IcmpType.DestinationUnreachable when icmp.Code == IcmpCode.FragmentationNeeded => string.Create(CultureInfo.InvariantCulture, $"{type}, {code}, mtu {icmp.Mtu}"),
            IcmpType.Redirect => $"{type} {code} to {icmp.Gateway}",
            IcmpType.ParameterProblem => string.Create(CultureInfo.InvariantCulture, $"{type}, {code}, octet {icmp.Pointer}"),
            _ when IcmpType.IsError(icmp.Type) => $"{type}, {code ?? string.Create(CultureInfo.InvariantCulture, $"code {icmp.Code}")}",
            _ => type,
        };
    }

    private static void RouterAddresses(Layer layer, Scope scope, in IcmpView icmp)
    {
        var rest = icmp.Body;
        int size = scope.Data[5] * 4;
        for (int i = 0; i < scope.Data[4]; i++)
        {
            if (size < 8 || rest.Length < size)
            {
                layer.Malformed("the addresses run past the message");
                return;
            }

            int at = scope.Data.Length - rest.Length;
            layer.Add(scope.Field("Router address", "icmp.router_address",
                string.Create(CultureInfo.InvariantCulture, $"{Octets.IPv4(rest, 0)}, preference {(int)Octets.U32(rest, 4)}"), at, size));
            rest = rest[size..];
        }

        layer.HeaderLength = scope.Data.Length - rest.Length;
        layer.PayloadLength = rest.Length;
    }
}
