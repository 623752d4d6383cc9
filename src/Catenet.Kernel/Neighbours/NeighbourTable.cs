using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

/// <summary>The neighbours of a host on all its links.</summary>
public sealed class NeighbourTable
{
    internal NeighbourTable(Host host)
    {
        Arp = new ArpProtocol(host);
        Ndp = new NdpProtocol(host);
    }

    internal ArpProtocol Arp { get; }

    internal NdpProtocol Ndp { get; }

    internal void Flush(NetDevice device)
    {
    }
}
