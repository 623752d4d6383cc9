using Catenet.Interop.Programs.Support;
using Catenet.Programs.Transfer;

namespace Catenet.Interop.Programs;

/// <summary>Scanners and packet forgers against a Catenet host: whatever they send, it goes on serving. What nmap sees is told in docs/interop.md.</summary>
public sealed class ScanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nmap_scans_a_host_and_breaks_nothing(bool v6)
    {
        Needs.Linux("nmap");
        using var pair = new Pair(Terrain.Plain, captureLimit: 60_000);
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
        foreach (string scan in (string[])["-sF", "-sX", "-sN", "-sA", "-sW", "-sM", .. v6 ? Array.Empty<string>() : ["-sO"]])
        {
            Nmap(pair, [.. family, scan, "--max-retries", "1", "--host-timeout", "10s", "-p", "1-20", target]);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(syn + udp + system);
        await StillServesAsync(pair, v6);
        pair.World.Do(stop.Cancel);
        await serving;
        pair.Judge(Answers(pair));
    }

    [Fact]
    public async Task Hping_forges_what_it_can_and_breaks_nothing()
    {
        Needs.Linux("hping3");
        using var pair = new Pair(Terrain.Plain, captureLimit: 60_000);
        using var stop = new CancellationTokenSource();
        var serving = Serve(pair, stop.Token);
        foreach (string forged in (string[])
        [
            "-S -p 7", "-S -p 8", "-A -p 7", "-F -p 7", "-R -p 7", "-F -P -U -p 7", "-Y -X -S -A -F -R -P -U -p 7", "-p 7", // a null packet
            "-S -p 7 -b", "-S -p 7 -w 0", "-S -p 7 -M 0 -L 1", "-S -p 7 -O 3", "-S -p 7 -d 1400", "-S -p 7 -d 3000 -f", "-S -p 7 -d 200 -m 68",
            "-S -p 7 --rand-source", "-S -p 7 -s 7 -k -a 10.0.1.2", "-S -p 7 -a 255.255.255.255", "-S -p 7 -a 224.0.0.1", "-S -p 7 -t 1",
            "-S -p 7 --tcp-timestamp", "-S -p 7 -G", "-S -p 7 -g 64", "-S -p 7 -x", "-S -p 7 -r",
            "-2 -p 7", "-2 -p 8", "-2 -p 7 -b", "-2 -p 7 -d 3000 -f", "-2 -p 7 -s 7 -k -a 10.0.1.2",
            "-1", "-1 -C 13", "-1 -C 17", "-1 -C 5 -K 1", "-1 -C 3 -K 4", "-1 -C 11", "-1 -b", "-1 -d 2000 -f", "-1 -C 255 -K 255 --force-icmp",
            "-0 -H 6 -d 4", "-0 -H 17 -d 4", "-0 -H 255 -d 100", "-0 -H 4 -d 20",
        ])
        {
            var done = pair.Linux.Run("hping3", ["-q", "-c", "50", "-i", "u500", .. forged.Split(' '), "10.0.1.2"]);
            Assert.True(done.All.Contains("packets transmitted"), $"hping3 {forged}: {done.All}");
        }

        await StillServesAsync(pair, v6: false);
        pair.World.Do(stop.Cancel);
        await serving;
        pair.Judge(Answers(pair));
    }

    /// <summary>Only what Catenet sent is judged, and no error message that quotes a forged packet back.</summary>
    private static string Answers(Pair pair) => $"eth.src == {pair.Device.Mac} && !(icmp.type == 3 || icmp.type == 11 || icmp.type == 12 || icmpv6.type < 128)";

    private static string Nmap(Pair pair, string[] arguments)
    {
        string text = pair.Linux.Output("nmap", ["-n", "-Pn", "-T4", .. arguments]);
        Assert.Contains("1 IP address (1 host up) scanned", text);
        return text;
    }

    /// <summary>Echo and discard over TCP, echo over UDP.</summary>
    private static Task Serve(Pair pair, CancellationToken stop) => pair.World.Begin(() => Task.WhenAll(
        new TcpEcho(pair.Host).RunAsync(7, stop),
        new TcpSinkServer(pair.Host, (_, _) => { }).RunAsync(9, stop),
        new UdpEcho(pair.Host).RunAsync(7, stop)));

    private static async Task StillServesAsync(Pair pair, bool v6)
    {
        pair.Linux.Output("ping", "-c", "3", "-i", "0.1", "-W", "5", Pair.CatenetAddress(v6));
        await Transfer.BothWaysAsync(pair, v6, linuxFirst: true, 200_000, 1000);
        await Transfer.BothWaysAsync(pair, v6, linuxFirst: false, 200_000, 1001);
    }
}
