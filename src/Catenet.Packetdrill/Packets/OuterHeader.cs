using System.Globalization;

namespace Catenet.Packetdrill.Packets;

/// <summary>A header around a packet, as a tunnel puts it there. Printed as scripts have it.</summary>
public abstract record OuterHeader
{
    /// <summary>Whether a header from the wire is what this one, of a script, asks for.</summary>
    /// <param name="actual">The header from the wire.</param>
    public virtual bool Admits(OuterHeader actual) => Equals(actual);
}

/// <summary>An IP header (RFC 2003, RFC 2473, RFC 4213).</summary>
/// <param name="Source">Whose tunnel begins here.</param>
/// <param name="Destination">Whose tunnel ends here.</param>
public sealed record OuterIp(InetAddress Source, InetAddress Destination) : OuterHeader
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Source.IsIPv4 ? "ipv4" : "ipv6")} {Source} > {Destination}:";
}

/// <summary>A header of generic routing encapsulation (RFC 2784) with key and sequence number (RFC 2890).</summary>
public sealed record OuterGre : OuterHeader
{
    /// <summary>Whether there is a checksum.</summary>
    public bool HasChecksum { get; init; }

    /// <summary>Whether RFC 1701's bit for source routes is set; RFC 2784 wants it zero.</summary>
    public bool HasRouting { get; init; }

    /// <summary>The checksum; null if it is whatever is right.</summary>
    public ushort? Checksum { get; init; }

    /// <summary>What stands behind the checksum: RFC 1701's offset, RFC 2784's zero.</summary>
    public ushort Offset { get; init; }

    /// <summary>The key; null if there is none.</summary>
    public uint? Key { get; init; }

    /// <summary>The sequence number; null if there is none.</summary>
    public uint? Sequence { get; init; }

    /// <summary>Whether the checksum is wrong, of a header from the wire.</summary>
    public bool IsDamaged { get; init; }

    /// <inheritdoc/>
    public override bool Admits(OuterHeader actual) => actual is OuterGre gre
        && (Checksum is null ? !gre.IsDamaged : Checksum == gre.Checksum)
        && this with { Checksum = null, IsDamaged = false } == gre with { Checksum = null, IsDamaged = false };

    /// <inheritdoc/>
    public override string ToString()
    {
        var culture = CultureInfo.InvariantCulture;
        string[] flags = [.. new[] { HasChecksum ? "checksum" : "", HasRouting ? "routing" : "", Key is null ? "" : "key", Sequence is null ? "" : "sequence" }.Where(f => f != "")];
        string[] fields =
        [
            .. flags.Length == 0 ? Array.Empty<string>() : [$"flags[{string.Join(',', flags)}]"],
            .. Checksum is { } sum ? [string.Create(culture, $"sum 0x{sum:x4}")] : Array.Empty<string>(),
            .. Offset != 0 ? [string.Create(culture, $"off {Offset}")] : Array.Empty<string>(),
            .. Key is { } key ? [string.Create(culture, $"key {key}")] : Array.Empty<string>(),
            .. Sequence is { } sequence ? [string.Create(culture, $"seq {sequence}")] : Array.Empty<string>(),
        ];
        return fields.Length == 0 ? "gre:" : $"gre {string.Join(',', fields)}:";
    }
}

/// <summary>One entry of a stack of labels (RFC 3032 2.1).</summary>
/// <param name="Label">The label, of 20 bits.</param>
/// <param name="TrafficClass">The three bits that RFC 5462 calls traffic class.</param>
/// <param name="IsBottom">Whether it is the last entry.</param>
/// <param name="Ttl">The time to live.</param>
public readonly record struct MplsLabel(uint Label, byte TrafficClass, bool IsBottom, byte Ttl)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"(label {Label}, tc {TrafficClass}, {(IsBottom ? "[S], " : "")}ttl {Ttl})");
}

/// <summary>A stack of labels (RFC 3032).</summary>
/// <param name="Labels">The top one first.</param>
public sealed record OuterMpls(IReadOnlyList<MplsLabel> Labels) : OuterHeader
{
    /// <inheritdoc/>
    public bool Equals(OuterMpls? other) => other is not null && Labels.SequenceEqual(other.Labels);

    /// <inheritdoc/>
    public override int GetHashCode() => Labels.Count;

    /// <inheritdoc/>
    public override string ToString() => $"mpls {string.Join(", ", Labels)}:";
}
