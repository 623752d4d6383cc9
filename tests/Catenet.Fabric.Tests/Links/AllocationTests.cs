using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Fabric.Tests.Links;

public class AllocationTests
{
    public static TheoryData<string> Kinds => ["perfect", "rate and delay", "everything"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_frame_costs_no_allocation(string kind)
    {
        LinkDirectionSettings settings = kind switch
        {
            "perfect" => LinkDirectionSettings.Perfect,
            "rate and delay" => new() { RateBitsPerSecond = 1_000_000_000, Delay = Duration.FromMilliseconds(1) },
            _ => new()
            {
                RateBitsPerSecond = 1_000_000_000,
                Delay = Duration.FromMilliseconds(1),
                Jitter = Duration.FromMicroseconds(100),
                JitterReorders = true,
                Loss = 0.01,
                Burst = BurstLoss.Of(0.01, 3),
                Duplication = 0.01,
                Reordering = 0.05,
                Damage = 0.01,
                FrameCheck = false,
            },
        };
        var cable = new Cable(settings, keepNotes: false);
        Rounds(cable, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Rounds(cable, 50);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.True(cable.B.Received > 4_500);
        cable.AssertNoLeaks();
    }

    private static void Rounds(Cable cable, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                cable.A.Send(500, i);
            }

            cable.Driver.RunFor(Duration.FromMilliseconds(20));
        }
    }
}
