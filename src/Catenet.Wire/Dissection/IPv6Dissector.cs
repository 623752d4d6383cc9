using System.Globalization;
using System.Net;
using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Wire.Dissection;

/// <summary>IPv6 and its extension headers, each a layer of its own.</summary>
internal static class IPv6Dissector
{
    public static Layer Dissect(Scope scope)
    {
        var layer = new Layer(IPv6Fields.Table, scope, IPv6View.Size);
        if (!IPv6View.TryParseQuoted(scope.Data, out var ip))
        {
            layer.Malformed(scope.Data.Length < IPv6View.Size ? Reason.TooShort(IPv6View.Size, scope.Data.Length) : $"version {scope.Data[0] >> 4} is not 6");
            return layer;
        }

        layer.PayloadLength = ip.Payload.Length;
        string source = new IPAddress(ip.Header.Slice(8, 16)).ToString();
        string destination = new IPAddress(ip.Header.Slice(24, 16)).ToString();
        layer.Summary = string.Create(CultureInfo.InvariantCulture, $"{source} > {destination}, {IpDissector.ProtocolText(ip.NextHeader)}, hop limit {ip.HopLimit}");
        bool isWhole = ip.Payload.Length == ip.PayloadLength;
        if (!isWhole && !scope.IsCut)
        {
            layer.Malformed(Reason.Length("payload length", ip.PayloadLength, ip.Payload.Length));
        }

        var context = new IpScope(true, source, destination, InternetChecksum.Add(ip.Header.Slice(8, 32)), isWhole);
        Next(layer, scope.InnerOf(context, IPv6View.Size, ip.Payload.Length, scope.IsCut), ip.NextHeader);
        return layer;
    }

    private static void Next(Layer parent, Scope scope, byte protocol)
    {
        var table = protocol switch
        {
            IpProtocol.HopByHop => IPv6Fields.HopByHop,
            IpProtocol.DestinationOptions => IPv6Fields.DestinationOptions,
            IpProtocol.Routing => IPv6Fields.Routing,
            IpProtocol.Fragment => IPv6Fields.Fragment,
            IpProtocol.Authentication => IPv6Fields.Authentication,
            _ => null,
        };
        if (protocol == IpProtocol.NoNextHeader || scope.Depth >= Scope.MaxDepth)
        {
            DataFields.AddTo(parent, scope, 4);
        }
        else if (table is null)
        {
            IpDissector.Upper(parent, scope, protocol);
        }
        else
        {
            parent.Add(Extension(table, scope, protocol));
        }
    }

    private static Layer Extension(FieldTable table, Scope scope, byte protocol)
    {
        int length = scope.Data.Length < 2 ? 8 : protocol switch
        {
            IpProtocol.Fragment => 8,
            IpProtocol.Authentication => (scope.Data[1] + 2) * 4,
            _ => (scope.Data[1] + 1) * 8,
        };
        var layer = new Layer(table, scope, length);
        if (length > scope.Data.Length || length < 8)
        {
            if (!scope.IsCut)
            {
                layer.Malformed(Reason.TooShort(Math.Max(length, 8), scope.Data.Length));
            }

            return layer;
        }

        byte next = scope.Data[0];
        layer.Summary = "next " + IpDissector.ProtocolText(next);
        var inner = scope.Inner(length);
        switch (protocol)
        {
            case IpProtocol.HopByHop or IpProtocol.DestinationOptions:
                Options(layer, scope, length);
                break;
            case IpProtocol.Routing:
                layer.Summary += string.Create(CultureInfo.InvariantCulture, $", type {scope.Data[2]}, segments left {scope.Data[3]}");
                break;
            case IpProtocol.Fragment when IPv6FragmentView.TryParse(scope.Data, out var fragment):
                layer.Summary += string.Create(CultureInfo.InvariantCulture, $", fragment at {fragment.FragmentOffset}{(fragment.MoreFragments ? "+" : "")}");
                if (fragment.FragmentOffset != 0)
                {
                    DataFields.AddTo(layer, inner, 4);
                    return layer;
                }

                if (fragment.MoreFragments && scope.Ip is { } ip)
                {
                    inner = scope.InnerOf(ip with { IsWhole = false }, length, scope.Data.Length - length, true);
                }

                break;
        }

        Next(layer, inner, next);
        return layer;
    }

    private static void Options(Layer layer, Scope scope, int length)
    {
        var walk = new IPv6OptionEnumerator(scope.Data[2..length]);
        while (walk.MoveNext())
        {
            string name = IPv6OptionType.Name(walk.Type) ?? string.Create(CultureInfo.InvariantCulture, $"option {walk.Type}");
            string value = walk.Type <= IPv6OptionType.PadN || walk.Data.IsEmpty ? name : name + " " + Convert.ToHexStringLower(walk.Data);
            layer.Add(scope.Field("Option", "ipv6.opt.type", value, 2 + walk.Offset, walk.Type == IPv6OptionType.Pad1 ? 1 : 2 + walk.Data.Length, walk.Type));
        }

        if (walk.IsMalformed)
        {
            layer.Malformed("an option runs past the header");
        }
    }
}
