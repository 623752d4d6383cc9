using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

/// <summary>One neighbour.</summary>
public sealed class Neighbour
{
    internal Neighbour(NetDevice device, InetAddress address)
    {
        Device = device;
        Address = address;
    }

    /// <summary>The device it is reached by.</summary>
    public NetDevice Device { get; }

    /// <summary>Its IP address.</summary>
    public InetAddress Address { get; }

    /// <summary>Its link address, once known.</summary>
    public MacAddress Mac { get; private set; }

    /// <summary>What is known of it.</summary>
    public NeighbourState State { get; private set; }

    /// <summary>An upper layer had an answer from beyond it: it is reachable.</summary>
    public void Confirm()
    {
    }
}
