namespace Catenet.Kernel.Icmp;

/// <summary>Keeps a host from flooding others with errors (RFC 1812 4.3.2.8, RFC 4443 2.4 f): a token bucket for the host and one for each destination.</summary>
/// <remarks>The buckets of destinations are direct-mapped: two that collide share one's place, and the host's bucket bounds both.</remarks>
internal sealed class IcmpRateLimiter(Host host)
{
    private const int Places = 64;
    private const int Burst = 6;

    private Bucket[] _buckets = [];
    private double _tokens = double.NaN;
    private Instant _stamp;

    private struct Bucket
    {
        public InetAddress Destination;
        public long Credit;
        public Instant Stamp;
    }

    /// <summary>Whether an error may be sent to an address now; takes the tokens if so.</summary>
    public bool Allow(InetAddress destination)
    {
        var settings = host.Settings.Icmp;
        var now = host.Loop.Now;
        double tokens = double.IsNaN(_tokens)
            ? settings.MessagesBurst
            : Math.Min(settings.MessagesBurst, _tokens + (now - _stamp).TotalSeconds * settings.MessagesPerSecond);
        _stamp = now;
        _tokens = tokens;
        if (tokens < 1 || !AllowDestination(destination, settings.RateLimit, now))
        {
            return false;
        }

        _tokens = tokens - 1;
        return true;
    }

    private bool AllowDestination(InetAddress destination, Duration interval, Instant now)
    {
        if (interval == Duration.Zero)
        {
            return true;
        }

        if (_buckets.Length == 0)
        {
            _buckets = new Bucket[Places];
        }

        long most = interval.Nanoseconds * Burst;
        ref Bucket bucket = ref _buckets[destination.GetHashCode() & (Places - 1)];
        if (bucket.Destination != destination)
        {
            bucket = new Bucket { Destination = destination, Credit = most, Stamp = now };
        }

        bucket.Credit = Math.Min(most, bucket.Credit + (now - bucket.Stamp).Nanoseconds);
        bucket.Stamp = now;
        if (bucket.Credit < interval.Nanoseconds)
        {
            return false;
        }

        bucket.Credit -= interval.Nanoseconds;
        return true;
    }
}
