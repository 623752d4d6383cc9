using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>ACKs that ask a supposed peer to prove itself, limited per connection and per host (RFC 5961 3 to 5, 7).</summary>
internal static class ChallengeAck
{
    /// <summary>Sends one if both limits allow it.</summary>
    public static void Send(TcpConnection c)
    {
        if (c.Now - c.Acks.LastInvalid < c.Layer.Settings.InvalidRateLimit || !c.Layer.TakeChallenge())
        {
            return;
        }

        c.Acks.LastInvalid = c.Now;
        Acknowledgment.SendNow(c);
    }

    /// <summary>Whether an unacceptable segment may be answered now. A window or keepalive probe, just before the window, always is.</summary>
    public static bool MayAnswer(TcpConnection c, in Segment s)
    {
        if (s.Length == 0 && s.Seq == c.Rcv.Nxt - 1 && c.Now - c.Acks.LastInvalid >= Duration.FromMilliseconds(1))
        {
            c.Acks.LastInvalid = c.Now;
            return true;
        }

        if (s.Length == 0 && c.Now - c.Acks.LastInvalid < c.Layer.Settings.InvalidRateLimit)
        {
            return false;
        }

        c.Acks.LastInvalid = c.Now;
        return true;
    }
}
