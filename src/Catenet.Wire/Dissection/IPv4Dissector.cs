using System.Globalization;
using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Wire.Dissection;

/// <summary>IPv4 and its options.</summary>
internal static class IPv4Dissector
{
    public static Layer Dissect(Scope scope)
    {
        int header = scope.Data.IsEmpty ? IPv4View.MinSize : Math.Max(IPv4View.MinSize, (scope.Data[0] & 0xF) * 4);
        var layer = new Layer(IPv4Fields.Table, scope, header);
        if (!IPv4View.TryParseQuoted(scope.Data, out var ip))
        {
            layer.Malformed(Fault(scope.Data));
            return layer;
        }

        Options(layer, scope, ip.Options);
        layer.PayloadLength = ip.Payload.Length;
        layer.Checksum = ip.HasValidChecksum ? ChecksumStatus.Good : ChecksumStatus.Bad;
        string part = !ip.IsFragment ? "" : string.Create(CultureInfo.InvariantCulture, $", fragment at {ip.FragmentOffset}{(ip.MoreFragments ? "+" : "")}");
        layer.Summary = string.Create(CultureInfo.InvariantCulture,
            $"{ip.Source} > {ip.Destination}, {IpDissector.ProtocolText(ip.Protocol)}, TTL {ip.Ttl}{part}");
        bool isWhole = ip.Payload.Length == ip.PayloadLength;
        if (!isWhole && !scope.IsCut)
        {
            layer.Malformed(Reason.Length("total length", ip.TotalLength, scope.Data.Length));
        }

        var context = new IpScope(false, ip.Source.ToString(), ip.Destination.ToString(), InternetChecksum.Add(ip.Header.Slice(12, 8)), isWhole && !ip.IsFragment);
        // What lacks its tail, for being a first fragment, ends early through no fault of its own.
        var inner = scope.InnerOf(context, ip.HeaderLength, ip.Payload.Length, scope.IsCut || ip.MoreFragments);
        if (ip.FragmentOffset != 0)
        {
            DataFields.AddTo(layer, inner, 4);
        }
        else
        {
            IpDissector.Upper(layer, inner, ip.Protocol);
        }

        return layer;
    }

    private static string Fault(ReadOnlySpan<byte> data)
    {
        if (data.Length < IPv4View.MinSize)
        {
            return Reason.TooShort(IPv4View.MinSize, data.Length);
        }

        int header = (data[0] & 0xF) * 4;
        return data[0] >> 4 != 4 ? $"version {data[0] >> 4} is not 4"
            : header < IPv4View.MinSize ? $"a header length of {header} octets is below 20"
            : header > data.Length ? Reason.TooShort(header, data.Length)
            : $"the total length is below the header's {header} octets";
    }

    private static void Options(Layer layer, Scope scope, ReadOnlySpan<byte> options)
    {
        var walk = new IPv4OptionEnumerator(options);
        while (walk.MoveNext())
        {
            var option = walk.Current;
            layer.Add(scope.Field("Option", "ip.opt.type", Describe(option), IPv4View.MinSize + walk.Offset, option.Length, option.Type));
        }

        if (walk.IsMalformed)
        {
            layer.Malformed("an option runs past the header");
        }
    }

    /// <summary>An option as tcpdump puts it.</summary>
    public static string Describe(IPv4Option option)
    {
        string name = IPv4OptionType.Name(option.Type) ?? string.Create(CultureInfo.InvariantCulture, $"option {option.Type}");
        if (option.IsRoute)
        {
            var addresses = new List<string>();
            for (int i = 0; i < option.AddressCount; i++)
            {
                addresses.Add((i == option.RecordedCount ? "^ " : "") + option.Address(i));
            }

            return name + " " + string.Join(", ", addresses);
        }

        if (option.IsTimestamp)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{name} flag {option.TimestampFlag}, overflow {option.TimestampOverflow}, pointer {option.Pointer}");
        }

        return option.Data.IsEmpty ? name : name + " " + Convert.ToHexStringLower(option.Data);
    }
}
