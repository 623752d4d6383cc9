using System.Net;
using System.Net.Sockets;
using Catenet.Fabric.Switching;
using Catenet.Interop.Programs.Support;

namespace Catenet.Interop.Programs;

/// <summary>Catenet between Linux and Linux: as a router, as a switch.</summary>
public sealed class RouterTests
{
    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Catenet_routes_between_two_Linuxes(Terrain terrain, bool v6)
    {
        Needs.Linux("iperf3", "traceroute", "tracepath");
        using var world = new World();
        var a = world.Linux("a");
        var b = world.Linux("b");
        var router = world.Host("router", forwarding: true);
        world.Connect(a, router, 1, Terrains.Of(terrain));

        // The second way is narrower: everything bigger learns so from the router.
        world.Connect(b, router, 2, mtu: 1400);
        a.Space.Ip("route add default via 10.0.1.2");
        a.Space.Ip("route add default via fd00:1::2");
        b.Space.Ip("route add default via 10.0.2.2");
        b.Space.Ip("route add default via fd00:2::2");
        world.Start();
        string target = v6 ? "fd00:2::1" : "10.0.2.1";
        a.Output("ping", "-c", "20", "-i", "0.02", "-W", "2", "-s", "3000", target);
        Assert.Contains("pmtu 1400 hops 2 back 2", a.Output("tracepath", v6 ? "-6" : "-4", "-n", "-m", "5", target));
        Assert.Contains(v6 ? "fd00:1::2" : "10.0.1.2", a.Output("traceroute", "-n", "-N", "1", "-q", "3", "-w", "1", "-m", "3", target));
        await PassAsync(a, b, target, 1_000_000);
        await PassAsync(b, a, v6 ? "fd00:1::1" : "10.0.1.1", 1_000_000);
        using var server = b.Serve("Server listening", "iperf3", "-s", "-1", "--forceflush");
        Assert.Contains("iperf Done", a.Output("iperf3", "-c", target, "-n", "4M", "-P", "3"));
        world.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Catenet_switches_between_three_Linuxes(Terrain terrain, bool v6)
    {
        Needs.Linux("ping", "arping", "iperf3");
        using var world = new World();
        var fabric = new Switch(world.Loop, "switch");
        var nodes = Enumerable.Range(1, 3).Select(i => world.Linux($"linux{i}")).ToList();
        for (int i = 0; i < 3; i++)
        {
            fabric.AddPort(nodes[i].AddInterface(Terrains.Of(terrain), 1500, false, $"10.0.0.{i + 1}/24", $"fd00::{i + 1}/64"));
        }

        world.Start();
        string Address(int i) => v6 ? $"fd00::{i + 1}" : $"10.0.0.{i + 1}";
        for (int from = 0; from < 3; from++)
        {
            for (int to = 0; to < 3; to++)
            {
                if (from != to)
                {
                    nodes[from].Output("ping", "-c", "20", "-i", "0.01", "-W", "2", Address(to));
                    await PassAsync(nodes[from], nodes[to], Address(to), 300_000);
                }
            }
        }

        Assert.Equal(3, world.Do(() => fabric.Stations.Count()));

        // What the first tells the second, the third does not hear.
        long before = Heard();
        await PassAsync(nodes[0], nodes[1], Address(1), 500_000);
        Assert.InRange(Heard() - before, 0, 20);
        world.Judge();

        long Heard() => long.Parse(nodes[2].Space.Run(() => File.ReadAllText("/proc/thread-self/net/dev")).Split("eth0:")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    /// <summary>Sends data over a connection from one Linux to another; returns whom the other took it from.</summary>
    internal static async Task<string> PassAsync(LinuxNode from, LinuxNode to, string address, int size)
    {
        byte[] data = Transfer.Pattern(size, 7);
        using var listener = to.Listen(address, 7);
        using var client = from.Socket(IPAddress.Parse(address).AddressFamily);
        var accepting = listener.AcceptAsync();
        await client.ConnectAsync(IPAddress.Parse(address), 7).WaitAsync(World.Patience);
        using var server = await accepting.WaitAsync(World.Patience);
        await Task.WhenAll(Transfer.SendAsync(client, data), Transfer.ReadAsync(server, data),
            Transfer.SendAsync(server, data), Transfer.ReadAsync(client, data)).WaitAsync(World.Patience);
        return ((IPEndPoint)server.RemoteEndPoint!).Address.ToString();
    }
}
