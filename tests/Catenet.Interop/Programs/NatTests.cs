using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Catenet.Fabric.Routing;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;

namespace Catenet.Interop.Programs;

/// <summary>Catenet between Linux and Linux as a router that hides one behind its own address.</summary>
public sealed class NatTests
{
    [Theory]
    [MemberData(nameof(PingTests.All), MemberType = typeof(PingTests))]
    public async Task Catenet_hides_one_Linux_from_another_behind_its_address(Terrain terrain, bool v6)
    {
        Needs.Linux("ping", "curl", "traceroute");
        using var world = new World();
        var home = world.Linux("home");
        var outside = world.Linux("outside");
        var (inside, gateway, outer, target) = v6
            ? ("fd00:1::2", "fd00:1::1", "2001:db8::2", "2001:db8::1")
            : ("192.168.1.2", "192.168.1.1", "203.0.113.2", "203.0.113.1");
        if (v6)
        {
            // A home router hides nobody who has an IPv6 address: this one does.
            var router = world.Host("router", forwarding: true);
            World.Plug(router, home.AddInterface(Terrains.Of(terrain), 1500, true, "fd00:1::2/64"), 1500, (gateway, 64));
            World.Plug(router, outside.AddInterface(null, 1500, true, "2001:db8::1/64"), 1500, (outer, 64));
            router.Netfilter.AddRouterFirewall("eth1");
            router.Netfilter.Nat.Masquerade("eth1");
            router.Netfilter.Nat.PortForward(IpProtocol.Tcp, new InetEndpoint(InetAddress.Parse(outer), 1007), new InetEndpoint(InetAddress.Parse(inside), 7));
        }
        else
        {
            var router = new HomeRouter(world.Loop, "router");
            Assert.True(router.Lan.IsUp && router.Wan.IsUp);
            router.AddLanPort(home.AddInterface(Terrains.Of(terrain), 1500, false, "192.168.1.2/24"));
            router.ConnectWan(outside.AddInterface(null, 1500, true, "203.0.113.1/24"), InetAddress.Parse(outer), 24, InetAddress.Parse(target));
            router.Forward(IpProtocol.Tcp, 1007, new InetEndpoint(InetAddress.Parse(inside), 7));
        }

        home.Space.Ip($"route add default via {gateway}");
        world.Start();
        home.Output("ping", "-c", "20", "-i", "0.02", "-W", "2", target);
        home.Output("ping", "-c", "20", "-i", "0.02", "-W", "2", "-s", "4000", target);
        string trace = home.Output("traceroute", "-n", "-N", "1", "-q", "3", "-w", "1", "-m", "3", target);
        Assert.Matches($"1 .*{Regex.Escape(gateway)} ", trace);
        Assert.Matches($"2 .*{Regex.Escape(target)} ", trace);

        Assert.Equal(outer, await RouterTests.PassAsync(home, outside, target, 1_000_000));

        // In by the forwarded port only. (Nobody takes what passes these ports for HTTP.)
        using (var listener = home.Listen(inside, 7))
        using (var client = outside.Socket(Transfer.Family(v6)))
        {
            var accepting = listener.AcceptAsync();
            await client.ConnectAsync(IPAddress.Parse(outer), 1007).WaitAsync(World.Patience);
            using var accepted = await accepting.WaitAsync(World.Patience);
            Assert.Equal(target, ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString());
            byte[] data = Transfer.Pattern(200_000, 1);
            await Task.WhenAll(Transfer.SendAsync(client, data), Transfer.ReadAsync(accepted, data)).WaitAsync(World.Patience);
        }

        Assert.Contains("timed out", outside.Run("curl", "-sS", "-m", "1", $"http://{(v6 ? $"[{outer}]" : outer)}:1008/").All);

        // Datagrams there and back.
        using var asked = outside.Socket(Transfer.Family(v6), SocketType.Dgram);
        asked.Bind(new IPEndPoint(IPAddress.Parse(target), 5000));
        using var asking = home.Socket(Transfer.Family(v6), SocketType.Dgram);
        asking.Bind(new IPEndPoint(IPAddress.Parse(inside), 6000));
        var any = new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        byte[] buffer = new byte[2000];
        var receiving = asked.ReceiveFromAsync(buffer, any);
        for (int i = 0; i < 10; i++)
        {
            await asking.SendToAsync(new byte[1000], new IPEndPoint(IPAddress.Parse(target), 5000));
        }

        var question = await receiving.WaitAsync(World.Patience);
        Assert.Equal(outer, ((IPEndPoint)question.RemoteEndPoint).Address.ToString());
        var answers = asking.ReceiveFromAsync(new byte[2000], any);
        for (int i = 0; i < 10; i++)
        {
            await asked.SendToAsync(new byte[500], question.RemoteEndPoint);
        }

        Assert.Equal(500, (await answers.WaitAsync(World.Patience)).ReceivedBytes);
        world.Judge();
    }
}
