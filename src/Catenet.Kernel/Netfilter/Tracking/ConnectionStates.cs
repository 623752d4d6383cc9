namespace Catenet.Kernel.Netfilter;

/// <summary>How a packet stands to the connections that are tracked (nftables' <c>ct state</c>); a set, for matching several.</summary>
[Flags]
public enum ConnectionStates : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>It belongs to no connection and may not begin one; or nothing is tracked on this host.</summary>
    Invalid = 1,

    /// <summary>It begins a connection, or continues one that has not been answered.</summary>
    New = 2,

    /// <summary>It belongs to a connection that has seen packets both ways.</summary>
    Established = 4,

    /// <summary>It is about a connection: an ICMP error that quotes one of its packets.</summary>
    Related = 8,

    /// <summary>A rule exempted it from tracking.</summary>
    Untracked = 16,
}
