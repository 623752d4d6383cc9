using Catenet.Interop.Programs.Support;
using Catenet.Programs.Transfer;

namespace Catenet.Interop.Programs;

/// <summary>Scanners against a Catenet host: whatever they send, it goes on serving. What nmap sees is told in docs/interop.md.</summary>
public sealed class ScanTests
{
    [Theory]
    [MemberData(nameof(PingTests.All), MemberType = typeof(PingTests))]
    public async Task Nmap_scans_a_host_and_breaks_nothing(Terrain terrain, bool v6)
    {
        Needs.Linux("nmap");
        using var pair = new Pair(terrain, captureLimit: 60_000);
        using var stop = new CancellationTokenSource();
        var serving = Serve(pair, stop.Token);
        string target = Pair.CatenetAddress(v6);
        string[] family = v6 ? ["-6"] : [];
        string syn = Nmap(pair, [.. family, "-sS", "-p", "1-1000", target]);
        Assert.Matches(@"7/tcp +open", syn);
        Assert.Matches(@"9/tcp +open", syn);
        Assert.Contains("Not shown: 998 closed tcp ports (reset)", syn);
        string udp = Nmap(pair, [.. family, "-sU", "--max-retries", "2", "-p", "1,7,53,123", target]);
        Assert.Matches(@"7/udp +open", udp);
        string system = Nmap(pair, [.. family, "-O", "-p", "1,7,9", target]);
        foreach (string scan in (string[])["-sF", "-sX", "-sN", "-sA", "-sW", "-sM", "-sO"])
        {
            Nmap(pair, [.. family, scan, "--max-retries", "1", "--host-timeout", "10s", "-p", "1-20", target]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(syn + udp + system);
        await StillServesAsync(pair, v6);
        pair.World.Do(stop.Cancel);
        await serving;
        pair.Judge(Answers(pair));
    }

    /// <summary>Only what Catenet sent is judged, and no error message that quotes a forged packet back.</summary>
    internal static string Answers(Pair pair) => $"eth.src == {pair.Device.Mac} && !(icmp.type == 3 || icmp.type == 11 || icmp.type == 12 || icmpv6.type < 128)";

    private static string Nmap(Pair pair, string[] arguments)
    {
        string text = pair.Linux.Output("nmap", ["-n", "-Pn", "-T4", .. arguments]);
        Assert.Contains("1 IP address (1 host up) scanned", text);
        return text;
    }

    /// <summary>Echo and discard over TCP, echo over UDP.</summary>
    internal static Task Serve(Pair pair, CancellationToken stop) => pair.World.Begin(() => Task.WhenAll(
        new TcpEcho(pair.Host).RunAsync(7, stop),
        new TcpSinkServer(pair.Host, (_, _) => { }).RunAsync(9, stop),
        new UdpEcho(pair.Host).RunAsync(7, stop)));

    internal static async Task StillServesAsync(Pair pair, bool v6)
    {
        pair.Linux.Output("ping", "-c", "3", "-i", "0.1", "-W", "5", Pair.CatenetAddress(v6));
        await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 200_000, 1000);
        await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 200_000, 1001);
    }
}
