using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>A neighbour solicitation: who has this address? (RFC 4861 4.3)</summary>
public readonly ref struct NeighbourSolicitationView
{
    /// <summary>The message's size in octets without options.</summary>
    public const int Size = 24;

    private readonly ReadOnlySpan<byte> _data;

    private NeighbourSolicitationView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of this type and code 0 with well-formed options. Hop limit, checksum and addresses are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out NeighbourSolicitationView view)
    {
        view = new NeighbourSolicitationView(data);
        return data.Length >= Size && Octets.U16(data, 0) == IcmpV6Type.NeighbourSolicitation << 8 && NdpOptionEnumerator.AreWellFormed(data[Size..]);
    }

    /// <summary>The address asked for.</summary>
    public InetAddress Target => Octets.IPv6(_data, 8);

    /// <summary>Whether the target is no multicast address, as it must be (RFC 4861 7.1.1).</summary>
    public bool IsTargetUnicast => Octets.U8(_data, 8) != 0xFF;

    /// <summary>The options' octets.</summary>
    public ReadOnlySpan<byte> OptionData => Octets.From(_data, Size);

    /// <summary>The options.</summary>
    public NdpOptionEnumerator Options => new(OptionData);

    /// <summary>Writes a message with checksum zero and returns its size; options come behind by <see cref="NdpOptionWriter"/>.</summary>
    public static int Write(Span<byte> message, InetAddress target)
    {
        target.CopyTo16(message[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.NeighbourSolicitation << 56);
        return Size;
    }
}
