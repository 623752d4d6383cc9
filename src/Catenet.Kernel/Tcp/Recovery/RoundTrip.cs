using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Takes a round-trip sample from what an acknowledgment tells (RFC 6298 3, RFC 7323 4).</summary>
internal static class RoundTrip
{
    private const long None = -1;

    /// <summary>An echo that would be older than this is none of ours.</summary>
    private const int OldestEcho = int.MaxValue / 1000;

    /// <returns>Whether there was a sample.</returns>
    public static bool Take(TcpConnection c, bool hadSacked, ref AckOutcome outcome)
    {
        long sample = None;
        long latest = None;
        if (outcome.FirstSentAt != Instant.Never && !outcome.Has(AckFlags.RetransmissionAcked))
        {
            sample = RttEstimator.Between(outcome.FirstSentAt, c.Now);
            latest = RttEstimator.Between(outcome.LastSentAt, c.Now);
            if (IsMaybeDelayed(c, hadSacked, in outcome))
            {
                outcome.Flags |= AckFlags.MaybeDelayed;
            }
        }

        if (outcome.FirstSackedAt != Instant.Never)
        {
            sample = sample >= 0 ? sample : RttEstimator.Between(outcome.FirstSackedAt, c.Now);
            latest = RttEstimator.Between(outcome.LastSackedAt, c.Now);
        }

        if (sample < 0 && outcome.HasEcho && outcome.Echo != 0 && outcome.Has(AckFlags.Acked))
        {
            sample = latest = OfEcho(c, outcome.Echo);
        }

        if (sample < 0)
        {
            return false;
        }

        var settings = c.Layer.Settings;
        outcome.Rtt = new Duration(Math.Max(latest, 1) * 1000);

        // A peer that always delays its ACKs must not raise the least with them.
        if (!outcome.Has(AckFlags.MaybeDelayed) || latest <= c.Rtt.MinMicroseconds)
        {
            c.Rtt.NoteLeast(latest, c.Now, settings.MinRttWindow);
        }

        c.Rtt.AddSample(sample, c.Snd.Una, c.Snd.Nxt, RetransmitTimer.MinRto(c), RetransmitTimer.MaxRto(c));
        return true;
    }

    /// <summary>A lone segment that is not full: the peer may have waited for another before it acknowledged.</summary>
    private static bool IsMaybeDelayed(TcpConnection c, bool hadSacked, in AckOutcome outcome) =>
        outcome.Removed == 1 && !hadSacked && c.Snd.Una - outcome.PriorUna < c.Mss && !outcome.Has(AckFlags.Alert | AckFlags.SynAcked);

    private static long OfEcho(TcpConnection c, uint echo)
    {
        int ticks = c.Ts.Since(echo, c.Now);
        return ticks is < 0 or >= OldestEcho ? None : Math.Max(ticks, 1) * 1000L;
    }
}
