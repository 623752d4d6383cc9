using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The tail loss probe: when ACKs fail to come, one segment is sent to provoke one, well before the timeout (RFC 8985 7).</summary>
internal static class TailLossProbe
{
    /// <summary>Arms the probe instead of the retransmission timer, if one may be sent (RFC 8985 7.2).</summary>
    public static bool Schedule(TcpConnection c)
    {
        if (!c.UsesSack || c.Sent.IsEmpty || !c.Layer.Settings.TailLossProbe || c.Recovery.ProbeOut || c.Sent.SackedOut > 0 ||
            c.Recovery.Phase is not (CongestionPhase.Open or CongestionPhase.Reduction))
        {
            return false;
        }

        var wait = c.Layer.Settings.InitialRto;
        if (c.Rtt.HasSample)
        {
            // A lone segment's ACK may be delayed by the peer.
            wait = c.Rtt.Smoothed * 2 + (c.Sent.Count == 1 ? c.Layer.Settings.MinRto : Duration.FromMilliseconds(2));
        }

        var untilTimeout = c.Deadlines.Wait == SenderWait.Retransmission ? c.Deadlines.Sender - c.Now : c.Rtt.Rto;
        RetransmitTimer.Set(c, SenderWait.TailLoss, untilTimeout > Duration.Zero ? Duration.Min(wait, untilTimeout) : wait);
        return true;
    }

    /// <summary>Sends new data if there is some that the window takes, else the last segment again (RFC 8985 7.3).</summary>
    public static void OnTimeout(TcpConnection c)
    {
        if (c.Sent.IsEmpty)
        {
            return;
        }

        ref var recovery = ref c.Recovery;
        var before = c.Snd.Nxt;
        bool sent = Transmission.SendProbe(c);
        if (!sent)
        {
            uint last = c.Sent.Tail - 1;
            if ((c.Sent[last].Flags & (SentFlags.Sacked | SentFlags.InRetransmission)) == 0)
            {
                Retransmission.Retransmit(c, last, "tail loss probe");
                sent = true;
            }
        }

        if (sent)
        {
            recovery.ProbeOut = true;
            recovery.ProbeRetransmits = before == c.Snd.Nxt;
            recovery.ProbeEnd = c.Snd.Nxt;
        }

        RetransmitTimer.ArmRetransmission(c);
    }

    /// <summary>Finds out whether the probe repaired a loss that nobody else saw (RFC 8985 7.4.2).</summary>
    public static void OnAck(TcpConnection c, SeqNumber ack, in AckOutcome outcome)
    {
        ref var recovery = ref c.Recovery;
        if (!recovery.ProbeOut || ack < recovery.ProbeEnd)
        {
            return;
        }

        if (!recovery.ProbeRetransmits || outcome.Duplicate)
        {
            recovery.ProbeOut = false;
        }
        else if (ack > recovery.ProbeEnd)
        {
            // Acknowledged beyond the probe with no duplicate reported: the original was lost, so congestion counts.
            recovery.ProbeOut = false;
            if (recovery.Phase is CongestionPhase.Open or CongestionPhase.Disorder)
            {
                Prr.BeginReduction(c);
                Prr.EndReduction(c);
            }
        }
        else if (!outcome.Advanced && !outcome.HasDataOrWindow && outcome.Sacked == 0)
        {
            recovery.ProbeOut = false; // a pure duplicate: both arrived
        }
    }
}
