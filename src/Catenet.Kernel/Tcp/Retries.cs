using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>When a peer that does not answer is given up (RFC 9293 3.8.3 R2; RFC 5482 for the user timeout).</summary>
internal static class Retries
{
    /// <summary>Linux's safe number for a connection that its user has closed and that sent something lately.</summary>
    private const int OrphanRetries = 8;

    /// <summary>Whether the present timeout is one too many (Linux's tcp_write_timeout).</summary>
    public static bool AreExhausted(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        int retries = settings.Retries2;
        if (c.State is TcpState.SynSent or TcpState.SynReceived)
        {
            retries = c.Options.SynRetries > 0 ? c.Options.SynRetries : settings.SynRetries;
            if (c.Recovery.Timeouts >= retries + (c.State == TcpState.SynSent ? settings.SynLinearTimeouts : 0))
            {
                return true;
            }
        }
        else if (c.Has(ConnectionFlags.Orphan))
        {
            retries = OfOrphan(c, alive: c.Rtt.Rto < RetransmitTimer.MaxRto(c));
        }

        return HaveTimedOut(c, retries, c.Options.UserTimeout);
    }

    /// <summary>Whether retransmitting has gone on for as long as a number of doublings takes, or for the user timeout.</summary>
    public static bool HaveTimedOut(TcpConnection c, int retries, Duration userTimeout)
    {
        if (c.Recovery.Timeouts == 0)
        {
            return false;
        }

        var settings = c.Layer.Settings;
        var limit = userTimeout > Duration.Zero ? userTimeout
            : TimeOf(retries, c.State is TcpState.SynSent or TcpState.SynReceived ? settings.InitialRto : MinimumOfModel, RetransmitTimer.MaxRto(c));
        return SinceFirstRetransmission(c) >= limit.Nanoseconds / 1_000_000;
    }

    /// <summary>Whether a peer with a closed window has been silent too long while data was sent again (Linux's tcp_rtx_probe0_timed_out).</summary>
    public static bool IsProbeTooLate(TcpConnection c)
    {
        var user = c.Options.UserTimeout;
        var elapsed = Duration.FromMilliseconds(c.Recovery.RetransmissionStamp != 0
            ? SinceFirstRetransmission(c)
            : (c.Now - c.Sent[c.Sent.Head].SentAt).TotalMilliseconds);
        var limit = RetransmitTimer.MaxRto(c) * 2;
        if (user > Duration.Zero)
        {
            if (elapsed > user)
            {
                return true;
            }

            limit = Duration.Min(limit, user);
        }

        return c.Acks.LastHeard.Until(c.Now) > limit && elapsed > limit;
    }

    /// <summary>How often a connection that its user has closed tries.</summary>
    public static int OfOrphan(TcpConnection c, bool alive)
    {
        int retries = c.SoftError != SocketError.Success && !alive ? 0 : c.Layer.Settings.OrphanRetries;
        return retries == 0 && alive ? OrphanRetries : retries;
    }

    /// <summary>Lets no timer run past the user timeout.</summary>
    public static Duration ClampToUserTimeout(TcpConnection c, Duration wait)
    {
        var user = c.Options.UserTimeout;
        if (user == Duration.Zero)
        {
            return wait;
        }

        var left = user - Duration.FromMilliseconds(SinceFirstRetransmission(c));
        return left <= Duration.Zero ? Duration.FromMilliseconds(1) : Duration.Min(wait, left);
    }

    /// <summary>What the user is told: what an ICMP error said in the meantime, or else that the time is over.</summary>
    public static SocketError Error(TcpConnection c) => c.SoftError != SocketError.Success ? c.SoftError : SocketError.TimedOut;

    /// <summary>Linux models the time by TCP_RTO_MIN, whatever the connection's own timeout is.</summary>
    private static Duration MinimumOfModel => Duration.FromMilliseconds(200);

    private static int SinceFirstRetransmission(TcpConnection c) => (int)(c.Ts.Value(c.Now) - c.Recovery.RetransmissionStamp);

    /// <summary>How long a number of retransmissions takes when the timeout begins at a base and doubles up to the maximum (Linux's tcp_model_timeout).</summary>
    private static Duration TimeOf(int retries, Duration first, Duration maximum)
    {
        int doublings = System.Numerics.BitOperations.Log2((ulong)Math.Max(maximum.Nanoseconds / first.Nanoseconds, 1));
        return retries <= doublings
            ? first * ((2L << retries) - 1)
            : first * ((2L << doublings) - 1) + maximum * (retries - doublings);
    }
}
