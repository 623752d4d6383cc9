using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Programs.Iperf;

/// <summary>The beginning of every datagram of a test: when it was sent (seconds, microseconds) and its number from 1, of 32 or 64 bits.</summary>
internal static class IperfUdpHeader
{
    public const int ShortSize = 12, LongSize = 16;

    /// <summary>What a client sends to open a stream, and what the server answers: four octets in the order of a PC's memory.</summary>
    public const uint Hello = 0x36373839, Welcome = 0x39383736;

    /// <summary>The answer of servers before iperf3 3.11.</summary>
    public const uint OldWelcome = 987654321;

    public static byte[] Greeting(uint word)
    {
        byte[] greeting = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(greeting, word);
        return greeting;
    }

    public static bool IsWelcome(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(datagram) is Welcome or OldWelcome;

    public static void Write(Span<byte> datagram, Instant now, long number, bool wide)
    {
        BinaryPrimitives.WriteUInt32BigEndian(datagram, (uint)(now.Nanoseconds / 1_000_000_000));
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], (uint)(now.Nanoseconds % 1_000_000_000 / 1000));
        if (wide)
        {
            BinaryPrimitives.WriteInt64BigEndian(datagram[8..], number);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(datagram[8..], (uint)number);
        }
    }

    /// <summary>Reads the header; false if the datagram is too short for one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, bool wide, out double seconds, out long number)
    {
        (seconds, number) = (0, 0);
        if (datagram.Length < (wide ? LongSize : ShortSize))
        {
            return false;
        }

        seconds = BinaryPrimitives.ReadUInt32BigEndian(datagram) + BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) / 1e6;
        number = wide ? BinaryPrimitives.ReadInt64BigEndian(datagram[8..]) : BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);
        return true;
    }
}
