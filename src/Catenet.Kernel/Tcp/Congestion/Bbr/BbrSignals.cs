using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>BBR's view of the path: rounds, bandwidth, aggregation, and the bounds that loss and marks set (draft-ietf-ccwg-bbr 4.5).</summary>
internal static class BbrSignals
{
    private const int AggregationRounds = 10;
    private const double AlphaGain = 1.0 / 16;
    private const double MarkFactor = 1.0 / 3;

    /// <summary>BBRUpdateLatestDeliverySignals, BBRUpdateMaxBw and BBRUpdateCongestionSignals.</summary>
    public static void Update(BbrState b, in CongestionWindow window, in AckSample ack, in RateSample rate)
    {
        TakeFlight(b, in ack, in rate);
        b.LossRoundStart = false;
        b.BwLatest = Math.Max(b.BwLatest, rate.Rate);
        b.InFlightLatest = Math.Max(b.InFlightLatest, Math.Max(rate.Delivered, 0));
        if (rate.IsValid && (int)(rate.PriorDelivered - b.LossRoundDelivered) >= 0)
        {
            b.LossRoundDelivered = ack.Delivered;
            b.LossRoundStart = true;
        }

        UpdateRound(b, in ack, in rate);
        if (rate.Rate > 0 && (rate.Rate >= b.MaxBw || !rate.IsAppLimited))
        {
            b.BwThisCycle = Math.Max(b.BwThisCycle, rate.Rate);
        }

        if (ack.Lost > 0)
        {
            b.LossInRound = true;
            b.LossEventsInRound = Math.Min(b.LossEventsInRound + 1, 15);
        }

        if (b.LossRoundStart)
        {
            TakeMarks(b, in ack);
            AdaptLowerBounds(b, in window);
        }
    }

    /// <summary>BBRAdvanceLatestDeliverySignals, after everything that looks at the round's signals.</summary>
    public static void Advance(BbrState b, in RateSample rate)
    {
        if (b.LossRoundStart)
        {
            b.BwLatest = rate.Rate;
            b.InFlightLatest = Math.Max(rate.Delivered, 0);
            b.LossInRound = b.MarksInRound = false;
            b.LossEventsInRound = 0;
        }
    }

    /// <summary>BBRUpdateACKAggregation (4.5.9).</summary>
    public static void UpdateAggregation(BbrState b, in CongestionWindow window, in AckSample ack)
    {
        double expected = b.Bw * (ack.Now - b.AggregateBegin).Nanoseconds / 1e9;
        if (b.AggregateDelivered <= expected)
        {
            b.AggregateDelivered = 0;
            b.AggregateBegin = ack.Now;
            expected = 0;
        }

        b.AggregateDelivered += ack.Acked;
        int extra = (int)Math.Min(b.AggregateDelivered - expected, window.Cwnd);
        if (b.RoundStart && ++b.ExtraRounds >= (b.FullBwReached ? AggregationRounds / 2 : 1))
        {
            b.ExtraLastWindow = b.ExtraThisWindow;
            b.ExtraThisWindow = 0;
            b.ExtraRounds = 0;
        }

        b.ExtraThisWindow = Math.Max(b.ExtraThisWindow, extra);
    }

    /// <summary>IsInflightTooHigh (4.5.10): more than two per cent of what was in flight is lost, or half of it marked.</summary>
    public static bool IsTooHigh(BbrState b) =>
        (b.InFlightAtSend > 0 && b.LostSinceSend > b.InFlightAtSend * BbrState.LossThreshold) || (b.MarksInRound && b.MarkedShare > 0.5);

    private static void TakeFlight(BbrState b, in AckSample ack, in RateSample rate)
    {
        b.Flights.OnAck(in ack);
        (b.InFlightAtSend, b.LostSinceSend) = (0, 0);
        if (rate.IsValid)
        {
            (b.InFlightAtSend, uint lost) = b.Flights.At(rate.PriorDelivered);
            b.LostSinceSend = (int)(ack.TotalLost - lost);
        }

        b.Flights.Step(in ack);
    }

    private static void UpdateRound(BbrState b, in AckSample ack, in RateSample rate)
    {
        b.RoundStart = rate.IsValid && (int)(rate.PriorDelivered - b.NextRoundDelivered) >= 0;
        if (b.RoundStart)
        {
            b.StartRound(ack.Delivered);
            b.RoundsSinceProbe++;
            b.Conserving = false;
        }
    }

    private static void TakeMarks(BbrState b, in AckSample ack)
    {
        uint delivered = ack.Delivered - b.RoundDelivered;
        uint marked = ack.DeliveredCe - b.RoundMarked;
        b.RoundDelivered = ack.Delivered;
        b.RoundMarked = ack.DeliveredCe;
        b.MarkedShare = delivered > 0 ? Math.Min(1, (double)marked / delivered) : 0;
        b.MarksInRound = marked > 0;
        b.Alpha += AlphaGain * (b.MarkedShare - b.Alpha);
    }

    /// <summary>BBRAdaptLowerBoundsFromCongestion (4.5.10): not while probing, where loss has its own consequence.</summary>
    private static void AdaptLowerBounds(BbrState b, in CongestionWindow window)
    {
        if (b.Phase is BbrPhase.Startup or BbrPhase.Refill or BbrPhase.Up || (!b.LossInRound && !b.MarksInRound))
        {
            return;
        }

        if (double.IsPositiveInfinity(b.BwLow))
        {
            b.BwLow = b.MaxBw;
        }

        if (b.InFlightLow == BbrState.NoBound)
        {
            b.InFlightLow = window.Cwnd;
        }

        int bound = b.InFlightLow;
        if (b.MarksInRound)
        {
            bound = (int)(b.InFlightLow * (1 - b.Alpha * MarkFactor));
        }

        if (b.LossInRound)
        {
            b.BwLow = Math.Max(b.BwLatest, BbrState.Beta * b.BwLow);
            bound = Math.Min(bound, Math.Max(b.InFlightLatest, (int)(BbrState.Beta * b.InFlightLow)));
        }

        b.InFlightLow = Math.Max(bound, 1);
    }
}
