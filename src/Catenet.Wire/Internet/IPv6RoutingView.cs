using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>An IPv6 routing header (RFC 8200 4.4); types 0 (deprecated, RFC 5095), 2 (RFC 6275) and 4 (segment routing, RFC 8754) exist.</summary>
public readonly ref struct IPv6RoutingView
{
    /// <summary>The size in octets of the smallest header; larger ones grow by eight.</summary>
    public const int MinSize = 8;

    private readonly ReadOnlySpan<byte> _data;

    private IPv6RoutingView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a header that lies wholly within the data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6RoutingView view)
    {
        view = new IPv6RoutingView(data);
        return data.Length >= MinSize && (data[1] + 1) * 8 <= data.Length;
    }

    /// <summary>The protocol of what follows.</summary>
    public byte NextHeader => Octets.U8(_data, 0);

    /// <summary>The header's length in octets.</summary>
    public int Length => (Octets.U8(_data, 1) + 1) * 8;

    /// <summary>The variant.</summary>
    public byte RoutingType => Octets.U8(_data, 2);

    /// <summary>How many nodes are still to be visited. With a type that is not known: zero means skip, else a parameter problem of code 0.</summary>
    public byte SegmentsLeft => Octets.U8(_data, 3);

    /// <summary>How many whole addresses the header has room for after its first eight octets.</summary>
    public int AddressCount => (Length - 8) / 16;

    /// <summary>An address of the list.</summary>
    /// <param name="index">0 up to <see cref="AddressCount"/>.</param>
    public InetAddress Address(int index) => InetAddress.ReadIPv6(_data.Slice(8 + 16 * index, 16));
}
