using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Spreads what a connection sends over time, by a timer of its own (Linux's internal pacing with an earliest departure time).</summary>
/// <remarks>Only a connection has one whose congestion control asks for it or whose user has set SO_MAX_PACING_RATE.</remarks>
internal sealed class Pacing
{
    /// <summary>The first segments go out as they are: an initial window (Linux's tcp_update_skb_after_send).</summary>
    private const uint Unpaced = 10;

    private Instant _next;

    /// <summary>sk_pacing_rate in octets per second.</summary>
    public long Rate { get; private set; } = PacingRate.Unlimited;

    /// <summary>When the timer is to fire; <see cref="Instant.Never"/> if nothing waits.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Whether the rate and the window are the congestion control's business.</summary>
    public IRateControl? Control { get; private set; }

    /// <summary>Begins or goes on after the options or the congestion control have changed.</summary>
    public static void Apply(TcpConnection c)
    {
        var control = c.Algorithm as IRateControl;
        if (c.Pace is null && c.Options.MaxPacingRate is null && (c.Algorithm.Needs & CongestionNeeds.Pacing) == 0)
        {
            return;
        }

        var pace = c.Pace ??= new Pacing();
        pace.Control = control;
        long limit = c.Options.MaxPacingRate ?? PacingRate.Unlimited;
        pace.Rate = control is not null ? Math.Min(control.PacingRate, limit)
            : c.IsSynchronized && c.Rtt.HasSample ? Math.Min(PacingRate.Of(c), limit) : Math.Min(pace.Rate, limit);
    }

    /// <summary>The rate of a connection, paced or not, as TCP_INFO tells it; negative: no limit.</summary>
    public static long RateOf(TcpConnection c)
    {
        long rate = c.Pace?.Rate ?? (c.IsSynchronized && c.Rtt.HasSample ? PacingRate.Of(c) : PacingRate.Unlimited);
        return rate == PacingRate.Unlimited ? -1 : rate;
    }

    /// <summary>Whether it is too early to send; the timer will tell when it is not.</summary>
    public bool MustWait(Instant now)
    {
        if (_next <= now)
        {
            return false;
        }

        Deadline = _next;
        return true;
    }

    /// <summary>For how long nothing may be sent yet.</summary>
    public Duration Delay(Instant now) => Duration.Max(_next - now, Duration.Zero);

    /// <summary>Puts off what comes next by the time that these octets take.</summary>
    public void OnSent(TcpConnection c, int octets)
    {
        var now = c.Now;
        var before = _next;
        _next = Instant.Max(_next, now);
        if (Rate is 0 or PacingRate.Unlimited || c.Stats.DataSegmentsOut < Unpaced)
        {
            return;
        }

        long time = (long)((UInt128)octets * 1_000_000_000 / (UInt128)Rate);

        // Time lost to a late timer is made good, half of the interval at most.
        long late = (_next - before).Nanoseconds;
        _next += new Duration(time - Math.Min(time / 2, late));
    }

    /// <summary>An acknowledgment has been dealt with.</summary>
    public void UpdateRate(TcpConnection c) =>
        Rate = Math.Min(Control?.PacingRate ?? PacingRate.Of(c), c.Options.MaxPacingRate ?? PacingRate.Unlimited);

    /// <summary>The timer has fired: first what is lost, then what is new.</summary>
    public void Fire(TcpConnection c)
    {
        Deadline = Instant.Never;
        if (c.Sent.LostOut > c.Sent.RetransOut && c.Window.Cwnd > c.InFlight)
        {
            Retransmission.SendLost(c);
        }

        Transmission.Push(c);
    }
}
