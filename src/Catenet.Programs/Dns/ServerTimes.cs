using Catenet.Core;

namespace Catenet.Programs.Dns;

/// <summary>How quickly each name server answered: the quickest is asked first, a silent one later and later (RFC 1034 5.3.3).</summary>
internal sealed class ServerTimes(EventLoop loop, Duration initialTimeout, Duration maxTimeout)
{
    private const int Capacity = 4096;
    private static readonly Duration s_memory = Duration.FromMinutes(10);

    private readonly Dictionary<InetAddress, Score> _scores = [];
    private readonly Queue<InetAddress> _order = new();

    private readonly record struct Score(Duration Smoothed, int Failures, Instant Updated);

    /// <summary>Orders servers: known quick ones first, unknown ones in the order given, failing ones last.</summary>
    public IEnumerable<InetAddress> Order(IEnumerable<InetAddress> servers) =>
        servers.OrderBy(s => Known(s) is { } score
            ? score.Failures > 0 ? maxTimeout * (1 + score.Failures) : score.Smoothed
            : Duration.FromMilliseconds(1));

    /// <summary>How long to wait for a server.</summary>
    public Duration TimeoutFor(InetAddress server)
    {
        if (Known(server) is not { } score)
        {
            return initialTimeout;
        }

        var wait = score.Failures > 0 ? initialTimeout * (1L << Math.Min(score.Failures, 4)) : score.Smoothed * 4;
        return Duration.Min(Duration.Max(wait, Duration.FromMilliseconds(200)), maxTimeout);
    }

    public void OnAnswer(InetAddress server, Duration took) =>
        Put(server, Known(server) is { Failures: 0 } score
            ? new Score((score.Smoothed * 7 + took) / 8, 0, loop.Now)
            : new Score(took, 0, loop.Now));

    public void OnFailure(InetAddress server) =>
        Put(server, new Score(Known(server)?.Smoothed ?? initialTimeout, (Known(server)?.Failures ?? 0) + 1, loop.Now));

    private Score? Known(InetAddress server) =>
        _scores.TryGetValue(server, out var score) && loop.Now - score.Updated < s_memory ? score : null;

    private void Put(InetAddress server, Score score)
    {
        if (!_scores.ContainsKey(server))
        {
            if (_scores.Count >= Capacity)
            {
                _scores.Remove(_order.Dequeue());
            }

            _order.Enqueue(server);
        }

        _scores[server] = score;
    }
}
