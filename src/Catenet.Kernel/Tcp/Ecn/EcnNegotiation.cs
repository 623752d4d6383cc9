using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The handshake's ECN: who asks, who agrees, and to what (RFC 3168 6.1.1, RFC 9768 3.1).</summary>
internal static class EcnNegotiation
{
    private const TcpFlags Ace = TcpFlags.Ae | TcpFlags.Cwr | TcpFlags.Ece;

    /// <summary>Before the first SYN.</summary>
    public static void Begin(TcpConnection c)
    {
        bool needed = c.NeedsEcn;
        int setting = c.Layer.Settings.Ecn;
        if (needed || setting is 1 or 3 or 4 || c.Route?.Route.UsesEcn == true)
        {
            byte mark = needed ? EcnField.Ect0 : EcnField.NotCapable;
            c.Ecn = new EcnState { Mode = setting == 3 ? EcnMode.Pending : EcnMode.Classic, Mark = mark, SynSent = mark };
        }
    }

    /// <summary>A SYN that asks for ECN was not answered: the next does not ask, in case that is why.</summary>
    public static void OnSynRetransmission(TcpConnection c)
    {
        if (c.Ecn is { } ecn && c.Layer.Settings.EcnFallback)
        {
            ecn.Flags |= EcnFlags.SynWithdrawn;
        }
    }

    /// <summary>What our SYN, or our SYN-ACK of a simultaneous open, has in its flags.</summary>
    public static TcpFlags SynFlags(EcnState ecn, bool answers)
    {
        if (answers && ecn.Mode == EcnMode.Accurate)
        {
            ecn.SynSent = ecn.Mark;
            return Reflection(ecn.SynReceived);
        }

        if (ecn.Has(EcnFlags.SynWithdrawn) || !ecn.IsOn)
        {
            return TcpFlags.None;
        }

        return answers ? TcpFlags.Ece : ecn.Mode == EcnMode.Pending ? Ace : TcpFlags.Ece | TcpFlags.Cwr;
    }

    /// <summary>The ACE of a SYN-ACK, or of the ACK that answers it, by the ECN field with which the SYN or SYN-ACK came (RFC 9768 table 3).</summary>
    public static TcpFlags Reflection(byte received) => received switch
    {
        EcnField.NotCapable => TcpFlags.Cwr,
        EcnField.Ect1 => TcpFlags.Cwr | TcpFlags.Ece,
        EcnField.Ect0 => TcpFlags.Ae,
        _ => TcpFlags.Ae | TcpFlags.Cwr,
    };

    /// <summary>The peer's SYN has crossed ours.</summary>
    public static void OnSyn(TcpConnection c, in Segment s)
    {
        if (c.Ecn is not { } ecn)
        {
            return;
        }

        if (ecn.Mode == EcnMode.Pending && AsksForAccurate(s.Flags))
        {
            ecn.Mode = EcnMode.Accurate;
            ecn.SynReceived = ecn.Previous = s.EcnField;
        }
        else
        {
            ecn.Mode = AsksForClassic(s.Flags) ? EcnMode.Classic : EcnMode.Disabled;
        }
    }

    /// <summary>The SYN-ACK has come: it tells what the peer agrees to (RFC 9768 table 2).</summary>
    public static void OnSynAck(TcpConnection c, in Segment s)
    {
        if (c.Ecn is not { } ecn)
        {
            return;
        }

        byte ace = AccurateEcn.AceOf(s.Flags);
        switch (ace)
        {
            case 0 or 7:
                ecn.Mode = EcnMode.Disabled;
                break;
            case 1:
                ecn.Mode = EcnMode.Classic;
                break;
            case 5 when ecn.Mode != EcnMode.Pending:
                break;
            default:
                ecn.Mode = EcnMode.Accurate;
                ecn.SynReceived = s.EcnField;
                ecn.Reflect = (sbyte)AccurateEcn.AceOf(Reflection(s.EcnField));
                if (AccurateEcnOption.NoteSeen(ecn, in s))
                {
                    ecn.OptionDemand = 2;
                }

                if (s.EcnField == EcnField.CongestionExperienced && (ace == 5 || IsPlausible(c, ecn, ace)))
                {
                    ecn.ReceivedCe++;
                    ecn.UntoldCe++;
                }

                break;
        }
    }

    /// <summary>Whether a SYN asks for classic ECN.</summary>
    public static bool AsksForClassic(TcpFlags syn) => (syn & (TcpFlags.Ece | TcpFlags.Cwr)) == (TcpFlags.Ece | TcpFlags.Cwr);

