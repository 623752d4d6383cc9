using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Tells a connection's congestion control what happens, with how things stand.</summary>
internal static class CongestionEvents
{
    public static void Raise(TcpConnection c, CongestionEvent what, Duration idle = default)
    {
        var state = new AckSample
        {
            Now = c.Now,
            Idle = idle,
            MinRtt = c.Rtt.Min,
            SmoothedRtt = c.Rtt.Smoothed,
            Una = c.Snd.Una,
            Nxt = c.Snd.Nxt,
            InFlight = c.InFlight,
            Mss = c.Mss,
            Delivered = c.Rate.Delivered,
            DeliveredCe = c.Rate.DeliveredCe,
            TotalLost = c.Rate.Lost,
            Phase = c.Recovery.Phase,
        };
        c.Algorithm.OnEvent(ref c.Window, what, in state);
    }

    /// <summary>What is told of an acknowledgment.</summary>
    public static AckSample Of(TcpConnection c, in AckOutcome outcome) => new()
    {
        Now = c.Now,
        Acked = (int)(c.Rate.Delivered - outcome.PriorDelivered),
        Lost = (int)(c.Rate.Lost - outcome.PriorLost),
        Rtt = outcome.Rtt,
        MinRtt = c.Rtt.Min,
        SmoothedRtt = c.Rtt.Smoothed,
        Una = c.Snd.Una,
        Nxt = c.Snd.Nxt,
        InFlight = c.InFlight,
        Mss = c.Mss,
        Delivered = c.Rate.Delivered,
        DeliveredCe = c.Rate.DeliveredCe,
        TotalLost = c.Rate.Lost,
        Marked = outcome.Has(AckFlags.CongestionEcho),
        Paced = c.Pace is not null,
        Phase = c.Recovery.Phase,
    };
}
