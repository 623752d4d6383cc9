using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The ECN of what arrives: marks are counted and told of, and what the peer tells reduces the window (RFC 3168 6.1.2, 6.1.3; RFC 9768 3.2).</summary>
internal static class EcnArrival
{
    /// <summary>ACKs sent at once when something changes (Linux's quick ACKs for ECN).</summary>
    private const int QuickAcks = 2;

    /// <summary>Whether a segment changes nothing but counts.</summary>
    public static bool IsRoutine(TcpConnection c, in Segment s) => c.Ecn switch
    {
        null => false,
        { Mode: EcnMode.Disabled } => true,
        { Mode: EcnMode.Classic } ecn => (s.Flags & (TcpFlags.Ece | TcpFlags.Cwr)) == 0 &&
            (s.Length == 0 || (s.EcnField is EcnField.Ect0 or EcnField.Ect1 && ecn.Has(EcnFlags.Seen) && !c.NeedsEcn)),
        _ => false,
    };

    /// <summary>Counts a segment by its mark: all marked segments, and the octets of data under each mark (RFC 9768 3.2.1).</summary>
    public static void Count(TcpConnection c, in Segment s)
    {
        byte field = s.EcnField;
        if (c.Ecn is not { } ecn)
        {
            if (field == EcnField.NotCapable)
            {
                return;
            }

            ecn = c.Ecn = new EcnState();
        }

        bool marked = field == EcnField.CongestionExperienced;
        if (field != EcnField.NotCapable)
        {
            CountCapable(ecn, in s, marked);
        }

        bool edge = ecn.Previous != field;
        if (edge || marked)
        {
            ecn.Previous = field;
            if (ecn.Mode == EcnMode.Accurate)
            {
                // RFC 9768 3.2.2.5.1: a change is told of at once, and twice, in case the first ACK leaves it open.
                c.Acks.Now |= edge;
                ecn.OptionDemand = 2;
            }
        }
    }

    /// <summary>Data has come, in sequence or not: its mark is echoed (RFC 3168 6.1.3).</summary>
    public static void OnData(TcpConnection c, EcnState ecn, in Segment s)
    {
        if (ecn.Mode is not (EcnMode.Classic or EcnMode.Accurate))
        {
            return;
        }

        switch (s.EcnField)
        {
            case EcnField.NotCapable:
                if (ecn.Has(EcnFlags.Seen))
                {
                    c.Acks.EnterQuickMode(c.Rcv.Wnd, QuickAcks); // a retransmission, most likely
                }

                return;

            case EcnField.CongestionExperienced:
                if (c.NeedsEcn)
                {
                    DctcpReceiver.OnData(c, ecn, marked: true);
                }

                if (ecn.Mode == EcnMode.Classic && !ecn.Has(EcnFlags.DemandCwr))
                {
                    c.Acks.EnterQuickMode(c.Rcv.Wnd, QuickAcks); // the sender's window may be very small
                    ecn.Flags |= EcnFlags.DemandCwr;
                }

                break;

            default:
                if (c.NeedsEcn)
                {
                    DctcpReceiver.OnData(c, ecn, marked: false);
                }

                break;
        }

        if (ecn.Mode == EcnMode.Classic)
        {
            ecn.Flags |= EcnFlags.Seen;
        }
    }

    /// <summary>Takes from an acknowledgment what it says of the marks that our data got.</summary>
    public static void OnAck(TcpConnection c, EcnState ecn, in Segment s, ref AckOutcome outcome)
    {
        switch (ecn.Mode)
        {
            case EcnMode.Classic:
                if (s.Has(TcpFlags.Cwr))
                {
                    // CWR on a segment without data is taken too, as widespread senders send it.
                    ecn.Flags &= ~EcnFlags.DemandCwr;
                    c.Acks.Now |= s.End != s.Seq;
                }

                if (s.Has(TcpFlags.Ece) && !outcome.Has(AckFlags.SynAcked))
                {
                    outcome.Flags |= AckFlags.CongestionEcho;
                    c.Rate.DeliveredCe += c.Rate.Delivered - outcome.PriorDelivered;
                }

                break;

            case EcnMode.Accurate:
                uint marked = AccurateEcn.OnAck(c, ecn, in s, in outcome);
                c.Rate.DeliveredCe += marked;
                outcome.Flags |= marked > 0 ? AckFlags.CongestionEcho : 0;
                break;
        }
    }

    private static void CountCapable(EcnState ecn, in Segment s, bool marked)
    {
        if (ecn.Mode != EcnMode.Classic)
        {
            ecn.Flags |= EcnFlags.Seen;
        }

        if (marked)
        {
            int packets = s.WireLength > 0 ? Math.Max(1, (s.Length + s.WireLength - 1) / s.WireLength) : 1;
            ecn.ReceivedCe += (uint)packets;
            ecn.UntoldCe = (byte)Math.Min(ecn.UntoldCe + packets, 15);
        }

        if (s.Length == 0)
        {
            return;
        }

        int at = s.EcnField - 1;
        uint before = ecn.Received[at];
        uint after = ecn.Received[at] = before + (uint)s.Length;

        // The option has ECT(1), CE, ECT(0) in this order: it must be long enough to tell of this one.
        byte place = s.EcnField switch { EcnField.Ect1 => 1, EcnField.CongestionExperienced => 2, _ => 3 };
        ecn.LeastCounters = Math.Max(ecn.LeastCounters, place);
        if ((before ^ after) >> 22 != 0)
        {
            ecn.OptionDemand = Math.Max(ecn.OptionDemand, (byte)1); // before 24 bits can wrap unseen
        }
    }
}
