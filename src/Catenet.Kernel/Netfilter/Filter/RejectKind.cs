namespace Catenet.Kernel.Netfilter;

/// <summary>What the sender of a rejected packet is told (nftables' <c>reject with</c>); each in the words of its family.</summary>
public enum RejectKind : byte
{
    /// <summary>Port unreachable.</summary>
    PortUnreachable,

    /// <summary>Host unreachable; ICMPv6: address unreachable.</summary>
    HostUnreachable,

    /// <summary>Net unreachable; ICMPv6: no route.</summary>
    NoRoute,

    /// <summary>Communication administratively prohibited.</summary>
    AdminProhibited,

    /// <summary>A TCP reset; to other protocols, port unreachable.</summary>
    TcpReset,
}
