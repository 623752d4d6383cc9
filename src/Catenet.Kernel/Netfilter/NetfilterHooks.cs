using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Netfilter;

/// <summary>The five points at which filters, NAT and connection tracking see packets.</summary>
/// <param name="host">The host.</param>
public sealed class NetfilterHooks(Host host)
{
    /// <summary>The host.</summary>
    public Host Host => host;

    /// <summary>Whether packets must be put together before <see cref="HookPoint.PreRouting"/>, as connection tracking needs it.</summary>
    public bool NeedsWholePackets { get; set; }

    /// <summary>Lets the point see a packet that begins at its IP header.</summary>
    public Verdict Run(HookPoint point, PacketBuffer packet, NetDevice? input, NetDevice? output)
    {
        _ = (point, packet, input, output);
        return Verdict.Accept;
    }
}
