using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;

namespace Catenet.Bench;

/// <summary>Frames of 64 octets between eight stations of one switch, without hosts.</summary>
internal sealed class SwitchFrames() : Benchmark("switch", "frames/s", "64 B frames forwarded by a switch with 8 ports")
{
    public override double Run(double seconds)
    {
        var loop = new EventLoop();
        var driver = new VirtualDriver(loop);
        var fabric = new Switch(loop, "sw");
        var stations = new Sink[8];
        var templates = new byte[8][];
        for (int i = 0; i < 8; i++)
        {
            var link = new Link(loop, $"s{i}", $"sw.p{i + 1}");
            stations[i] = new Sink(loop, link.A);
            fabric.AddPort(link.B);
            templates[i] = new byte[64];
            new MacAddress(0x0200_0000_0000UL + (ulong)((i + 1) % 8)).CopyTo(templates[i]);
            new MacAddress(0x0200_0000_0000UL + (ulong)i).CopyTo(templates[i].AsSpan(6));
        }

        return Clock.PerSecond(seconds, () =>
        {
            long before = fabric.Count(SwitchDecision.Forward);
            for (int round = 0; round < 100; round++)
            {
                for (int i = 0; i < 32; i++)
                {
                    stations[i % 8].Send(templates[i % 8]);
                }

                driver.RunFor(Duration.FromMicroseconds(1));
            }

            return fabric.Count(SwitchDecision.Forward) - before;
        });
    }
}
