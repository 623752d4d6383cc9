using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>ACKs that ask a supposed peer to prove itself, limited per connection and per host (RFC 5961 3 to 5, 7).</summary>
internal static class ChallengeAck
{
    /// <summary>Sends one if both limits allow it.</summary>
    public static void Send(TcpConnection c)
    {
        if (IsLimited(c) || !c.Layer.Challenges.Take())
        {
            return;
        }

        Acknowledgment.SendNow(c);
    }

    /// <summary>Whether an unacceptable segment may be answered now: what carries data always is, as it is no part of a loop of ACKs.</summary>
    public static bool MayAnswer(TcpConnection c, in Segment s) => s.End > s.Seq || !IsLimited(c);

    /// <summary>Whether the last such answer went out less than tcp_invalid_ratelimit ago; notes the time if not.</summary>
    private static bool IsLimited(TcpConnection c)
    {
        if (c.Acks.LastInvalid.IsSet && c.Acks.LastInvalid.Until(c.Now) < c.Layer.Settings.InvalidRateLimit)
        {
            return true;
        }

        c.Acks.LastInvalid = c.Now;
        return false;
    }
}
