using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

public class NetfilterCostTests
{
    [Theory]
    [InlineData("192.168.1.2:49152", "198.51.100.10:80")]
    [InlineData("[fd00:1::2]:49152", "[2001:db8:9::10]:80")]
    public void Packets_of_a_known_flow_through_NAT_and_firewall_allocate_nothing(string client, string server)
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan");
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward, RuleAction.Drop);
        chain.Add(FilterMatch.State(ConnectionStates.Invalid), RuleAction.Drop);
        chain.Add(FilterMatch.State(ConnectionStates.Established), RuleAction.Accept);
        chain.Add(FilterMatch.All, RuleAction.Accept);
        router.Out(Segment(client, server, TcpFlags.Syn, 1000));
        string outside = router.Send(Datagram(client, server), router.Wan)!.Split(' ')[1];
        router.In(Segment(server, outside, TcpFlags.Syn | TcpFlags.Ack, 5000, 1001));
        byte[] data = Segment(client, server, TcpFlags.Ack, 1001, 5001, 100);
        byte[] ack = Segment(server, outside, TcpFlags.Ack, 5001, 1101);

        Round(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(TcpTrackingState.Established, router.Tracker.Connections[0].TcpState);
        Assert.True(router.Tracker.Connections[0].Reply.Packets > 2000);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Pass(data, router.Lan, router.Wan);
                Pass(ack, router.Wan, router.Lan);
            }
        }

        void Pass(byte[] bytes, Devices.NetDevice from, Devices.NetDevice to)
        {
            var packet = router.Loop.Packets.Rent(bytes);
            Verdict verdict = router.Hooks.Run(HookPoint.PreRouting, packet, from, null);
            verdict |= router.Hooks.Run(HookPoint.Forward, packet, from, to);
            verdict |= router.Hooks.Run(HookPoint.PostRouting, packet, null, to);
            if (verdict != Verdict.Accept)
            {
                throw new InvalidOperationException("refused");
            }

            packet.Release();
        }
    }

    [Fact]
    public void A_host_without_rules_holds_no_table()
    {
        using var router = new HookBench();
        Assert.NotNull(router.Out(Datagram("192.168.1.2:1", "198.51.100.10:2")));
        Assert.Null(router.Hooks.Tracker);
        Assert.False(router.Hooks.NeedsWholePackets);
    }

    [Fact]
    public void Mutated_packets_neither_throw_nor_leak_nor_fill_more_than_the_table()
    {
        var random = new RandomStream(7, "netfilter/fuzz");
        using var router = new HookBench(7);
        router.Host.Settings.Conntrack.Max = 64;
        router.Host.Settings.Conntrack.Checksum = false;
        router.Hooks.Nat.Masquerade("wan", behaviour: NatBehaviour.RestrictedCone);
        router.Hooks.Nat.PortForward(IpProtocol.Tcp, Endpoint("203.0.113.1:80"), Endpoint("192.168.1.5:8080"));
        router.Hooks.Nat.OneToOne(InetAddress.Parse("192.168.1.9"), InetAddress.Parse("203.0.113.9"), "wan");
        var chain = router.Hooks.AddChain("forward", HookPoint.Forward);
        chain.Add(FilterMatch.Tcp((ushort)22), RuleAction.Drop);
        chain.Add(FilterMatch.State(ConnectionStates.Related | ConnectionStates.Established), RuleAction.Accept);
        byte[][] seeds =
        [
            Segment("192.168.1.2:1000", "198.51.100.10:80", TcpFlags.Syn),
            Segment("198.51.100.10:80", "203.0.113.1:1000", TcpFlags.Syn | TcpFlags.Ack, 5000, 1001),
            Datagram("192.168.1.2:1000", "198.51.100.10:53"),
            Echo("192.168.1.2", "198.51.100.10", 7),
            Error("10.7.7.7", "203.0.113.1", Segment("203.0.113.1:1000", "198.51.100.10:80", TcpFlags.Syn)),
            Error("10.7.7.7", "203.0.113.1", Datagram("203.0.113.1:1000", "198.51.100.10:53")),
            Segment("[fd00:1::2]:1000", "[2001:db8:9::10]:80", TcpFlags.Syn),
            Error("2001:db8:7::7", "2001:db8::1", Segment("[2001:db8::1]:1000", "[2001:db8:9::10]:80", TcpFlags.Syn)),
            Segment("198.51.100.10:1234", "203.0.113.1:80", TcpFlags.Syn),
            Datagram("198.51.100.10:1", "203.0.113.9:2"),
        ];

        for (int i = 0; i < 200_000; i++)
        {
            byte[] seed = seeds[random.Next(seeds.Length)];
            var packet = router.Loop.Packets.Rent(seed);
            for (int mutations = random.Next(5); mutations > 0; mutations--)
            {
                packet.Span[random.Next(seed.Length)] = (byte)random.NextUInt32();
            }

            if (random.Next(4) == 0)
            {
                packet.TrimTo(random.Next(seed.Length + 1));
            }

            bool outward = random.Next(2) == 0;
            var (from, to) = outward ? (router.Lan, router.Wan) : (router.Wan, router.Lan);
            if (router.Hooks.Run(HookPoint.PreRouting, packet, from, null) == Verdict.Accept &&
                router.Hooks.Run(HookPoint.Forward, packet, from, to) == Verdict.Accept &&
                router.Hooks.Run(HookPoint.PostRouting, packet, null, to) == Verdict.Accept)
            {
                packet.Release();
            }
        }

        Assert.InRange(router.Tracker.Count, 1, 64);
        Assert.InRange(router.Hooks.Nat.Mappings.Count, 0, 64);
        router.Wait(1_000_000);
        Assert.Equal(0, router.Tracker.Count);
        Assert.Equal(0, router.Hooks.Nat.Mappings.Count);
    }
}
