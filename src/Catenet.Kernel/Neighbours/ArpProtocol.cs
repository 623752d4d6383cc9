using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

internal sealed class ArpProtocol(Host host)
{
    public void Receive(PacketBuffer packet, NetDevice device) => host.Drop(packet, DropReason.ArpConsumed);

    public void Announce(InterfaceAddress address) => _ = host;
}
