namespace Catenet.Kernel.Tcp;

/// <summary>What an acknowledgment does to the congestion window and the pace, after recovery has had its say (Linux's tcp_rate_gen and tcp_cong_control).</summary>
internal static class WindowControl
{
    /// <summary>Measures the rate and sets the window: by measurement, by reduction or by growth.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="outcome">What the acknowledgment changed.</param>
    /// <param name="ack">The same, for the congestion control.</param>
    public static void Adapt(TcpConnection c, in AckOutcome outcome, in AckSample ack)
    {
        var rate = RateSample.None;
        if (outcome.Newest.Exists && !outcome.Has(AckFlags.Reneging))
        {
            rate = c.Rate.Take(in outcome.Newest.Stamp, outcome.Newest.SentAt, ack.Now, ack.MinRtt);
        }
        else if (ack.Acked > 0)
        {
            c.Rate.NoteDelivery(ack.Now);
        }

        if (c.Pace is { } pace)
        {
            AdaptPaced(c, pace, in outcome, in ack, in rate);
        }
        else
        {
            AdaptWindow(c, in outcome, in ack);
        }
    }

    private static void AdaptPaced(TcpConnection c, Pacing pace, in AckOutcome outcome, in AckSample ack, in RateSample rate)
    {
        if (pace.Control is null)
        {
            AdaptWindow(c, in outcome, in ack);
        }
        else if (pace.Control.Control(ref c.Window, in ack, in rate))
        {
            c.Rate.MarkLimited(c.InFlight);
        }

        pace.UpdateRate(c);
    }

    private static void AdaptWindow(TcpConnection c, in AckOutcome outcome, in AckSample ack)
    {
        if (c.Recovery.IsReducing)
        {
            Prr.OnAck(c, ack.Acked, ack.Lost, outcome.Advanced);
            return;
        }

        // Where much reordering is known, growth follows whatever is delivered, else only what is acknowledged in order.
        var progress = c.Reordering > c.Layer.Settings.Reordering ? AckFlags.Acked | AckFlags.DataSacked : AckFlags.DataAcked;
        if (outcome.Has(progress))
        {
            if (c.Window.MayGrow)
            {
                c.Algorithm.OnAck(ref c.Window, in ack);
            }

            c.Window.UsedAt = ack.Now;
        }
    }
}
