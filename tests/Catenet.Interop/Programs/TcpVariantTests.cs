using Catenet.Interop.Programs.Support;

namespace Catenet.Interop.Programs;

/// <summary>TCP transfers with every variant of Linux's TCP: options off and on, congestion controls, segment sizes.</summary>
public sealed class TcpVariantTests
{
    private static readonly (string Name, string[] Values)[] Knobs =
    [
        ("net.ipv4.tcp_sack", ["0", "1"]),
        ("net.ipv4.tcp_timestamps", ["0", "1"]),
        ("net.ipv4.tcp_window_scaling", ["0", "1"]),
        ("net.ipv4.tcp_ecn", ["0", "1", "2"]),
    ];

    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_knob_of_Linux_off_and_on(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain, captureLimit: 30_000);
        int port = 1000;
        foreach (var (name, values) in Knobs)
        {
            foreach (string value in values)
            {
                pair.Linux.Space.Sysctl(name, value);
                await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 300_000, port++);
                await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 300_000, port++);
            }
        }

        // A socket's own choice: what a namespace may choose for all depends on the machine.
        foreach (string congestion in (string[])["reno", "cubic", "bbr"])
        {
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 300_000, port++, congestion);
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 300_000, port++, congestion);
        }

        foreach (var (name, values) in Knobs)
        {
            pair.Linux.Space.Sysctl(name, values[0]);
        }

        await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 300_000, port++);
        await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 300_000, port);
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_segment_size(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain, mtu: 9060, captureLimit: 30_000);
        int port = 1000;
        foreach (int mss in (int[])[v6 ? 1220 : 536, 1000, 1400, 1460, 4000, 8960, 9000])
        {
            if (v6 && mss < 1220)
            {
                continue;
            }

            pair.Linux.Space.Ip($"route replace {(v6 ? "fd00:1::/64" : "10.0.1.0/24")} dev eth0 proto kernel{(v6 ? " metric 256" : " src 10.0.1.1")} advmss {mss}");
            int first = port;
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 500_000, port++);
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 500_000, port++);
        }

        pair.World.Stop();
        string offered = Judge.Read(pair.World.Capture.Path, $"tcp.flags.syn == 1 && {(v6 ? "ipv6.src == fd00:1::1" : "ip.src == 10.0.1.1")}", "tcp.options.mss_val");
        Assert.Contains(v6 ? "1220" : "536", offered.Split('\n'));
        Assert.Contains("9000", offered.Split('\n'));
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_knob_of_Catenet_off_and_on(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain, captureLimit: 30_000);
        var tcp = pair.Host.Settings.Tcp;
        int port = 1000;
        foreach (var set in (Action[])
            [() => tcp.Sack = false, () => tcp.Timestamps = false, () => tcp.WindowScaling = false, () => tcp.CongestionControl = "reno", () => tcp.Sack = true])
        {
            pair.World.Do(set);
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 300_000, port++);
            await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 300_000, port++);
        }

        pair.Judge();
    }
}
