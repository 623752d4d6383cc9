using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>Writes options behind a neighbour discovery message, in the order of the calls (RFC 4861 4.6).</summary>
/// <remarks>Too little room is the caller's mistake and throws <see cref="ArgumentException"/>.</remarks>
public ref struct NdpOptionWriter
{
    private readonly Span<byte> _room;
    private int _length;

    /// <summary>Begins at the start of the room.</summary>
    public NdpOptionWriter(Span<byte> room) => _room = room;

    /// <summary>How many octets are written.</summary>
    public readonly int Length => _length;

    /// <summary>Adds the sender's link-layer address (8 octets).</summary>
    public void AddSourceLinkAddress(MacAddress address) => AddLinkAddress(NdpOptionType.SourceLinkAddress, address);

    /// <summary>Adds the target's link-layer address (8 octets).</summary>
    public void AddTargetLinkAddress(MacAddress address) => AddLinkAddress(NdpOptionType.TargetLinkAddress, address);

    /// <summary>Adds the link's MTU (8 octets).</summary>
    public void AddMtu(uint mtu) => BinaryPrimitives.WriteUInt32BigEndian(Take(NdpOptionType.Mtu, 8)[4..], mtu);

    /// <summary>Adds a prefix (32 octets).</summary>
    public void AddPrefixInformation(in PrefixInformation prefix) => prefix.Write(Take(NdpOptionType.PrefixInformation, PrefixInformation.Size));

    /// <summary>Adds recursive DNS servers (8 + 16 octets each) with a lifetime in seconds.</summary>
    public void AddRecursiveDnsServers(uint lifetime, scoped ReadOnlySpan<InetAddress> servers)
    {
        var option = Take(NdpOptionType.RecursiveDnsServer, 8 + 16 * servers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], lifetime);
        for (int i = 0; i < servers.Length; i++)
        {
            servers[i].CopyTo16(option[(8 + 16 * i)..]);
        }
    }

    /// <summary>Adds the start of the redirected packet, cut to a multiple of eight octets (RFC 4861 4.6.3).</summary>
    public void AddRedirectedHeader(scoped ReadOnlySpan<byte> packet)
    {
        packet = packet[..(packet.Length & ~7)];
        packet.CopyTo(Take(NdpOptionType.RedirectedHeader, 8 + packet.Length)[8..]);
    }

    /// <summary>Adds a nonce of six octets (RFC 7527 4.1).</summary>
    public void AddNonce(scoped ReadOnlySpan<byte> nonce) => nonce[..6].CopyTo(Take(NdpOptionType.Nonce, 8)[2..]);

    private void AddLinkAddress(byte type, MacAddress address) => address.CopyTo(Take(type, 8)[2..]);

    private Span<byte> Take(byte type, int size)
    {
        var option = _room.Slice(_length, size);
        option.Clear();
        option[0] = type;
        option[1] = checked((byte)(size / 8));
        _length += size;
        return option;
    }
}
