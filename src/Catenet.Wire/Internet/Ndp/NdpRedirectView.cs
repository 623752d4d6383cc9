using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>A redirect: there is a better first hop (RFC 4861 4.5).</summary>
public readonly ref struct NdpRedirectView
{
    /// <summary>The message's size in octets without options.</summary>
    public const int Size = 40;

    private readonly ReadOnlySpan<byte> _data;

    private NdpRedirectView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of this type and code 0 with well-formed options. Hop limit, checksum and addresses are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out NdpRedirectView view)
    {
        view = new NdpRedirectView(data);
        return data.Length >= Size && Octets.U16(data, 0) == IcmpV6Type.Redirect << 8 && NdpOptionEnumerator.AreWellFormed(data[Size..]);
    }

    /// <summary>The better first hop: a router's link-local address, or the destination itself if it is a neighbour.</summary>
    public InetAddress Target => Octets.IPv6(_data, 8);

    /// <summary>The destination it is better for.</summary>
    public InetAddress Destination => Octets.IPv6(_data, 24);

    /// <summary>The options' octets.</summary>
    public ReadOnlySpan<byte> OptionData => Octets.From(_data, Size);

    /// <summary>The options.</summary>
    public NdpOptionEnumerator Options => new(OptionData);

    /// <summary>Writes a message with checksum zero and returns its size; options come behind by <see cref="NdpOptionWriter"/>.</summary>
    public static int Write(Span<byte> message, InetAddress target, InetAddress destination)
    {
        destination.CopyTo16(message[24..]);
        target.CopyTo16(message[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.Redirect << 56);
        return Size;
    }
}
