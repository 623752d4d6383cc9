using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The ECN of what is sent: the mark in the IP header, and what we tell of the marks received (RFC 3168 6.1.2, 6.1.3; RFC 9768 3.2.2).</summary>
internal static class EcnOutput
{
    /// <summary>Says whether the next segment leaves in one buffer with the one before.</summary>
    public static void Continue(TcpConnection c, bool continues)
    {
        if (c.Ecn is { } ecn)
        {
            ecn.Flags = continues ? ecn.Flags | EcnFlags.Continues : ecn.Flags & ~EcnFlags.Continues;
        }
    }

    /// <summary>Sets the mark for a segment that is not a SYN, and its flags.</summary>
    public static TcpFlags Apply(TcpConnection c, EcnState ecn, TcpFlags flags, int length)
    {
        bool isNew = length > 0 && ecn.Has(EcnFlags.NewData);
        ecn.Flags &= ~EcnFlags.NewData;
        switch (ecn.Mode)
        {
            case EcnMode.Classic:
                if (isNew)
                {
                    ecn.Mark = EcnField.Ect0;
                    if (ecn.Has(EcnFlags.QueueCwr))
                    {
                        ecn.Flags &= ~EcnFlags.QueueCwr;
                        flags |= TcpFlags.Cwr;
                    }
                }
                else if (!c.NeedsEcn)
                {
                    // RFC 3168 6.1.4, 6.1.5: neither pure ACKs nor retransmissions nor probes.
                    ecn.Mark = EcnField.NotCapable;
                }

                return ecn.Has(EcnFlags.DemandCwr) ? flags | TcpFlags.Ece : flags;

            case EcnMode.Accurate:
                ecn.Mark = ecn.HasFailed(EcnFailures.AceToUs) ? EcnField.NotCapable : EcnField.Ect0;
                if (ecn.Reflect >= 0)
                {
                    flags |= AccurateEcn.ToFlags((uint)ecn.Reflect);
                    ecn.Reflect = -1;
                }
                else
                {
                    flags |= AccurateEcn.ToFlags(ecn.ReceivedCe + AccurateEcn.InitialAce);
                    ecn.UntoldCe = 0;
                }

                return flags;

            default:
                return flags;
        }
    }
}
