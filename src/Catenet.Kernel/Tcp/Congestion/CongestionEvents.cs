using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Tells a connection's congestion control what happens, with how things stand.</summary>
internal static class CongestionEvents
{
    public static void Raise(TcpConnection c, CongestionEvent what, Duration idle = default)
    {
        var state = How(c) with { Idle = idle };
        c.Algorithm.OnEvent(ref c.Window, what, in state);
    }

    /// <summary>What is told of an acknowledgment.</summary>
    public static AckSample Of(TcpConnection c, in AckOutcome outcome) => How(c) with
    {
        Acked = (int)(c.Rate.Delivered - outcome.PriorDelivered),
        Lost = (int)(c.Rate.Lost - outcome.PriorLost),
        Rtt = outcome.Rtt,
        Marked = outcome.Has(AckFlags.CongestionEcho),
    };

    private static AckSample How(TcpConnection c) => new()
    {
        Now = c.Now,
        MinRtt = c.Rtt.Min,
        SmoothedRtt = c.Rtt.Smoothed,
        Una = c.Snd.Una,
        Nxt = c.Snd.Nxt,
        InFlight = c.InFlight,
        Mss = c.Mss,
        Delivered = c.Rate.Delivered,
        DeliveredCe = c.Rate.DeliveredCe,
        TotalLost = c.Rate.Lost,
        Paced = c.Pace is not null,
        Phase = c.Recovery.Phase,
    };
}
