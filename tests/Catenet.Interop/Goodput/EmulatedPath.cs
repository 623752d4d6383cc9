using Catenet.Fabric.Links;

namespace Catenet.Interop.Goodput;

/// <summary>A path that Linux and Catenet send over in turn. A router stands between the sender and the narrow link, so that no sender sees its queue.</summary>
/// <param name="Name">The path's name.</param>
/// <param name="Rate">Bits per second.</param>
/// <param name="RttMilliseconds">The round-trip time with empty queues.</param>
/// <param name="Queue">Packets that fit the queue in front of the narrow link.</param>
/// <param name="Streams">How many connections send at once: the rarer the losses that decide, the more are needed for a steady figure.</param>
public sealed record EmulatedPath(string Name, long Rate, int RttMilliseconds, int Queue, int Streams)
{
    public double Loss { get; init; }

    public double BurstLoss { get; init; }

    public double Reordering { get; init; }

    public double Duplication { get; init; }

    public int JitterMilliseconds { get; init; }

    /// <summary>The eight paths.</summary>
    public static EmulatedPath[] All { get; } =
    [
        new("clean", 40_000_000, 20, 100, 1),
        new("shallow-queue", 10_000_000, 40, 12, 2),
        new("long", 30_000_000, 120, 300, 1),
        new("slow", 3_000_000, 60, 30, 2),
        new("loss", 60_000_000, 30, 100, 8) { Loss = 0.02 },
        new("bursts", 60_000_000, 30, 100, 8) { BurstLoss = 0.03 },
        new("reordering", 30_000_000, 30, 100, 2) { Reordering = 0.02 },
        new("rough", 30_000_000, 40, 100, 8) { Loss = 0.003, Reordering = 0.01, Duplication = 0.01, JitterMilliseconds = 1 },
    ];

    /// <summary>The narrow link, seen from the receiver at its first end: data meets all of it, acknowledgments its delay.</summary>
    public LinkSettings ToLink()
    {
        var delay = new LinkDirectionSettings { RateBitsPerSecond = Rate, Delay = Duration.FromMilliseconds(RttMilliseconds) / 2 };
        return new LinkSettings
        {
            AToB = delay,
            BToA = delay with
            {
                Queue = Queue,
                Loss = Loss,
                Burst = BurstLoss > 0 ? Fabric.Links.BurstLoss.Of(BurstLoss, 4) : null,
                Reordering = Reordering,
                ReorderDelay = Duration.FromMilliseconds(4),
                Duplication = Duplication,
                Jitter = Duration.FromMilliseconds(JitterMilliseconds),
            },
        };
    }
}
