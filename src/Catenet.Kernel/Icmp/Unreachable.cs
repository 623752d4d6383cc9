namespace Catenet.Kernel.Icmp;

/// <summary>Why a destination is unreachable, for either family.</summary>
public enum Unreachable : byte
{
    /// <summary>No route (IPv4: net unreachable).</summary>
    NoRoute,

    /// <summary>The host, its link address, cannot be found.</summary>
    Host,

    /// <summary>The host does not speak the protocol (IPv6: a parameter problem).</summary>
    Protocol,

    /// <summary>Nobody listens at the port.</summary>
    Port,

    /// <summary>A filter prohibits it (IPv4 code 13, IPv6 code 1).</summary>
    Prohibited,

    /// <summary>A route rejects it.</summary>
    Rejected,
}
