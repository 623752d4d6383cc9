using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Fabric.Tests.Links;

/// <summary>A loop, a link, and a station at each end.</summary>
internal sealed class Cable
{
    public Cable(LinkDirectionSettings settings, ulong seed = 1, string a = "a", bool keepNotes = true)
    {
        Loop = new EventLoop(seed);
        Link = new Link(Loop, a, "b", LinkSettings.Symmetric(settings));
        A = new Station(Loop, Link.A, keepNotes);
        B = new Station(Loop, Link.B, keepNotes);
        Driver = new VirtualDriver(Loop);
    }

    public EventLoop Loop { get; }

    public Link Link { get; }

    public Station A { get; }

    public Station B { get; }

    public VirtualDriver Driver { get; }

    /// <summary>Sends numbered frames one every interval and runs until the last has arrived.</summary>
    public void Send(int count, int length = 100, long everyNanoseconds = 100_000)
    {
        int next = 0;
        ActionTimer timer = null!;
        timer = new ActionTimer(_ =>
        {
            A.Send(length, next++);
            if (next < count)
            {
                Loop.Arm(timer, new Duration(everyNanoseconds));
            }
        });
        Loop.Arm(timer, Loop.Now);
        Silence();
    }

    public void Silence() => Assert.True(Driver.RunUntilIdle(Loop.Now + Duration.FromSeconds(10_000)));

    public void AssertNoLeaks()
    {
        Silence();
        Loop.Packets.AssertNoLeaks();
    }
}
