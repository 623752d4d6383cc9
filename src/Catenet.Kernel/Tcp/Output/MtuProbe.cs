using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>One probe of the path's MTU: a segment larger than the others, whose loss is no sign of congestion (RFC 4821 7.3 to 7.6).</summary>
internal static class MtuProbe
{
    /// <summary>A probe takes two places of the congestion window, so that there must be some.</summary>
    private const int LeastWindow = 11;

    /// <summary>Whether a probe is to go before other data, or should have gone but has to wait.</summary>
    public enum Decision
    {
        /// <summary>Data goes as usual.</summary>
        None,

        /// <summary>Nothing goes until there is room for a probe.</summary>
        Wait,

        /// <summary>A probe has been sent.</summary>
        Sent,
    }

    /// <summary>Sends a probe if one is due and there is enough data behind it to tell by duplicate ACKs whether it was lost.</summary>
    public static Decision Try(TcpConnection c, MtuProbing probing)
    {
        if (probing.ProbeSize != 0 || c.Recovery.Phase != CongestionPhase.Open || c.Window.Cwnd < LeastWindow || c.Sacks is { IsEmpty: false })
        {
            return Decision.None;
        }

        int mss = SegmentSize.Current(c);
        int size = SegmentSize.OfPacket(c, (probing.SearchHigh + probing.SearchLow) >> 1);
        if (size > SegmentSize.OfPacket(c, probing.SearchHigh) ||
            probing.SearchHigh - probing.SearchLow < Math.Max(1, c.Layer.Settings.ProbeThreshold))
        {
            probing.BeginAnewIfDue(c);
            return Decision.None;
        }

        int needed = size + (c.Reordering + 1) * mss;
        if (c.Unsent < needed || c.Snd.Wnd < (uint)needed)
        {
            return Decision.None;
        }

        if (c.Snd.Nxt + needed > c.Snd.WindowEnd)
        {
            return Decision.Wait;
        }

        if (c.InFlight + 2 > c.Window.Cwnd)
        {
            return c.InFlight == 0 ? Decision.None : Decision.Wait;
        }

        if (c.Writes?.MayTake(size) != true)
        {
            return Decision.None;
        }

        probing.ProbeStart = c.Snd.Nxt;
        probing.ProbeEnd = c.Snd.Nxt + size;
        probing.ProbeSize = SegmentSize.PacketOf(c, size);
        Transmission.SendMtuProbe(c, size);
        c.Window.Cwnd--;
        return Decision.Sent;
    }

    /// <summary>SND.UNA has moved: if the probe is acknowledged, the path takes packets of its size.</summary>
    public static void OnAdvance(TcpConnection c, MtuProbing probing)
    {
        if (probing.ProbeSize == 0 || c.Snd.Una < probing.ProbeEnd)
        {
            return;
        }

        // As many octets as before may be in flight, in fewer segments.
        long octets = (long)c.Window.Cwnd * SegmentSize.PacketOf(c, c.Mss);
        c.Window.Cwnd = (int)Math.Max(1, octets / probing.ProbeSize);
        c.Window.Credit = 0;
        c.Window.Ssthresh = c.Window.CurrentSsthresh(c.Recovery.IsReducing);
        probing.SearchLow = probing.ProbeSize;
        probing.ProbeSize = 0;
        SegmentSize.Update(c);
        c.Layer.Counters.MtuProbesDelivered++;
    }

    /// <summary>A loss has been found before recovery begins: if just the probe is missing, the path does not take its size, and nothing else is wrong.</summary>
    /// <returns>Whether the loss is dealt with.</returns>
    public static bool TakesLoss(TcpConnection c, MtuProbing probing)
    {
        if (probing.ProbeSize == 0 || c.Recovery.Phase >= CongestionPhase.Reduction || c.Snd.Una != probing.ProbeStart)
        {
            return false;
        }

        probing.SearchHigh = probing.ProbeSize - 1;
        probing.ProbeSize = 0;
        c.Layer.Counters.MtuProbesLost++;
        c.Window.Cwnd++;
        SimpleRetransmission.Run(c);
        return true;
    }
}
