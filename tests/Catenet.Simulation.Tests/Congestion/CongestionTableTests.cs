using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Catenet.Core;

namespace Catenet.Simulation.Tests.Congestion;

/// <summary>What each congestion control makes of each path, held against the table that was last looked at and found good.</summary>
public sealed class CongestionTableTests
{
    private const string Renew = "CATENET_RENEW_TABLES";

    private static readonly string[] s_algorithms = ["reno", "cubic", "bbr"];

    [Fact]
    public void The_table_is_the_one_that_was_reviewed()
    {
        string table = Build();
        string path = Path.Combine(Path.GetDirectoryName(Here())!, "table.md");
        if (Environment.GetEnvironmentVariable(Renew) is not null)
        {
            File.WriteAllText(path, table);
        }

        Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == table,
            $"The stack behaves otherwise than when {path} was reviewed. Run the test with {Renew}=1, look at what changed in the table, and commit it if it is better.\n\n{table}");
    }

    private static string Build()
    {
        var text = new StringBuilder("""
            # Congestion control on ten paths

            Two flows, the second a second after the first, share the narrow link; measured from second 5 to 35, the same on every machine. Goodput is what the readers got, its share
            that of the link's rate; "again": segments sent again; fairness: Jain's index; queue: how long a packet waited in front of the narrow link on average.


            """.ReplaceLineEndings("\n"));
        var results = PathProfile.Table.SelectMany(Algorithms, (p, a) => (Profile: p, Algorithm: a))
            .AsParallel().AsOrdered().Select(run => (run, Result: Measure(run.Profile, run.Algorithm)))
            .ToDictionary(r => r.run, r => r.Result);
        foreach (var profile in PathProfile.Table)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {profile.Name}: {profile.Rate / 1_000_000} Mbit/s, {profile.Rtt.TotalMilliseconds:0} ms, {profile.Queue} packets of queue\n\n");
            text.Append("| | goodput Mbit/s | share % | again % | fairness | queue ms |\n|---|---|---|---|---|---|\n");
            foreach (string algorithm in Algorithms(profile))
            {
                var r = results[(profile, algorithm)];
                text.Append(CultureInfo.InvariantCulture, $"| {algorithm} | {r.Goodput:0.00} | {r.Use:0.0} | {r.Retransmitted:0.00} | {r.Fairness:0.000} | {r.QueueDelay:0.0} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>DCTCP is for paths that mark.</summary>
    private static IEnumerable<string> Algorithms(PathProfile profile) => profile.MarkAbove is null ? s_algorithms : [.. s_algorithms, "dctcp"];

    private static BottleneckResult Measure(PathProfile profile, string algorithm)
    {
        var bottleneck = new Bottleneck(profile);
        bottleneck.Receiver.Settings.Tcp.CongestionControl = algorithm; // DCTCP is used only where both ends have it
        bottleneck.Start(algorithm);
        bottleneck.Network.Run(Duration.FromSeconds(1));
        bottleneck.Start(algorithm);
        bottleneck.Network.Run(Duration.FromSeconds(4));
        return bottleneck.Measure(Duration.FromSeconds(30));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
