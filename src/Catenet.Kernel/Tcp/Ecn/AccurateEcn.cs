using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Accurate ECN's count of marked packets: three bits of it, ACE, in every header (RFC 9768 3.2.2).</summary>
internal static class AccurateEcn
{
    /// <summary>The count begins here, so that a cleared field is noticed (RFC 9768 3.2.1).</summary>
    public const uint InitialAce = 5;

    private const uint AceMask = 7;

    /// <summary>Marks of which the peer has not been told and that make an ACK urgent, before ACE wraps (RFC 9768 3.2.2.5.1).</summary>
    private const int MostUntold = 6;

    /// <summary>ACE of a header.</summary>
    public static byte AceOf(TcpFlags flags) =>
        (byte)(((flags & TcpFlags.Ae) != 0 ? 4 : 0) | ((flags & TcpFlags.Cwr) != 0 ? 2 : 0) | ((flags & TcpFlags.Ece) != 0 ? 1 : 0));

    /// <summary>The flags that make an ACE.</summary>
    public static TcpFlags ToFlags(uint ace) =>
        ((ace & 4) != 0 ? TcpFlags.Ae : 0) | ((ace & 2) != 0 ? TcpFlags.Cwr : 0) | ((ace & 1) != 0 ? TcpFlags.Ece : 0);

    /// <summary>Finds out how many marked packets an acknowledgment tells of (RFC 9768 A.2.2 and, with the option, A.1).</summary>
    /// <returns>How many.</returns>
    public static uint OnAck(TcpConnection c, EcnState ecn, in Segment s, in AckOutcome outcome)
    {
        if (!outcome.Has(AckFlags.Advanced | AckFlags.DataSacked) && !s.HasNewerTimestamp)
        {
            return 0; // may be old: the counts only ever grow
        }

        uint markedBefore = ecn.Delivered[2];
        bool byOption = AccurateEcnOption.OnAck(c, ecn, in s, in outcome);
        if (outcome.Has(AckFlags.SynAcked))
        {
            return 0; // ACE has another meaning there
        }

        if (ecn.UntoldCe >= MostUntold)
        {
            c.Acks.Now = true;
        }

        uint packets = c.Rate.Delivered - outcome.PriorDelivered;
        uint least = (AceOf(s.Flags) - InitialAce - c.Rate.DeliveredCe) & AceMask;
        if (packets <= AceMask)
        {
            return least;
        }

        uint most = packets - ((packets - least) & AceMask);
        return byOption ? Estimate(c, in outcome, ecn.Delivered[2] - markedBefore, least, most) : most;
    }

    /// <summary>ACE may have wrapped: octets tell how often (RFC 9768 A.2.2).</summary>
    private static uint Estimate(TcpConnection c, in AckOutcome outcome, uint marked, uint least, uint most)
    {
        if (marked == 0)
        {
            return least;
        }

        uint packets = c.Rate.Delivered - outcome.PriorDelivered;
        if (packets >= 2 * (AceMask + 1) && (c.UsesSack || c.Recovery.Phase is CongestionPhase.Open or CongestionPhase.Reduction))
        {
            uint octets = (uint)outcome.DeliveredOctets;
            if (octets <= marked)
            {
                return most;
            }

            ulong guess = ((ulong)marked * packets + octets - 1) / octets;
            return Math.Min(most, least + ((uint)guess & ~AceMask));
        }

        uint size = (uint)c.Mss;
        return marked > least * size ? most : marked < most * size / 2 ? least : most;
    }
}
