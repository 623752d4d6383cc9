using System.Globalization;
using System.Text.Json.Nodes;
using Catenet.Fabric.Links;
using Catenet.Interop.Programs.Support;
using Catenet.Programs.Iperf;

namespace Catenet.Interop.Programs;

/// <summary>The real iperf3 against Catenet's, as client and as server: TCP and UDP, one stream and several, both directions.</summary>
public sealed class IperfTests
{
    public static TheoryData<Terrain, bool> All => PingTests.All;

    /// <summary>The real client's arguments and Catenet's.</summary>
    private static readonly (string Arguments, IperfOptions Options)[] Measurements =
    [
        ("-n 8M", new IperfOptions { Octets = 8 << 20 }),
        ("-n 8M -P 4", new IperfOptions { Octets = 8 << 20, Streams = 4 }),
        ("-n 8M -R", new IperfOptions { Octets = 8 << 20, Reverse = true }),
        ("-n 8M -P 3 -R", new IperfOptions { Octets = 8 << 20, Streams = 3, Reverse = true }),
        ("-u -b 10M -t 1", new IperfOptions { Udp = true, Rate = 10_000_000, Time = Duration.FromSeconds(1) }),
        ("-u -b 5M -P 3 -t 1", new IperfOptions { Udp = true, Rate = 5_000_000, Streams = 3, Time = Duration.FromSeconds(1) }),
        ("-u -b 5M -P 2 -R -t 1", new IperfOptions { Udp = true, Rate = 5_000_000, Streams = 2, Reverse = true, Time = Duration.FromSeconds(1) }),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_real_client_measures_Catenets_server(Terrain terrain, bool v6)
    {
        Needs.Linux("iperf3");

        using var pair = new Pair(Smooth(terrain), captureLimit: 8000);
        using var stop = new CancellationTokenSource();
        using var ended = new SemaphoreSlim(0);
        var server = new IperfServer(pair.Host, _ => ended.Release());
        var serving = pair.World.Begin(() => server.RunAsync(5201, stop.Token));
        foreach (var (arguments, options) in Measurements)
        {
            Roughen(pair, terrain);
            var done = pair.Linux.Run("iperf3", ["-c", Pair.CatenetAddress(v6), "-J", .. arguments.Split(' ')]);
            Assert.True(done.Code == 0 && done.Output.StartsWith('{'), $"{arguments}:\n{done.All}\n{server.LastFailure}");
            var end = JsonNode.Parse(done.Output)!["end"]!;
            Assert.True(end["streams"] is not null, $"{arguments}:\n{done.All}\n{server.LastFailure}");
            Assert.Equal(options.Streams, end["streams"]!.AsArray().Count);
            Assert.True(end[options.Udp ? "sum" : "sum_received"] is not null, $"{arguments}:\n{done.All}\n{server.LastFailure}");
            double received = Number(end[options.Udp ? "sum" : "sum_received"]!["bytes"]!);
            if (options.Udp)
            {
                Assert.InRange(received, 0.3 * options.Rate * options.Streams / 8, 2 * options.Rate * options.Streams / 8);
                CheckLoss(terrain, Number(end["sum"]!["lost_percent"]!));
            }
            else
            {
                // What is under way when the amount has been written is not counted by the receiver.
                Assert.InRange(received, 500_000, 16_000_000);
            }

            // The client is gone before its last word has come through a rough network: until then the server is busy.
            Assert.True(await ended.WaitAsync(World.Patience), $"{arguments}: the server has not ended the test. {server.LastFailure}");
        }

        pair.World.Do(stop.Cancel);
        await serving;
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Catenets_client_measures_the_real_server(Terrain terrain, bool v6)
    {
        Needs.Linux("iperf3");
        using var pair = new Pair(Smooth(terrain), captureLimit: 8000);
        foreach (var (arguments, options) in Measurements)
        {
            Roughen(pair, terrain);

            // One server for each: between two tests the real one is deaf for a moment.
            using var server = pair.Linux.Serve("Server listening", "iperf3", "-s", "-1", "--forceflush");
            var output = new StringWriter();
            var result = pair.World.Wait(() => new IperfClient(pair.Host, output).RunAsync(Pair.LinuxAddress(v6), options));
            Assert.Equal(options.Streams, result.Streams.Count);
            if (options.Udp)
            {
                Assert.InRange(result.Received, 0.3 * options.Rate * options.Streams / 8, 2 * options.Rate * options.Streams / 8);
                CheckLoss(terrain, 100.0 * result.Lost / result.Streams.Sum(s => s.Packets));
            }
            else
            {
                Assert.True(result.Received is > 500_000 and < 16_000_000, $"{arguments}:\n{output}");
            }

            Assert.True(server.WaitForExit() == 0, server.Output + server.Errors);
        }
        pair.Judge();
    }

    /// <summary>Without faults a busy machine may drop a few datagrams; with them, about as many as the link loses (duplicates count against losses).</summary>
    private static void CheckLoss(Terrain terrain, double percent) => Assert.InRange(percent, 0, terrain == Terrain.Plain ? 5 : 10);

    private static LinkSettings? Smooth(Terrain terrain) => terrain == Terrain.Plain
        ? null
        : Terrains.Both(new LinkDirectionSettings { Delay = Terrains.RoughDirection.Delay });

    /// <summary>The real programs greet once for a UDP stream and never repeat an answer: the way gets rough when the measurement has begun.</summary>
    private static void Roughen(Pair pair, Terrain terrain)
    {
        if (terrain == Terrain.Plain)
        {
            return;
        }

        pair.World.Do(() =>
        {
            pair.Linux.Link!.Configure(Smooth(terrain)!);
            pair.Linux.Wire!.Seen = length =>
            {
                if (length > 1000)
                {
                    pair.Linux.Wire.Seen = null;
                    pair.Linux.Link.Configure(Terrains.Rough);
                }
            };
        });
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}
