namespace Catenet.Interop.Oracle.Comparing;

/// <summary>A field of a frame with its normalised value.</summary>
internal readonly record struct NamedValue(string Name, string Value);

/// <summary>A frame as it is compared.</summary>
internal sealed class FrameFields(List<NamedValue> fields, string encapsulation)
{
    /// <summary>The fields in the frame's order.</summary>
    public IReadOnlyList<NamedValue> Fields => fields;

    /// <summary>The picture of the layers.</summary>
    public string Encapsulation => encapsulation;

    /// <summary>The frame in a few words, to find it by.</summary>
    public string Brief
    {
        get
        {
            string flags = string.Join(',', fields.Where(f => f.Name.StartsWith("tcp.flags.", StringComparison.Ordinal) && f.Value == "set").Select(f => f.Name[10..].ToUpperInvariant()));
            string[] shown = ["arp.opcode", "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code", "tcp.seq_raw", "tcp.ack_raw", "udp.dstport", "ip.dst", "ipv6.dst"];
            var parts = shown.Where(n => fields.Exists(f => f.Name == n)).Select(n => $"{n}={fields.Find(f => f.Name == n).Value}");
            return $"{encapsulation} {flags} {string.Join(' ', parts)}".Replace("  ", " ", StringComparison.Ordinal).Trim();
        }
    }

    /// <summary>All fields, a line each.</summary>
    public override string ToString() => string.Join("\n", fields.Select(f => $"        {f.Name} = {f.Value}"));
}
