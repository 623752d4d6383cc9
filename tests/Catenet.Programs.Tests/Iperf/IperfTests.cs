using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Programs.Iperf;

namespace Catenet.Programs.Tests.Iperf;

public class IperfTests
{
    [Theory]
    [InlineData(1, false, "192.0.2.2")]
    [InlineData(4, false, "192.0.2.2")]
    [InlineData(1, true, "192.0.2.2")]
    [InlineData(3, true, "2001:db8::2")]
    public void Tcp_streams_fill_the_link_both_ways_round(int streams, bool reverse, string server)
    {
        var (seen, told) = Measure(Link(), new IperfOptions { Streams = streams, Reverse = reverse, Time = Duration.FromSeconds(3) }, server);
        Assert.Equal(streams, seen.Streams.Count);
        Assert.Equal(streams == 1 ? [1] : streams == 3 ? [1, 3, 4] : [1, 3, 4, 5], seen.Streams.Select(s => s.Id));
        Assert.All(seen.Streams, s => Assert.InRange(s.Received, 1, s.Sent + 131072)); // a block cut off at the end is not counted as sent
        Assert.InRange(seen.BitsPerSecond, 14e6, 20.5e6);
        Assert.Equal(seen.Received, told.Received);
        Assert.InRange(seen.Elapsed.TotalSeconds, 3, 3.1);
    }

