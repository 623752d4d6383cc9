namespace Catenet.Programs.Tools;

/// <summary>What traceroute sends.</summary>
public enum TracerouteMethod
{
    /// <summary>Datagrams to ports from 33434 on where nobody should listen (<c>-M default</c>).</summary>
    Udp,

    /// <summary>Echo requests (<c>-I</c>).</summary>
    Icmp,

    /// <summary>SYNs to a port; open or closed, the destination answers (<c>-T</c>).</summary>
    Tcp,
}
