using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>A router whose packets are led past the hook points by hand, so that nothing but netfilter decides over them.</summary>
internal sealed class HookBench : IDisposable
{
    public HookBench(ulong seed = 1)
    {
        Loop = new EventLoop(seed);
        Host = new Host(Loop, "router");
        Lan = Host.Devices.AddEthernet("lan");
        Wan = Host.Devices.AddEthernet("wan");
        Lan.Addresses.Add(InetAddress.Parse("192.168.1.1"), 24);
        Wan.Addresses.Add(InetAddress.Parse("203.0.113.1"), 24);
        Lan.Addresses.Add(InetAddress.Parse("fd00:1::1"), 64);
        Wan.Addresses.Add(InetAddress.Parse("2001:db8::1"), 64);
    }

    public EventLoop Loop { get; }

    public Host Host { get; }

    public EthernetDevice Lan { get; }

    public EthernetDevice Wan { get; }

    public NetfilterHooks Hooks => Host.Netfilter;

    public ConnectionTracker Tracker => Hooks.EnableTracking();

    /// <summary>Why the last packet was dropped.</summary>
    public DropReason LastDrop { get; private set; }

    /// <summary>Passes a packet from inside to outside; what it says as it leaves, or null if it was dropped.</summary>
    public string? Out(byte[] packet) => Describe(Forward(packet, Lan, Wan));

    /// <summary>Passes a packet from outside to inside.</summary>
    public string? In(byte[] packet) => Describe(Forward(packet, Wan, Lan));

    public byte[]? Forward(byte[] packet, NetDevice from, NetDevice to) =>
        Pass(packet, (HookPoint.PreRouting, from, null), (HookPoint.Forward, from, to), (HookPoint.PostRouting, null, to));

    public string? Deliver(byte[] packet, NetDevice from) =>
        Describe(Pass(packet, (HookPoint.PreRouting, from, null), (HookPoint.LocalIn, from, null)));

    public string? Send(byte[] packet, NetDevice to) =>
        Describe(Pass(packet, (HookPoint.LocalOut, null, to), (HookPoint.PostRouting, null, to)));

    public void Wait(double seconds) => new VirtualDriver(Loop).RunFor(Duration.FromSeconds(seconds));

    public void Dispose() => Loop.Packets.AssertNoLeaks();

    private static string? Describe(byte[]? packet) => packet is null ? null : TestPacket.Describe(packet);

    private byte[]? Pass(byte[] bytes, params ReadOnlySpan<(HookPoint Point, NetDevice? In, NetDevice? Out)> way)
    {
        var packet = Loop.Packets.Rent(bytes);
        packet.MarkNetworkHeader();
        var before = new long[256];
        for (int i = 0; i < before.Length; i++)
        {
            before[i] = Enum.IsDefined((DropReason)i) ? Host.Drops[(DropReason)i] : 0;
        }

        LastDrop = DropReason.NotDropped;
        foreach (var (point, input, output) in way)
        {
            if (Hooks.Run(point, packet, input, output) != Verdict.Accept)
            {
                Assert.True(packet.IsReleased);
                LastDrop = Enum.GetValues<DropReason>().First(r => Host.Drops[r] != before[(int)r]);
                return null;
            }
        }

        var result = packet.ToArray();
        packet.Release();
        TestPacket.AssertChecksums(result);
        return result;
    }
}
