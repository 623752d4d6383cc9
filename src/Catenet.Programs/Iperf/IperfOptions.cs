using Catenet.Core;

namespace Catenet.Programs.Iperf;

/// <summary>What an iperf3 client asks for.</summary>
public sealed record IperfOptions
{
    /// <summary>The most streams of one test, as iperf3 has it.</summary>
    public const int MaxStreams = 128;

    /// <summary>The longest block in octets: of a datagram, what UDP over IPv4 carries; of a stream, iperf3's own limit.</summary>
    public const int MaxDatagram = 65507, MaxBlock = 1 << 20;

    /// <summary>Where the server listens (-p).</summary>
    public int Port { get; init; } = 5201;

    /// <summary>How long to send (-t); not used when <see cref="Octets"/> is given.</summary>
    public Duration Time { get; init; } = Duration.FromSeconds(10);

    /// <summary>How much to send over all streams together (-n); 0: as long as <see cref="Time"/> says.</summary>
    public long Octets { get; init; }

    /// <summary>Parallel streams (-P), 1 to <see cref="MaxStreams"/>.</summary>
    public int Streams { get; init; } = 1;

    /// <summary>Whether the server sends and the client receives (-R).</summary>
    public bool Reverse { get; init; }

    /// <summary>Whether to send datagrams instead of streams (-u).</summary>
    public bool Udp { get; init; }

    /// <summary>Bits per second of each stream (-b); 0: 1 Mbit/s for UDP, no limit for TCP, as iperf3 has it.</summary>
    /// <remarks>No limit is 100 Gbit/s here: in virtual time, over a wire that takes no time, a test would never end.</remarks>
    public long Rate { get; init; }

    /// <summary>Octets written at a time, of a datagram its payload (-l); 0: 128 KiB for TCP, 1448 for UDP.</summary>
    public int BlockSize { get; init; }

    /// <summary>Whether TCP sends small segments at once (-N).</summary>
    public bool NoDelay { get; init; }

    internal int Block => BlockSize != 0 ? BlockSize : Udp ? 1448 : 128 * 1024;

    internal long Pace => Rate != 0 ? Rate : Udp ? 1_000_000 : 100_000_000_000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which and what it may be.</exception>
    internal void Validate()
    {
        Require(Port is > 0 and <= 65535, "port", "1 to 65535");
        Require(Streams is >= 1 and <= MaxStreams, "number of streams", $"1 to {MaxStreams}");
        Require(Octets >= 0 && Rate >= 0 && Time >= Duration.Zero, "time, amount and rate", "0 or more");
        Require(Udp ? Block is >= IperfUdpHeader.LongSize and <= MaxDatagram : Block is >= 1 and <= MaxBlock, "block size",
            $"{IperfUdpHeader.LongSize} to {MaxDatagram} octets for UDP, 1 to {MaxBlock} for TCP");
    }

    private static void Require(bool holds, string what, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"The {what} of an iperf3 test must be {allowed}.");
        }
    }
}
