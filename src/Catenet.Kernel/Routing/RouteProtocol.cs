namespace Catenet.Kernel.Routing;

/// <summary>Who put a route there (Linux's RTPROT_*).</summary>
public enum RouteProtocol : byte
{
    /// <summary>An ICMP redirect.</summary>
    Redirect = 1,

    /// <summary>The kernel, with an address.</summary>
    Kernel = 2,

    /// <summary>Configuration at start.</summary>
    Boot = 3,

    /// <summary>The administrator.</summary>
    Static = 4,

    /// <summary>A router advertisement.</summary>
    Ra = 9,

    /// <summary>DHCP.</summary>
    Dhcp = 16,

    /// <summary>BGP.</summary>
    Bgp = 186,

    /// <summary>OSPF.</summary>
    Ospf = 188,

    /// <summary>RIP.</summary>
    Rip = 189,
}
