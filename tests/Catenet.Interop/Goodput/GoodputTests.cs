using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Catenet.Fabric.Links;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel;
using Catenet.Programs.Iperf;

namespace Catenet.Interop.Goodput;

/// <summary>Catenet's TCP beside Linux's over the same emulated path, at the same time, to the same receiver: the real iperf3 on Linux.</summary>
/// <remarks>It measures time, so it is run alone, when asked for: <c>dotnet run -c Release --project tests/Catenet.Interop -- -class '*GoodputTests*' -explicit only -showLiveOutput</c>.</remarks>
public sealed class GoodputTests(ITestOutputHelper output)
{
    /// <summary>What Catenet must carry of what Linux carries.</summary>
    private const double Least = 0.95;

    private const int Seconds = 10;

    public static TheoryData<string> Paths => [.. EmulatedPath.All.Select(p => p.Name)];

    [Theory(Explicit = true)]
    [MemberData(nameof(Paths))]
    public async Task Catenet_carries_as_much_as_Linux(string name)
    {
        Needs.Linux("iperf3");
        var path = EmulatedPath.All.Single(p => p.Name == name);
        var both = await Task.WhenAll(Task.Run(() => OfLinux(path)), Task.Run(() => OfCatenet(path)));
        double ratio = both[1] / both[0];
        string result = string.Create(CultureInfo.InvariantCulture, $"{name}: Catenet {both[1]:0.00} Mbit/s, Linux {both[0]:0.00} Mbit/s, ratio {ratio:0.000}");
        output.WriteLine(result);
        Assert.True(ratio >= Least, result);
    }

    private static double OfLinux(EmulatedPath path)
    {
        using var world = new World(captureLimit: 0);
        var router = World(world, path, out var receiver);
        var sender = world.Linux("sender");
        world.Connect(sender, router, 1, LinkSettings.Perfect);
        sender.Space.Ip("route add default via 10.0.1.2");
        world.Start();
        using var server = receiver.Serve("Server listening", "iperf3", "-s", "-1", "--forceflush");
        string json = sender.Output("iperf3", "-c", "10.0.2.1", "-t", $"{Seconds}", "-P", $"{path.Streams}", "-C", "cubic", "-J");
        return Number(JsonNode.Parse(json)!["end"]!["sum_received"]!["bytes"]!) * 8 / Seconds / 1e6;
    }

    private static double OfCatenet(EmulatedPath path)
    {
        using var world = new World(captureLimit: 0);
        var router = World(world, path, out var receiver);
        var sender = world.Host("sender");
        var link = new Link(world.Loop, "sender", "router");
        Programs.Support.World.Plug(router, link.B, 1500, ("10.0.1.2", 24));
        Programs.Support.World.Plug(sender, link.A, 1500, ("10.0.1.1", 24));
        sender.Routes.AddDefault(InetAddress.Parse("10.0.1.2"));
        world.Start();
        using var server = receiver.Serve("Server listening", "iperf3", "-s", "-1", "--forceflush");
        var result = world.Wait(() => new IperfClient(sender).RunAsync("10.0.2.1",
            new IperfOptions { Time = Duration.FromSeconds(Seconds), Streams = path.Streams }));
        return result.Received * 8.0 / Seconds / 1e6;
    }

    private static Host World(World world, EmulatedPath path, out LinuxNode receiver)
    {
        var router = world.Host("router", forwarding: true);
        receiver = world.Linux("receiver");
        world.Connect(receiver, router, 2, path.ToLink());
        receiver.Space.Ip("route add default via 10.0.2.2");
        return router;
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}
