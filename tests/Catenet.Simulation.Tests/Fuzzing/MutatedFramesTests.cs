using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Sockets;
using Catenet.Programs.Dns;
using Catenet.Programs.Tools;
using Catenet.Programs.Transfer;
using Catenet.Wire.Dns;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Simulation.Tests.Fuzzing;

/// <summary>Nothing that a remote peer sends may throw, leak or grow without bound.</summary>
public sealed class MutatedFramesTests
{
    private const int Frames = 1_000_000;
    private const int FramesPerInstant = 50;

    private readonly Network _network = new(seed: 99);
    private readonly RandomStream _random = new(99, "mutations");

    [Fact]
    public void A_million_damaged_frames_do_a_host_and_the_one_behind_it_no_harm()
    {
        var (router, corpus) = Record();
        var device = (EthernetDevice)router.Devices.ByName("eth0")!;
        long memory = 0;
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = Mutate(corpus[_random.Next(corpus.Count)]);
            var packet = _network.Loop.Packets.Rent(frame);
            device.OnFrame(packet);
            if (i % FramesPerInstant == 0)
            {
                _network.Run(Duration.FromMilliseconds(20));
            }

            if (i == Frames / 4)
            {
                // By now every table is as full as it gets.
                memory = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        long growth = GC.GetTotalMemory(forceFullCollection: true) - memory;
        Assert.InRange(growth, long.MinValue, 8 * 1024 * 1024);
        Assert.InRange(router.Neighbours.All.Count(), 0, 1024);
        Assert.InRange(router.Netfilter.Tracker!.Count, 0, router.Settings.Conntrack.Max);

        // It still works for those who behave.
        var other = _network.Host("fresh");
        _network.Connect(other, "198.51.100.2/24", router, "198.51.100.1/24");
        var ping = _network.Driver.Run(() => new Ping(other).RunAsync("198.51.100.1", new PingOptions { Count = 1 }), Duration.FromMinutes(1));
        Assert.Equal(1, ping.Received);

        // Connections that nobody answers are given up within TCP's longest patience.
        _network.Run(Duration.FromMinutes(60));
        _network.Loop.Packets.AssertNoLeaks();
    }

    /// <summary>Lets a router with services and NAT, and a host behind it, be used in every way, and keeps what the router was sent.</summary>
    private (Host Router, List<byte[]> Corpus) Record()
    {
        var (client, router, inside) = (_network.Host("client"), _network.Router("router"), _network.Host("inside"));
        _network.Connect(client, "192.0.2.1/24, 2001:db8:1::1/64", router, "192.0.2.2/24, 2001:db8:1::2/64");
        _network.Connect(router, "10.0.0.1/24, 2001:db8:2::1/64", inside, "10.0.0.2/24, 2001:db8:2::2/64");
        client.Routes.AddDefault(InetAddress.Parse("192.0.2.2"));
        client.Routes.AddDefault(InetAddress.Parse("2001:db8:1::2"));
        inside.Routes.AddDefault(InetAddress.Parse("10.0.0.1"));
        inside.Routes.AddDefault(InetAddress.Parse("2001:db8:2::1"));
        router.Settings.Conntrack.Max = 4096;
        router.Netfilter.Nat.Masquerade("eth0");
        var zone = new DnsZone(DnsName.Parse("test."), DnsName.Parse("ns.test.")).Add("www", 60, InetAddress.Parse("192.0.2.2"));
        using (_network.Loop.Enter())
        {
            _ = new AuthoritativeServer(router, zone).RunAsync();
            _ = new TcpEcho(router).RunAsync(7);
            _ = new TcpEcho(inside).RunAsync(7);
        }

        var recorder = new FrameRecorder();
        _network.Run(Duration.FromSeconds(3));
        using (_network.Loop.Tracer.Subscribe(recorder))
        {
            _network.Driver.Run(() => UseAsync(client), Duration.FromMinutes(5));
        }

        return (router, recorder.Frames);
    }

    private static async Task UseAsync(Host client)
    {
        foreach (string target in (string[])["192.0.2.2", "2001:db8:1::2", "10.0.0.2", "2001:db8:2::2"])
        {
            await new Ping(client).RunAsync(target, new PingOptions { Count = 2, Size = 3000 });
            await new TcpSender(client).RunAsync(new IPEndPoint(IPAddress.Parse(target), 7), 20_000);
            await new Traceroute(client).RunAsync(target);
            using var closed = new NetSocket(client, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(async () => await closed.ConnectAsync(IPAddress.Parse(target), 81));
        }

        await new Dig(client).RunAsync("www.test", DnsType.A, InetAddress.Parse("192.0.2.2"));
    }

    /// <summary>Damages a frame in one of many ways; mostly the checksums are then made right, so that it gets past them.</summary>
    private byte[] Mutate(byte[] original)
    {
        byte[] frame = [.. original];
        int changes = 1 + _random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            frame = Change(frame);
        }

        if (_random.Chance(0.7))
        {
            MakeChecksumsRight(frame);
        }

        return frame;
    }

    private byte[] Change(byte[] frame)
    {
        // The link header stays, mostly, or nobody would look further.
        int from = _random.Chance(0.95) ? Math.Min(EthernetView.Size, frame.Length) : 0;
        if (frame.Length <= from)
        {
            return frame;
        }

        int at = from + _random.Next(frame.Length - from);
        switch (_random.Next(6))
        {
            case 0:
                frame[at] ^= (byte)(1 << _random.Next(8));
                return frame;
            case 1:
                frame[at] = (byte)_random.NextUInt32();
                return frame;
            case 2:
                frame[at] = _random.Chance(0.5) ? (byte)0 : (byte)0xFF;
                return frame;
            case 3:
                return frame[..at];
            case 4:
                return [.. frame, .. frame[at..]];
            default:
                // Headers are where the decisions are.
                at = Math.Min(frame.Length - 1, EthernetView.Size + _random.Next(60));
                frame[at] = (byte)_random.NextUInt32();
                return frame;
        }
    }

    private static void MakeChecksumsRight(byte[] frame)
    {
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return;
        }

        var packet = frame.AsSpan(EthernetView.Size);
        if (ethernet.EtherType == EtherType.IPv4 && packet.Length >= IPv4View.MinSize)
        {
            int header = (packet[0] & 0xF) * 4;
            if (header < IPv4View.MinSize || header > packet.Length)
            {
                return;
            }

            BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Compute(packet[..header]));
            MakeTransportRight(packet[header..], packet[9], InetAddress.ReadIPv4(packet[12..]), InetAddress.ReadIPv4(packet[16..]));
        }
        else if (ethernet.EtherType == EtherType.IPv6 && packet.Length >= IPv6View.Size && IPv6Upper.TryWalk(packet, out var upper))
        {
            MakeTransportRight(packet[upper.Offset..], upper.Protocol, InetAddress.ReadIPv6(packet[8..]), InetAddress.ReadIPv6(packet[24..]));
        }
    }

    private static void MakeTransportRight(Span<byte> transport, byte protocol, InetAddress source, InetAddress destination)
    {
        (int at, bool pseudo) = protocol switch
        {
            IpProtocol.Tcp => (TcpView.ChecksumOffset, true),
            IpProtocol.Udp => (UdpView.ChecksumOffset, true),
            IpProtocol.IcmpV6 => (2, true),
            IpProtocol.Icmp => (2, false),
            _ => (-1, false),
        };
        if (at < 0 || transport.Length < at + 2)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(transport[at..], 0);
        ulong sum = pseudo ? InternetChecksum.PseudoHeader(source, destination, protocol, transport.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(transport[at..], InternetChecksum.Finish(InternetChecksum.Add(transport, sum)));
    }

    /// <summary>Keeps every frame that comes in at the router's outer device.</summary>
    private sealed class FrameRecorder : ITraceListener
    {
        public List<byte[]> Frames { get; } = [];

        public void OnEvent(in TraceEvent traceEvent)
        {
            if (traceEvent is { Kind: TraceKind.DeviceReceive, Node: "router", Device: "eth0", Packet: { } packet })
            {
                Frames.Add(packet.ToArray());
            }
        }
    }
}
