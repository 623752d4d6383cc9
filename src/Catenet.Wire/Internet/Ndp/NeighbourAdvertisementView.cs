using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>A neighbour advertisement: this address is here (RFC 4861 4.4).</summary>
public readonly ref struct NeighbourAdvertisementView
{
    /// <summary>The message's size in octets without options.</summary>
    public const int Size = 24;

    private readonly ReadOnlySpan<byte> _data;

    private NeighbourAdvertisementView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of this type and code 0 with well-formed options. Hop limit, checksum and addresses are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out NeighbourAdvertisementView view)
    {
        view = new NeighbourAdvertisementView(data);
        return data.Length >= Size && Octets.U16(data, 0) == IcmpV6Type.NeighbourAdvertisement << 8 && NdpOptionEnumerator.AreWellFormed(data[Size..]);
    }

    /// <summary>The R flag: the sender is a router.</summary>
    public bool IsRouter => (Octets.U8(_data, 4) & 0x80) != 0;

    /// <summary>The S flag: this answers a solicitation.</summary>
    public bool IsSolicited => (Octets.U8(_data, 4) & 0x40) != 0;

    /// <summary>The O flag: it replaces what was known.</summary>
    public bool IsOverride => (Octets.U8(_data, 4) & 0x20) != 0;

    /// <summary>The address advertised.</summary>
    public InetAddress Target => Octets.IPv6(_data, 8);

    /// <summary>Whether the target is no multicast address, as it must be (RFC 4861 7.1.2).</summary>
    public bool IsTargetUnicast => Octets.U8(_data, 8) != 0xFF;

    /// <summary>The options' octets.</summary>
    public ReadOnlySpan<byte> OptionData => Octets.From(_data, Size);

    /// <summary>The options.</summary>
    public NdpOptionEnumerator Options => new(OptionData);

    /// <summary>Writes a message with checksum zero and returns its size; options come behind by <see cref="NdpOptionWriter"/>.</summary>
    /// <param name="message">Twenty-four octets of room at least.</param>
    /// <param name="target">The address advertised.</param>
    /// <param name="router">The R flag.</param>
    /// <param name="solicited">The S flag.</param>
    /// <param name="overrides">The O flag.</param>
    public static int Write(Span<byte> message, InetAddress target, bool router, bool solicited, bool overrides)
    {
        target.CopyTo16(message[8..]);
        uint flags = (router ? 0x8000_0000 : 0) | (solicited ? 0x4000_0000u : 0) | (overrides ? 0x2000_0000u : 0);
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.NeighbourAdvertisement << 56 | flags);
        return Size;
    }
}
