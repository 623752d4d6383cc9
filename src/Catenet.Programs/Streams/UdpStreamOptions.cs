using Catenet.Core;

namespace Catenet.Programs.Streams;

/// <summary>A live stream over UDP: so many datagrams of one size, evenly spaced.</summary>
public sealed class UdpStreamOptions
{
    /// <summary>How many datagrams are sent.</summary>
    public int Count { get; init; } = 250;

    /// <summary>Octets of data in each, 16 at least.</summary>
    public int Size { get; init; } = 1200;

    /// <summary>Time between two: 20 ms makes 50 frames a second.</summary>
    public Duration Interval { get; init; } = Duration.FromMilliseconds(20);

    /// <summary>How long the viewer holds datagrams back before showing them: what comes later is a glitch.</summary>
    public Duration PlayoutDelay { get; init; } = Duration.FromMilliseconds(100);

    /// <summary>How long the receiver waits, after the last datagram or for the first, before it takes the stream for ended.</summary>
    public Duration Silence { get; init; } = Duration.FromSeconds(2);
}
