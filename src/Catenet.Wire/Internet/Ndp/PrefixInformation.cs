using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>What a router advertises of a prefix (RFC 4861 4.6.2).</summary>
/// <param name="Prefix">The prefix; its length is up to 128.</param>
/// <param name="OnLink">The L flag: addresses of the prefix are neighbours.</param>
/// <param name="Autonomous">The A flag: hosts make themselves addresses of it (RFC 4862).</param>
/// <param name="ValidLifetime">Seconds the prefix stays on the link and addresses valid; all ones is for ever.</param>
/// <param name="PreferredLifetime">Seconds its addresses stay preferred; all ones is for ever.</param>
public readonly record struct PrefixInformation(InetPrefix Prefix, bool OnLink, bool Autonomous, uint ValidLifetime, uint PreferredLifetime)
{
    /// <summary>The lifetime that never ends.</summary>
    public const uint Infinite = uint.MaxValue;

    internal const int Size = 32;

    internal static PrefixInformation Read(ReadOnlySpan<byte> option)
    {
        var address = Octets.IPv6(option, 16);
        // A mapped address (no prefix of any link) reads as IPv4, whose prefixes are shorter.
        var prefix = new InetPrefix(address, Math.Min((int)option[2], address.Bits));
        return new(prefix, (option[3] & 0x80) != 0, (option[3] & 0x40) != 0, Octets.U32(option, 4), Octets.U32(option, 8));
    }

    internal void Write(Span<byte> option)
    {
        option[..Size].Clear();
        option[0] = NdpOptionType.PrefixInformation;
        option[1] = Size / 8;
        option[2] = (byte)Prefix.Length;
        option[3] = (byte)((OnLink ? 0x80 : 0) | (Autonomous ? 0x40 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], ValidLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(option[8..], PreferredLifetime);
        Prefix.Address.CopyTo16(option[16..]);
    }
}
