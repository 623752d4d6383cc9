using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The tail loss probe: when ACKs fail to come, one segment is sent to provoke one, well before the timeout (RFC 8985 7).</summary>
internal static class TailLossProbe
{
    private static readonly Duration LeastWait = Duration.FromMilliseconds(2);

    /// <summary>Arms the probe instead of the retransmission timer, if one may be sent (RFC 8985 7.2).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="anew">Whether the timeout counts from now, not from when the first segment was sent.</param>
    public static bool Schedule(TcpConnection c, bool anew)
    {
        if (!c.UsesSack || c.Sent.IsEmpty || !c.Layer.Settings.TailLossProbe ||
            c.Recovery.Phase is not (CongestionPhase.Open or CongestionPhase.Reduction))
        {
            return false;
        }

        var wait = c.Layer.Settings.InitialRto;
        if (c.Rtt.HasSample)
        {
            // A lone segment's ACK may be delayed by the peer.
            wait = Duration.FromMicroseconds(c.Rtt.SmoothedMicroseconds * 2.0) + (c.Sent.Count == 1 ? RetransmitTimer.MinRto(c) : LeastWait);
        }

        var untilTimeout = anew ? c.Rtt.Rto : RetransmitTimer.UntilTimeout(c);
        RetransmitTimer.Set(c, SenderWait.TailLoss, untilTimeout > Duration.Zero ? Duration.Min(wait, untilTimeout) : wait);
        return true;
    }

    /// <summary>Sends new data if there is some that the window takes, else the last segment again (RFC 8985 7.3).</summary>
    public static void OnTimeout(TcpConnection c)
    {
        ref var recovery = ref c.HoldRecovery();
        if (recovery.ProbeOut || !Send(c))
        {
            RetransmitTimer.RearmRetransmission(c);
            return;
        }

        recovery.ProbeOut = true;
        recovery.ProbeEnd = c.Snd.Nxt;
        c.Layer.Counters.LossProbes++;
        RetransmitTimer.Clear(c);
        RetransmitTimer.RearmRetransmission(c);
    }

    /// <summary>Finds out whether the probe repaired a loss that nobody else saw (RFC 8985 7.4.2).</summary>
    public static void OnAck(TcpConnection c, SeqNumber ack, in AckOutcome outcome)
    {
        ref var recovery = ref c.HoldRecovery();
        if (ack < recovery.ProbeEnd)
        {
            return;
        }

        if (!recovery.ProbeRetransmits || outcome.Has(AckFlags.DuplicateOfProbe))
        {
            recovery.ProbeOut = false;
        }
        else if (ack > recovery.ProbeEnd)
        {
            // Acknowledged beyond the probe with no duplicate reported: the original was lost, so congestion counts.
            Prr.BeginReduction(c);
            recovery.Phase = CongestionPhase.Reduction;
            Prr.EndReduction(c);
            FastRecovery.KeepOpen(c);
            c.Layer.Counters.LossProbeRecoveries++;
        }
        else if (!outcome.Has(AckFlags.Advanced | AckFlags.NotDuplicate | AckFlags.DataSacked))
        {
            recovery.ProbeOut = false; // a pure duplicate: both arrived
        }
    }

    private static bool Send(TcpConnection c)
    {
        c.HoldRecovery().ProbeRetransmits = false;
        int next = c.Writes is { Count: > 0 } writes ? Math.Min(writes.Head.Length, SegmentSize.Current(c)) : 0;
        if ((next > 0 || Transmission.OwesFin(c)) && c.Snd.WindowEnd - c.Snd.Nxt >= Math.Max(next, 1))
        {
            return Transmission.SendProbe(c);
        }

        if (c.Sent.IsEmpty || !Retransmission.Probe(c, c.Sent.Tail - 1))
        {
            return false;
        }

        c.HoldRecovery().ProbeRetransmits = true;
        return true;
    }
}
