using System.Net;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Programs.Streams;
using Catenet.Programs.Transfer;

namespace Catenet.Programs.Tests.Streams;

public class StreamTests
{
    [Fact]
    public void A_stream_over_a_perfect_link_has_no_glitch()
    {
        var (result, _) = Watch(null);
        Assert.Equal(new UdpStreamResult(250, 250, 0, 0, 0, 0, 0, 0, Duration.Zero), result with { Jitter = Duration.Zero });
    }

    [Fact]
    public void Losses_duplicates_and_reordering_are_counted_and_repeat_with_the_seed()
    {
        var poor = new LinkSettings
        {
            AToB = new LinkDirectionSettings { Delay = Duration.FromMilliseconds(20), Loss = 0.05, Duplication = 0.03, Reordering = 0.1, ReorderDelay = Duration.FromMilliseconds(50) },
        };
        var (result, net) = Watch(poor);
        Assert.InRange(result.Lost, 3, 30);
        Assert.InRange(result.Duplicated, 1, 25);
        Assert.InRange(result.Reordered, 1, 60);
        Assert.True(result.Glitches > 0 && result.Glitches <= result.Lost + result.Late);
        Assert.Equal(result.Expected, result.Received + result.Lost);
        net.Loop.Packets.AssertNoLeaks();
        Assert.Equal(result, Watch(poor).Result);
    }

    [Fact]
    public void A_transfer_arrives_whole_and_an_echo_returns()
    {
        var net = new Network();
        var (alice, bob) = Hosts(net, new LinkSettings { AToB = new LinkDirectionSettings { Delay = Duration.FromMilliseconds(5), Loss = 0.01 } });
        var (sent, received) = net.Driver.Run(async () =>
        {
            var sink = new TcpSink(bob).RunAsync(9);
            var sent = await new TcpSender(alice).RunAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 9), 1_000_000);
            return (sent, await sink);
        }, Duration.FromMinutes(5));
        Assert.Equal(1_000_000, received.Octets);
        Assert.Equal(sent.Sha256, received.Sha256);

        using var stop = new CancellationTokenSource();
        int served = net.Driver.Run(async () =>
        {
            var echo = new TcpEcho(bob).RunAsync(7, stop.Token);
            await new TcpSender(alice).RunAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 7), 100_000);
            stop.Cancel();
            return await echo;
        }, Duration.FromMinutes(5));
        Assert.Equal(1, served);
        net.Run(Duration.FromMinutes(10));
        net.Loop.Packets.AssertNoLeaks();
    }

    private static (UdpStreamResult Result, Network Net) Watch(LinkSettings? link)
    {
        var net = new Network(3);
        var (alice, bob) = Hosts(net, link);
        var result = net.Driver.Run(async () =>
        {
            var watching = new UdpStreamReceiver(bob).RunAsync(5004);
            Assert.Equal(250, await new UdpStreamSender(alice).RunAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5004)));
            return await watching;
        }, Duration.FromMinutes(1));
        net.Run(Duration.FromMinutes(5));
        return (result, net);
    }

    private static (Host Alice, Host Bob) Hosts(Network net, LinkSettings? link)
    {
        var alice = net.Host("alice");
        var bob = net.Host("bob");
        net.Connect(alice, "192.0.2.1/24", bob, "192.0.2.2/24", link);
        return (alice, bob);
    }
}
