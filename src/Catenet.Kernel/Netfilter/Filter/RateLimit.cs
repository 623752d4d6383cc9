using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>Matches packets up to a rate (nftables' <c>limit rate</c>): a bucket of tokens that fills steadily.</summary>
/// <remarks>It counts, so give each rule its own. Belongs to the host's loop.</remarks>
public sealed class RateLimit
{
    private readonly Duration _interval;
    private Instant _lastsUntil;

    /// <summary>Makes a limit whose bucket is full.</summary>
    /// <param name="packets">How many packets match in a span, at least 1.</param>
    /// <param name="per">The span.</param>
    /// <param name="burst">How many may come at once, at least 1.</param>
    public RateLimit(int packets, Duration per, int burst = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        Packets = packets;
        Per = per;
        Burst = burst;
        _interval = per / packets;
    }

    /// <summary>How many packets match in <see cref="Per"/>.</summary>
    public int Packets { get; }

    /// <summary>The span.</summary>
    public Duration Per { get; }

    /// <summary>How many may come at once.</summary>
    public int Burst { get; }

    /// <summary>Takes a token; false if there is none.</summary>
    internal bool TryTake(Instant now)
    {
        // The bucket is kept as the time until which the packets so far would last at the steady rate.
        var lasts = Instant.Max(_lastsUntil, now) + _interval;
        if (lasts - now > _interval * Burst)
        {
            return false;
        }

        _lastsUntil = lasts;
        return true;
    }

    /// <summary>Prints as nftables does: <c>limit rate 10/1 s burst 5 packets</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"limit rate {Packets}/{Per} burst {Burst} packets");
}