    /// <summary>Whether a SYN asks for accurate ECN: any of the three flags, but not the two by which the classic is asked for (RFC 9768 3.1.2).</summary>
    public static bool AsksForAccurate(TcpFlags syn) => (syn & Ace) is not (TcpFlags.None or (TcpFlags.Ece | TcpFlags.Cwr));

    /// <summary>Makes the state of a connection whose request has agreed to ECN.</summary>
    public static void Adopt(TcpConnection c, RequestEcn request, byte synTrafficClass)
    {
        int dscp = synTrafficClass & ~EcnField.Mask;
        if (c.Layer.Settings.ReflectTos && c.Options.TrafficClass != dscp)
        {
            c.Options = c.Options with { TrafficClass = (byte)dscp };
        }

        if (request.Mode == EcnMode.Disabled)
        {
            return;
        }

        var ecn = new EcnState { Mode = request.Mode, SynSent = request.Sent };
        if (request.Mode == EcnMode.Accurate)
        {
            ecn.SynReceived = ecn.Previous = (byte)(synTrafficClass & EcnField.Mask);
            ecn.OptionDemand = 1;
        }

        c.Ecn = ecn;
    }

    /// <summary>The ACK of our SYN-ACK tells by ACE how that came (RFC 9768 table 4).</summary>
    public static void OnThirdAck(TcpConnection c, in Segment s)
    {
        if (c.Ecn is not { Mode: EcnMode.Accurate } ecn)
        {
            return;
        }

        AccurateEcnOption.NoteSeen(ecn, in s);
        byte ace = AccurateEcn.AceOf(s.Flags);
        if (ace == 0)
        {
            ecn.Failures |= EcnFailures.AceToUs; // somebody cleared it
        }
        else if (ace is not (1 or 5 or 7) && s.End == s.Seq && s.Options.SackCount == 0 && IsPlausible(c, ecn, ace) &&
            ReceivedBy(ace) == EcnField.CongestionExperienced)
        {
            c.Rate.DeliveredCe = Math.Max(c.Rate.DeliveredCe, 1);
        }
    }

    /// <summary>Challenges a SYN on a synchronized connection: ours may not have been told yet how its SYN-ACK came (RFC 9768 3.1.5).</summary>
    public static void ChallengeSyn(TcpConnection c, in Segment s, bool isInWindow)
    {
        if (c.Ecn is not { Mode: EcnMode.Accurate } ecn)
        {
            ChallengeAck.Send(c);
            return;
        }

        if (isInWindow)
        {
            ecn.SynReceived = s.EcnField;
            if (AccurateEcnOption.NoteSeen(ecn, in s))
            {
                ecn.OptionDemand = Math.Max(ecn.OptionDemand, (byte)1);
            }
        }

        ecn.Reflect = (sbyte)AccurateEcn.AceOf(Reflection(ecn.SynReceived));
        ChallengeAck.Send(c);
        ecn.Reflect = -1; // the challenge may not have been sent
    }

    /// <summary>The connection is established: the congestion control must do without ECN, or marks everything, or lets data alone be marked.</summary>
    public static void Settle(TcpConnection c)
    {
        bool needed = c.NeedsEcn;
        if (c.Ecn is { IsOn: true } ecn)
        {
            ecn.Mark = needed ? EcnField.Ect0 : EcnField.NotCapable;
            ecn.PriorNext = c.Rcv.Nxt;
            return;
        }

        c.Ecn = c.Ecn?.Has(EcnFlags.Seen) == true ? c.Ecn : null;
        if (c.Algorithm is Dctcp dctcp)
        {
            dctcp.IsFallback = true;
        }
    }

    /// <summary>Whether what the peer says of the ECN field of our SYN or SYN-ACK can have come of what we sent (RFC 9768 3.2.2.3).</summary>
    private static bool IsPlausible(TcpConnection c, EcnState ecn, byte ace)
    {
        byte sent = ecn.SynSent, received = ReceivedBy(ace);
        bool plausible = received == sent ||
            (sent is not (EcnField.NotCapable or EcnField.CongestionExperienced) && received != EcnField.NotCapable);
        if (plausible || !c.Layer.Settings.EcnFallback)
        {
            return true;
        }

        ecn.Failures |= EcnFailures.AceToUs;
        return false;
    }

    /// <summary>The ECN field that an ACE of the handshake tells.</summary>
    private static byte ReceivedBy(byte ace) => ace switch
    {
        2 => EcnField.NotCapable,
        0 or 4 => EcnField.Ect0,
        6 => EcnField.CongestionExperienced,
        _ => EcnField.Ect1,
    };
}
