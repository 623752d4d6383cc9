using System.Buffers.Binary;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>A router advertisement (RFC 4861 4.2).</summary>
public readonly ref struct RouterAdvertisementView
{
    /// <summary>The message's size in octets without options.</summary>
    public const int Size = 16;

    private readonly ReadOnlySpan<byte> _data;

    private RouterAdvertisementView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of this type and code 0 with well-formed options. Hop limit, checksum and addresses are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out RouterAdvertisementView view)
    {
        view = new RouterAdvertisementView(data);
        return data.Length >= Size && Octets.U16(data, 0) == IcmpV6Type.RouterAdvertisement << 8 && NdpOptionEnumerator.AreWellFormed(data[Size..]);
    }

    /// <summary>The hop limit hosts are to use; zero if the router does not say.</summary>
    public byte CurrentHopLimit => Octets.U8(_data, 4);

    /// <summary>The M flag: addresses are to be had by DHCPv6.</summary>
    public bool IsManaged => (Octets.U8(_data, 5) & 0x80) != 0;

    /// <summary>The O flag: other configuration is to be had by DHCPv6.</summary>
    public bool HasOtherConfiguration => (Octets.U8(_data, 5) & 0x40) != 0;

    /// <summary>The router preference (RFC 4191 2.2): 1 high, 0 medium, -1 low; the reserved value counts as medium.</summary>
    public int Preference => (Octets.U8(_data, 5) >> 3 & 3) switch { 1 => 1, 3 => -1, _ => 0 };

    /// <summary>Seconds the sender is to be used as default router; zero: not at all.</summary>
    public ushort RouterLifetime => Octets.U16(_data, 6);

    /// <summary>Milliseconds a neighbour counts as reachable; zero if the router does not say.</summary>
    public uint ReachableTime => Octets.U32(_data, 8);

    /// <summary>Milliseconds between solicitations; zero if the router does not say.</summary>
    public uint RetransTimer => Octets.U32(_data, 12);

    /// <summary>The options' octets.</summary>
    public ReadOnlySpan<byte> OptionData => Octets.From(_data, Size);

    /// <summary>The options.</summary>
    public NdpOptionEnumerator Options => new(OptionData);

    /// <summary>Writes a message with checksum zero and returns its size; options come behind by <see cref="NdpOptionWriter"/>.</summary>
    /// <param name="message">Sixteen octets of room at least.</param>
    /// <param name="hopLimit">The hop limit hosts are to use, or zero.</param>
    /// <param name="routerLifetime">Seconds to be used as default router, or zero.</param>
    /// <param name="managed">The M flag.</param>
    /// <param name="otherConfiguration">The O flag.</param>
    /// <param name="reachableTime">Milliseconds, or zero.</param>
    /// <param name="retransTimer">Milliseconds, or zero.</param>
    /// <param name="preference">1 high, 0 medium, -1 low (RFC 4191 2.2).</param>
    public static int Write(Span<byte> message, byte hopLimit, ushort routerLifetime, bool managed = false, bool otherConfiguration = false,
        uint reachableTime = 0, uint retransTimer = 0, int preference = 0)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message[12..], retransTimer);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], reachableTime);
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)IcmpV6Type.RouterAdvertisement << 24);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], routerLifetime);
        message[4] = hopLimit;
        message[5] = (byte)((managed ? 0x80 : 0) | (otherConfiguration ? 0x40 : 0) | (preference & 3) << 3);
        return Size;
    }
}
