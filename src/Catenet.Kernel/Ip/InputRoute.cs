using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Ip;

/// <summary>What was decided over the last packet from one address to another by one device; holds as long as routes and addresses stay as they are.</summary>
/// <remarks>Only for packets without options, between unicast addresses: those whose way depends on nothing else.</remarks>
internal sealed class InputRoute
{
    public InetAddress Source;
    public InetAddress Destination;

    /// <summary>The route, of type <see cref="RouteType.Local"/> or <see cref="RouteType.Unicast"/>.</summary>
    public RouteEntry Route = null!;

    /// <summary>The route's device.</summary>
    public NetDevice? Output;

    /// <summary>The neighbour that packets are passed on to, once one was.</summary>
    public Neighbour? Neighbour;

    /// <summary>The <see cref="RoutingTable.Generation"/> it was decided in.</summary>
    public int Generation;

    /// <summary>Whether the packets are for this host.</summary>
    public bool IsLocal;
}