    [Fact]
    public void An_amount_ends_a_test_before_its_time()
    {
        var (seen, _) = Measure(Link(), new IperfOptions { Octets = 1_000_000 });
        Assert.Equal(8 * 131072, seen.Sent);
        Assert.InRange(seen.Elapsed.TotalSeconds, 0.1, 1);
        (seen, _) = Measure(Link(), new IperfOptions { Octets = 1_000_000, Streams = 3, Reverse = true });
        Assert.InRange(seen.Received, 1_000_000, 1_400_000);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Datagrams_keep_their_pace_and_none_is_lost_on_a_good_link(int streams, bool reverse)
    {
        var (seen, _) = Measure(Link(), new IperfOptions { Udp = true, Rate = 2_000_000, Streams = streams, Reverse = reverse, Time = Duration.FromSeconds(2) });
        Assert.True(seen.Lost == 0, string.Join("\n", seen.Summary()));
        Assert.All(seen.Streams, s => Assert.InRange(s.Packets, 340, 352));
        Assert.All(seen.Streams, s => Assert.InRange(s.Received, s.Sent - 10 * 1448, s.Sent + 10 * 1448));
    }

    [Fact]
    public void Lost_datagrams_are_counted_and_a_lost_greeting_is_sent_again()
    {
        var poor = new LinkDirectionSettings { Delay = Duration.FromMilliseconds(10), Loss = 0.3 };
        var (seen, _) = Measure(new LinkSettings { AToB = poor, BToA = poor }, new IperfOptions { Udp = true, Streams = 8, Time = Duration.FromSeconds(2) });
        long packets = seen.Streams.Sum(s => s.Packets);
        Assert.Equal(8, seen.Streams.Count);
        Assert.InRange(seen.Lost, packets * 0.2, packets * 0.4);
    }

    [Fact]
    public void A_wire_without_limits_ends_too()
    {
        var (seen, _) = Measure(new LinkSettings(), new IperfOptions { Time = Duration.FromMicroseconds(500) });
        Assert.InRange(seen.BitsPerSecond, 1e9, 101e9);
        (seen, _) = Measure(new LinkSettings(), new IperfOptions { Udp = true, Rate = 10_000_000_000, Time = Duration.FromMilliseconds(2) });
        Assert.InRange(seen.BitsPerSecond, 1e9, 10.1e9);
    }

    [Fact]
    public void A_busy_server_says_so_and_serves_the_next()
    {
        var net = new Network();
        var (alice, bob) = Hosts(net, Link());
        using var stop = new CancellationTokenSource();
        var server = new IperfServer(bob);
        var refused = net.Driver.Run(async () =>
        {
            var serving = server.RunAsync(5201, stop.Token);
            var first = new IperfClient(alice).RunAsync("192.0.2.2", new IperfOptions { Time = Duration.FromSeconds(1) });
            var refused = await Assert.ThrowsAsync<IperfException>(() => new IperfClient(alice).RunAsync("192.0.2.2"));
            await first;
            await new IperfClient(alice).RunAsync("192.0.2.2", new IperfOptions { Time = Duration.FromSeconds(1) });
            await bob.Loop.SleepAsync(Duration.FromSeconds(1));
            stop.Cancel();
            await serving;
            return refused;
        }, Duration.FromSeconds(30));
        Assert.Contains("busy", refused.Message);
        Assert.Equal(2, server.Served);
        net.Run(Duration.FromMinutes(5));
        net.Loop.Packets.AssertNoLeaks();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n and much more than a cookie\0\0\0\0\0\0\0\0")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghij\0\u007f\u007f\u007f\u007f")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghij\0\0\0\0\u0004null")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghij\0\0\0\0\u0010{\"parallel\":900}")]
    public void Nonsense_at_the_port_does_not_stop_the_server(string nonsense)
    {
        var net = new Network();
        var (alice, bob) = Hosts(net, Link());
        using var stop = new CancellationTokenSource();
        var server = new IperfServer(bob);
        net.Driver.Run(async () =>
        {
            var serving = server.RunAsync(5201, stop.Token);
            var end = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.2"), 5201);
            using var socket = new Kernel.Sockets.NetSocket(alice, end.AddressFamily, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(end);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(nonsense));
            byte[] buffer = new byte[100];
            try
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
            catch (System.Net.Sockets.SocketException e) when (e.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionReset)
            {
                // Closed before all of it was read.
            }

            await new IperfClient(alice).RunAsync("192.0.2.2", new IperfOptions { Time = Duration.FromSeconds(1) });
            await bob.Loop.SleepAsync(Duration.FromSeconds(1));
            stop.Cancel();
            await serving;
        }, Duration.FromMinutes(2));
        Assert.Equal(1, server.Served);
        Assert.IsType<IperfException>(server.LastFailure);
    }

    [Fact]
    public void The_summary_reads_as_iperf3s()
    {
        var result = new IperfResult(false, Duration.FromSeconds(10), [new IperfStreamResult(1, 11_500_000_000, 11_499_000_000, 3, 0, 0, Duration.Zero)]);
        Assert.Equal(
            [
                "[ ID] Interval           Transfer     Bitrate         Retr",
                "[  5]   0.00-10.00  sec  10.7 GBytes  9.20 Gbits/sec  3  sender",
                "[  5]   0.00-10.00  sec  10.7 GBytes  9.20 Gbits/sec        receiver",
            ], result.Summary());
    }

    private static LinkSettings Link()
    {
        var direction = new LinkDirectionSettings { Delay = Duration.FromMilliseconds(5), RateBitsPerSecond = 20_000_000, Queue = 60 };
        return new LinkSettings { AToB = direction, BToA = direction };
    }

    private static (IperfResult Client, IperfResult Server) Measure(LinkSettings link, IperfOptions options, string server = "192.0.2.2")
    {
        var net = new Network(7);
        var (alice, bob) = Hosts(net, link);
        using var stop = new CancellationTokenSource();
        IperfResult? told = null;
        var result = net.Driver.Run(async () =>
        {
            var serving = new IperfServer(bob, r => told = r).RunAsync(5201, stop.Token);
            var result = await new IperfClient(alice).RunAsync(server, options);
            await bob.Loop.SleepAsync(Duration.FromSeconds(60));
            stop.Cancel();
            await serving;
            return result;
        }, Duration.FromMinutes(2));
        Assert.NotNull(told);
        net.Run(Duration.FromMinutes(10));
        net.Loop.Packets.AssertNoLeaks();
        return (result, told);
    }

    private static (Host Alice, Host Bob) Hosts(Network net, LinkSettings? link)
    {
        var alice = net.Host("alice");
        var bob = net.Host("bob");
        net.Connect(alice, "192.0.2.1/24, 2001:db8::1/64", bob, "192.0.2.2/24, 2001:db8::2/64", link);
        net.Run(Duration.FromSeconds(3)); // until duplicate address detection is through
        return (alice, bob);
    }
}
