using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Link;

/// <summary>An Ethernet II frame without preamble and frame check sequence (IEEE 802.3 3.1.1).</summary>
public readonly ref struct EthernetView
{
    /// <summary>The header's size in octets.</summary>
    public const int Size = 14;

    /// <summary>The least payload a frame carries on a real wire; shorter ones are padded (IEEE 802.3 4A.2.3.2.4).</summary>
    public const int MinPayload = 46;

    private readonly ReadOnlySpan<byte> _data;

    private EthernetView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a frame of at least fourteen octets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out EthernetView view)
    {
        view = new EthernetView(data);
        return data.Length >= Size;
    }

    /// <summary>The station or group the frame is for.</summary>
    public MacAddress Destination => Octets.Mac(_data, 0);

    /// <summary>The station that sent the frame.</summary>
    public MacAddress Source => Octets.Mac(_data, 6);

    /// <summary>The payload's protocol (<see cref="Link.EtherType"/>); below 0x0600 it is an 802.3 length.</summary>
    public ushort EtherType => Octets.U16(_data, 12);

    /// <summary>What follows the header, padding included.</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, Size);

    /// <summary>Writes a header and returns its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than fourteen octets of room.</exception>
    public static int Write(Span<byte> frame, MacAddress destination, MacAddress source, ushort etherType)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], etherType);
        destination.CopyTo(frame);
        source.CopyTo(frame[6..]);
        return Size;
    }

    /// <summary>Replaces the destination in place.</summary>
    public static void SetDestination(Span<byte> frame, MacAddress value) => value.CopyTo(frame);

    /// <summary>Replaces the source in place.</summary>
    public static void SetSource(Span<byte> frame, MacAddress value) => value.CopyTo(frame[6..]);
}
