using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Simulation.Tests.Congestion;

/// <summary>What stands between two hosts: the narrowest link of the path, and what goes wrong on it.</summary>
/// <param name="Name">The profile's name in the table.</param>
/// <param name="Rate">Bits per second.</param>
/// <param name="Rtt">The round-trip time with empty queues.</param>
/// <param name="Queue">Packets that fit the queue in front of the narrow link.</param>
internal sealed record PathProfile(string Name, long Rate, Duration Rtt, int Queue)
{
    public double Loss { get; init; }

    public BurstLoss? Burst { get; init; }

    public double Reordering { get; init; }

    public Duration ReorderDelay { get; init; } = Duration.FromMilliseconds(3);

    public double Duplication { get; init; }

    /// <summary>Packets are marked, not yet dropped, above so many in the queue, and the hosts negotiate ECN; null for neither.</summary>
    public int? MarkAbove { get; init; }

    /// <summary>The profiles of the table: from a clean path to one that does everything a path may do.</summary>
    public static PathProfile[] Table { get; } =
    [
        new("clean, a BDP of queue", 20_000_000, Duration.FromMilliseconds(40), 67),
        new("shallow queue", 20_000_000, Duration.FromMilliseconds(40), 12),
        new("bufferbloat", 10_000_000, Duration.FromMilliseconds(20), 500),
        new("long and fat", 50_000_000, Duration.FromMilliseconds(120), 500),
        new("loss 0.1 %", 20_000_000, Duration.FromMilliseconds(40), 67) { Loss = 0.001 },
        new("loss 1 %", 20_000_000, Duration.FromMilliseconds(40), 67) { Loss = 0.01 },
        new("bursts, 1 % in all", 20_000_000, Duration.FromMilliseconds(40), 67) { Burst = BurstLoss.Of(0.01, 5) },
        new("reordering 2 %", 20_000_000, Duration.FromMilliseconds(40), 67) { Reordering = 0.02 },
        new("marks above 15 packets", 20_000_000, Duration.FromMilliseconds(40), 67) { MarkAbove = 15 },
        new("everything", 20_000_000, Duration.FromMilliseconds(80), 134) { Loss = 0.002, Reordering = 0.01, Duplication = 0.005 },
    ];

    /// <summary>The narrow link: data meets all of it, acknowledgments its delay and rate only.</summary>
    public LinkSettings ToLink()
    {
        var delay = new LinkDirectionSettings { RateBitsPerSecond = Rate, Delay = Rtt / 2 };
        return new LinkSettings
        {
            AToB = delay with
            {
                Queue = Queue,
                MarkAbove = MarkAbove,
                Loss = Loss,
                Burst = Burst,
                Reordering = Reordering,
                ReorderDelay = ReorderDelay,
                Duplication = Duplication,
            },
            BToA = delay,
        };
    }
}
