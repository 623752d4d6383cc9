using Catenet.Interop.Programs.Support;
using Catenet.Programs.Tools;

namespace Catenet.Interop.Programs;

/// <summary>Echo messages of every size, with and without DF, both ways round.</summary>
public sealed class PingTests
{
    public static readonly int[] Sizes = [0, 1, 8, 56, 1000, 1452, 1472, 1473, 8000, 65507];

    public static TheoryData<Terrain, bool> All => new() { { Terrain.Plain, false }, { Terrain.Plain, true }, { Terrain.Rough, false }, { Terrain.Rough, true } };

    [Theory]
    [MemberData(nameof(All))]
    public void Linux_pings_Catenet(Terrain terrain, bool v6)
    {
        Needs.Linux("ping");
        using var pair = new Pair(terrain);
        foreach (int size in Sizes)
        {
            string text = Ping(pair, terrain, v6, size, "dont");
            Assert.DoesNotContain("wrong data byte", text);
            if (size <= (v6 ? 1452 : 1472))
            {
                Ping(pair, terrain, v6, size, "do");
            }
        }

        var tooBig = pair.Linux.Run("ping", "-c", "1", "-W", "5", "-M", "do", "-s", "1473", Pair.CatenetAddress(v6));
        Assert.Contains("message too long", tooBig.All);
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Catenet_pings_Linux(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        foreach (int size in Sizes)
        {
            foreach (bool dontFragment in (bool[])[false, true])
            {
                if (dontFragment && size > (v6 ? 1452 : 1472))
                {
                    continue;
                }

                int count = Count(terrain, size);
                var output = new StringWriter();
                var result = pair.World.Wait(() => new Ping(pair.Host, output).RunAsync(Pair.LinuxAddress(v6),
                    new PingOptions { Count = count, Size = size, DontFragment = dontFragment, Interval = Duration.FromMilliseconds(10), Timeout = Duration.FromSeconds(terrain == Terrain.Plain ? 10 : size == 0 ? 3 : 0.3) }));
                Assert.True(result.Received >= (terrain == Terrain.Plain ? count : 1), $"{size} octets:\n{output}");
                Assert.Equal(0, result.Errors);
            }
        }

        pair.Judge();
    }

    /// <summary>One on the plain way: after the first answer ping does not wait for long, and the machine may be busy. A big echo is 45 fragments each way: over the rough link, one of three comes through.</summary>
    private static int Count(Terrain terrain, int size) => terrain == Terrain.Plain ? 1 : size > 10_000 ? 40 : 10;

    private static string Ping(Pair pair, Terrain terrain, bool v6, int size, string fragmentation)
    {
        int count = Count(terrain, size);
        var done = pair.Linux.Run("ping", "-c", $"{count}", "-i", "0.01", "-W", "10", "-M", fragmentation, "-s", $"{size}", Pair.CatenetAddress(v6));
        string statistics = done.Output[(done.Output.LastIndexOf(" ping statistics", StringComparison.Ordinal) + 1)..];
        if (terrain == Terrain.Plain)
        {
            Assert.True(done.Code == 0 && statistics.Contains($"{count} packets transmitted, {count} received, 0% packet loss"), $"{size} octets, {fragmentation}:\n{done.All}{pair.World.Report()}");
        }
        else
        {
            Assert.True(done.Code == 0 && !statistics.Contains(" 0 received"), $"{size} octets, {fragmentation}:\n{done.All}");
        }

        return done.All;
    }
}
