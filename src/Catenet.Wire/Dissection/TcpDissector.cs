using System.Globalization;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Dissection;

/// <summary>TCP and its options.</summary>
internal static class TcpDissector
{
    public static Layer Dissect(Scope scope)
    {
        int header = scope.Data.Length < 13 ? TcpView.MinSize : Math.Max(TcpView.MinSize, scope.Data[12] >> 4 << 2);
        var layer = new Layer(TcpFields.Table, scope, header);
        if (!TcpView.TryParse(scope.Data, out var tcp))
        {
            if (!scope.IsCut)
            {
                layer.Malformed(scope.Data.Length < header ? Reason.TooShort(header, scope.Data.Length) : "the data offset is below 20 octets");
            }
            else if (layer.Find("tcp.dstport") is { } to)
            {
                layer.Summary = $"{layer.Find("tcp.srcport")?.Value} > {to.Value}, cut";
            }

            return layer;
        }

        layer.Checksum = scope.Ip?.Verify(IpProtocol.Tcp, scope.Data) ?? ChecksumStatus.Unverified;
        layer.Summary = string.Create(CultureInfo.InvariantCulture, $"{tcp.SourcePort} > {tcp.DestinationPort}, {TcpText.Describe(tcp, tcp.Sequence.Value, tcp.Acknowledgment.Value, tcp.Payload.Length)}");
        Options(layer, scope, tcp.Options);
        if (!tcp.Payload.IsEmpty)
        {
            ApplicationDissector.Stream(layer, scope.Inner(header), tcp.SourcePort, tcp.DestinationPort);
        }

        return layer;
    }

    private static void Options(Layer layer, Scope scope, ReadOnlySpan<byte> options)
    {
        var walk = new TcpOptionEnumerator(options);
        while (walk.MoveNext())
        {
            var option = walk.Current;
            int at = TcpView.MinSize + walk.Offset;
            int length = option.Kind <= TcpOptionKind.NoOperation ? 1 : 2 + option.Data.Length;
            layer.Add(scope.Field("Option", "tcp.option_kind", TcpText.Describe(option), at, length, option.Kind) with { Children = Parts(scope, option, at + 2) });
        }

        if (walk.IsMalformed)
        {
            layer.Malformed("an option runs past the header");
        }
    }

    private static IReadOnlyList<FieldValue> Parts(Scope scope, TcpOption option, int at)
    {
        var data = option.Data;
        switch (option.Kind)
        {
            case TcpOptionKind.MaximumSegmentSize when data.Length == 2:
                return [Number(scope, "Maximum segment size", "tcp.options.mss_val", data, at, 0, 2)];
            case TcpOptionKind.WindowScale when data.Length == 1:
                return [Number(scope, "Shift", "tcp.options.wscale.shift", data, at, 0, 1)];
            case TcpOptionKind.Timestamps when data.Length == 8:
                return [Number(scope, "Timestamp value", "tcp.options.timestamp.tsval", data, at, 0, 4), Number(scope, "Timestamp echo reply", "tcp.options.timestamp.tsecr", data, at, 4, 4)];
            case TcpOptionKind.Sack when data.Length % 8 == 0:
                var edges = new List<FieldValue>();
                for (int i = 0; i < data.Length; i += 8)
                {
                    edges.Add(Number(scope, "Left edge", "tcp.options.sack_le", data, at, i, 4));
                    edges.Add(Number(scope, "Right edge", "tcp.options.sack_re", data, at, i + 4, 4));
                }

                return edges;
            case TcpOptionKind.Md5Signature when data.Length == 16:
                return [Octets(scope, "MD5 digest", "tcp.options.md5.digest", data, at, 0)];
            case TcpOptionKind.Authentication when data.Length > 2:
                return
                [
                    Number(scope, "KeyID", "tcp.options.ao.keyid", data, at, 0, 1),
                    Number(scope, "RNextKeyID", "tcp.options.ao.rnextkeyid", data, at, 1, 1),
                    Octets(scope, "MAC", "tcp.options.ao.mac", data, at, 2),
                ];
            default:
                return [];
        }
    }

    private static FieldValue Octets(Scope scope, string name, string abbreviation, ReadOnlySpan<byte> data, int at, int offset) =>
        scope.Field(name, abbreviation, Convert.ToHexStringLower(data[offset..]), at + offset, data.Length - offset, 0);

    private static FieldValue Number(Scope scope, string name, string abbreviation, ReadOnlySpan<byte> data, int at, int offset, int length)
    {
        ulong value = 0;
        foreach (byte octet in data.Slice(offset, length))
        {
            value = value << 8 | octet;
        }

        return scope.Field(name, abbreviation, value.ToString(CultureInfo.InvariantCulture), at + offset, length, value);
    }
}
