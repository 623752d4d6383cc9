using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>DCTCP's receiver: ECE tells exactly which segments were marked, delayed ACKs notwithstanding (RFC 8257 3.2).</summary>
internal static class DctcpReceiver
{
    /// <summary>Data has come. When the mark changes, what came before the change is acknowledged first, with the mark that it had.</summary>
    public static void OnData(TcpConnection c, EcnState ecn, bool marked)
    {
        if (ecn.IsCe != marked)
        {
            if (c.Deadlines.DelayedAck != Instant.Never)
            {
                Echo(ecn, ecn.IsCe);
                ecn.Flags |= EcnFlags.AcknowledgePrior;
                Acknowledgment.SendNow(c);
            }

            c.Acks.Now = true;
        }

        ecn.PriorNext = c.Rcv.Nxt;
        ecn.IsCe = marked;
        Echo(ecn, marked);
    }

    private static void Echo(EcnState ecn, bool marked)
    {
        if (marked)
        {
            ecn.Flags |= EcnFlags.DemandCwr;
        }
        else
        {
            ecn.Flags &= ~EcnFlags.DemandCwr;
        }
    }
}
