using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Link;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826).</summary>
public readonly ref struct ArpView
{
    /// <summary>The packet's size in octets.</summary>
    public const int Size = 28;

    /// <summary>Operation: who has this address?</summary>
    public const ushort Request = 1;

    /// <summary>Operation: it is at this hardware address.</summary>
    public const ushort Reply = 2;

    private readonly ReadOnlySpan<byte> _data;

    private ArpView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a packet whose hardware is Ethernet (or IEEE 802), whose protocol is IPv4 and whose address sizes are 6 and 4.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out ArpView view)
    {
        view = new ArpView(data);
        return data.Length >= Size && Octets.U16(data, 0) is 1 or 6 && Octets.U16(data, 2) == EtherType.IPv4 && Octets.U16(data, 4) == 0x0604;
    }

    /// <summary><see cref="Request"/>, <see cref="Reply"/> or another operation.</summary>
    public ushort Operation => Octets.U16(_data, 6);

    /// <summary>The sender's hardware address.</summary>
    public MacAddress SenderMac => Octets.Mac(_data, 8);

    /// <summary>The sender's protocol address; <c>0.0.0.0</c> in a probe.</summary>
    public InetAddress SenderAddress => Octets.IPv4(_data, 14);

    /// <summary>The target's hardware address; meaningless in a request.</summary>
    public MacAddress TargetMac => Octets.Mac(_data, 18);

    /// <summary>The target's protocol address.</summary>
    public InetAddress TargetAddress => Octets.IPv4(_data, 24);

    /// <summary>Whether the sender asks whether anybody uses an address before it does (RFC 5227 1.1).</summary>
    public bool IsProbe => Operation == Request && SenderAddress.IsUnspecified;

    /// <summary>Whether the sender tells everybody its own address (RFC 5227 1.1, "announcement").</summary>
    public bool IsGratuitous => SenderAddress == TargetAddress && !SenderAddress.IsUnspecified;

    /// <summary>Writes a packet and returns its size.</summary>
    public static int Write(Span<byte> packet, ushort operation, MacAddress senderMac, InetAddress sender, MacAddress targetMac, InetAddress target)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], target.ToIPv4());
        BinaryPrimitives.WriteUInt64BigEndian(packet, 0x0001_0800_0604_0000UL | operation);
        senderMac.CopyTo(packet[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[14..], sender.ToIPv4());
        targetMac.CopyTo(packet[18..]);
        return Size;
    }
}
