using Catenet.Core;
using Catenet.Fabric.Links;

namespace Catenet.Bench;

/// <summary>Frames of 64 octets over one link, without hosts.</summary>
internal sealed class LinkFrames(string name, string unit, bool perfect) : Benchmark(name, unit,
    perfect ? "64 B frames over a perfect link" : "64 B frames over a busy 10 Gbit/s link of 50 us, one waiting behind the other")
{
    public override double Run(double seconds)
    {
        var loop = new EventLoop();
        var driver = new VirtualDriver(loop);
        var link = new Link(loop, "a", "b", perfect ? LinkSettings.Perfect : LinkSettings.Of(10_000_000_000, Duration.FromMicroseconds(50)));
        var a = new Sink(loop, link.A);
        var b = new Sink(loop, link.B);
        byte[] template = new byte[64];
        return Clock.PerSecond(seconds, () =>
        {
            long before = b.Received;
            for (int round = 0; round < 100; round++)
            {
                for (int i = 0; i < 32; i++)
                {
                    a.Send(template);
                }

                driver.RunFor(Duration.FromMicroseconds(2));
            }

            return b.Received - before;
        });
    }
}
