using System.Globalization;
using System.Text.Json;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Programs.Iperf;

namespace Catenet.Bench;

/// <summary>What iperf3 measures against Catenet over a TAP, and for comparison against Linux over veth. Needs root and iperf3.</summary>
internal sealed class LinuxBulk(string name, LinuxBulk.Way way, string what) : Benchmark(name, "Gbit/s", what)
{
    public enum Way
    {
        ToCatenet,
        FromCatenet,
        BetweenLinuxes,
    }

    public override double Run(double seconds) => way == Way.BetweenLinuxes ? BetweenLinuxes(seconds) : OverTap(seconds);

    private static double BetweenLinuxes(double seconds)
    {
        using var left = NetworkNamespace.Create("left");
        using var right = NetworkNamespace.Create("right");
        left.Ip($"link add v0 type veth peer name v1 netns {right.Path}");
        left.IpBatch(["addr add 10.0.0.1/24 dev v0", "link set v0 up"]);
        right.IpBatch(["addr add 10.0.0.2/24 dev v1", "link set v1 up"]);
        using var server = right.Start("iperf3", "-s", "-1", "--forceflush");
        server.Line("Server listening").Wait();
        return Measure(left, "10.0.0.2", seconds);
    }

    private double OverTap(double seconds)
    {
        var loop = new EventLoop();
        using var waiter = new EpollWaiter();
        using var linux = NetworkNamespace.Create();
        using var tap = TapDevice.Open(waiter, loop, new TapOptions { Name = "tap0", Namespace = linux });
        linux.Ip("addr add 10.0.0.1/24 dev tap0");
        var host = new Host(loop, "catenet");
        var device = host.Devices.AddEthernet("eth0");
        device.Connect(tap);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        using var driver = new RealDriver(loop, waiter: waiter);
        using var stop = new CancellationTokenSource();
        var thread = new Thread(() => driver.Run(Instant.Never));
        loop.Post(_ => new IperfServer(host).RunAsync(cancellationToken: stop.Token), null);
        thread.Start();
        try
        {
            return Measure(linux, "10.0.0.2", seconds, way == Way.FromCatenet ? ["-R"] : []);
        }
        finally
        {
            driver.Stop();
            thread.Join();
        }
    }

    private static double Measure(NetworkNamespace from, string server, double seconds, params string[] more)
    {
        string time = Math.Max(1, (int)seconds).ToString(CultureInfo.InvariantCulture);
        using var client = from.Start("iperf3", ["-c", server, "-t", time, "-C", "cubic", "-J", .. more]);
        int code = client.WaitForExit();
        using var json = JsonDocument.Parse(client.Output);
        return code == 0
            ? json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1e9
            : throw new InvalidOperationException(json.RootElement.GetProperty("error").GetString());
    }
}
