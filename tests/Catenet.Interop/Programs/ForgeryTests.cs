using Catenet.Interop.Programs.Support;

namespace Catenet.Interop.Programs;

/// <summary>Forged packets against a Catenet host: whatever comes, it goes on serving. hping3 speaks IPv4 only.</summary>
public sealed class ForgeryTests
{
    [Theory]
    [InlineData(Terrain.Plain)]
    [InlineData(Terrain.Rough)]
    public async Task Hping_forges_what_it_can_and_breaks_nothing(Terrain terrain)
    {
        Needs.Linux("hping3");
        using var pair = new Pair(terrain, captureLimit: 60_000);
        using var stop = new CancellationTokenSource();
        var serving = ScanTests.Serve(pair, stop.Token);
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

        await ScanTests.StillServesAsync(pair, v6: false);
        pair.World.Do(stop.Cancel);
        await serving;
        pair.Judge(ScanTests.Answers(pair));
    }
}
