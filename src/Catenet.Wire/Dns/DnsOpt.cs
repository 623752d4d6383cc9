using System.Buffers.Binary;

namespace Catenet.Wire.Dns;

/// <summary>Turns EDNS into its pseudo-record and back (RFC 6891 6.1).</summary>
internal static class DnsOpt
{
    /// <summary>Takes the OPT record out of the additional section.</summary>
    /// <returns>False if there are several, or if one is not owned by the root or its options do not fill it.</returns>
    public static bool TryTake(List<DnsRecord> additionals, out DnsEdns? edns, out int extendedCode)
    {
        edns = null;
        extendedCode = 0;
        for (int i = additionals.Count - 1; i >= 0; i--)
        {
            var record = additionals[i];
            if (record.Type != DnsType.OPT)
            {
                continue;
            }

            if (edns is not null || !record.Name.IsRoot || !TryReadOptions(((DnsOpaqueData)record.Data).Octets, out var options))
            {
                return false;
            }

            extendedCode = (int)(record.Ttl >> 24);
            edns = new DnsEdns((ushort)record.Class, (byte)(record.Ttl >> 16), (record.Ttl & 0x8000) != 0, options);
            additionals.RemoveAt(i);
        }

        return true;
    }

    /// <summary>Makes the pseudo-record.</summary>
    public static DnsRecord ToRecord(DnsEdns edns, int extendedCode)
    {
        byte[] data = new byte[edns.Options.Sum(o => 4 + o.Data.Length)];
        var rest = data.AsSpan();
        foreach (var option in edns.Options)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest, option.Code);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)option.Data.Length);
            option.Data.Span.CopyTo(rest[4..]);
            rest = rest[(4 + option.Data.Length)..];
        }

        uint ttl = (uint)extendedCode << 24 | (uint)edns.Version << 16 | (edns.DnssecOk ? 0x8000u : 0);
        return new DnsRecord(DnsName.Root, DnsType.OPT, (DnsClass)edns.UdpPayloadSize, ttl, new DnsOpaqueData(data));
    }

    private static bool TryReadOptions(ReadOnlyMemory<byte> data, out List<DnsEdnsOption> options)
    {
        options = [];
        while (!data.IsEmpty)
        {
            if (data.Length < 4)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(data.Span[2..]);
            if (4 + length > data.Length)
            {
                return false;
            }

            options.Add(new DnsEdnsOption(BinaryPrimitives.ReadUInt16BigEndian(data.Span), data.Slice(4, length)));
            data = data[(4 + length)..];
        }

        return true;
    }
}
