using System.Collections.Concurrent;
using System.Globalization;

namespace Catenet.Simulation.Tests.Invariants;

/// <summary>A thousand seeds of paths, settings and conversations: every octet arrives once and in order or an error says that it did not, nothing stalls, nothing is left.</summary>
public sealed class InvariantTests
{
    private const int Seeds = 1000;

    /// <summary>Names one seed to repeat.</summary>
    private const string One = "CATENET_SEED";

    [Fact]
    public void A_thousand_seeds_keep_what_TCP_promises()
    {
        var seeds = Environment.GetEnvironmentVariable(One) is { } one
            ? [ulong.Parse(one, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, Seeds).Select(i => (ulong)i).ToArray();
        var failures = new ConcurrentDictionary<ulong, string>();
        int next = -1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (int i = Interlocked.Increment(ref next); i < seeds.Length; i = Interlocked.Increment(ref next))
            {
                if (Judge(seeds[i]) is { } failure)
                {
                    failures[seeds[i]] = failure;
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.True(failures.IsEmpty, string.Join('\n', failures.OrderBy(f => f.Key).Take(10).Select(f =>
            $"seed {f.Key}: {f.Value}\n    repeat: {One}={f.Key} dotnet run --project tests/Catenet.Simulation.Tests -- -class '*InvariantTests'")) + $"\n{failures.Count} in all");
    }

    private static string? Judge(ulong seed)
    {
        try
        {
            return new RandomCase(seed).Run();
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }
}
