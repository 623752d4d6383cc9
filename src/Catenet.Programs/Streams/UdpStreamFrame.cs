using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Programs.Streams;

/// <summary>A datagram of a stream: its number, how many there are, when it was sent, and filling that follows from the number.</summary>
internal readonly record struct UdpStreamFrame(int Sequence, int Total, Instant Sent)
{
    public const int HeaderSize = 16;

    public void Write(Span<byte> datagram)
    {
        BinaryPrimitives.WriteInt32BigEndian(datagram, Sequence);
        BinaryPrimitives.WriteInt32BigEndian(datagram[4..], Total);
        BinaryPrimitives.WriteInt64BigEndian(datagram[8..], Sent.Nanoseconds);
        for (int i = HeaderSize; i < datagram.Length; i++)
        {
            datagram[i] = Filling(Sequence, i);
        }
    }

    public static bool TryRead(ReadOnlySpan<byte> datagram, out UdpStreamFrame frame)
    {
        frame = default;
        if (datagram.Length < HeaderSize)
        {
            return false;
        }

        frame = new UdpStreamFrame(BinaryPrimitives.ReadInt32BigEndian(datagram), BinaryPrimitives.ReadInt32BigEndian(datagram[4..]),
            new Instant(BinaryPrimitives.ReadInt64BigEndian(datagram[8..])));
        return frame.Total is > 0 and <= UdpStreamReceiver.MaxFrames && (uint)frame.Sequence < (uint)frame.Total;
    }

    public static bool IsIntact(UdpStreamFrame frame, ReadOnlySpan<byte> datagram)
    {
        for (int i = HeaderSize; i < datagram.Length; i++)
        {
            if (datagram[i] != Filling(frame.Sequence, i))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Filling(int sequence, int at) => (byte)(sequence * 31 + at);
}
