namespace Catenet.Core;

/// <summary>The steps of a packet's way that can be listened to, in the order of the stack.</summary>
public enum TraceKind : byte
{
    /// <summary>A program made a system call. Subject: the socket; Detail: the call and its result.</summary>
    SystemCall,

    /// <summary>A layer put its header in front (Detail: its name). Value: octets added.</summary>
    Encapsulate,

    /// <summary>A layer took its header off (Detail: its name). Value: octets removed.</summary>
    Decapsulate,

    /// <summary>A TCP connection changed state. Subject: the connection; Detail: <c>SYN-SENT -> ESTABLISHED</c>.</summary>
    TcpState,

    /// <summary>TCP sent data again. Subject: the connection; Detail: why.</summary>
    TcpRetransmit,

    /// <summary>A route was looked up. Subject: the route used, null if there is none; Detail: the destination.</summary>
    RouteLookup,

    /// <summary>The next hop's link address was looked up. Subject: the neighbour entry with its state.</summary>
    NeighbourLookup,

    /// <summary>A neighbour entry changed state. Subject: the entry; Detail: <c>INCOMPLETE -> REACHABLE</c>.</summary>
    NeighbourState,

    /// <summary>A filter rule decided. Subject: the rule; Detail: the chain and verdict.</summary>
    FilterVerdict,

    /// <summary>A connection was tracked: new, established or related. Subject: the conntrack entry.</summary>
    ConnectionTracked,

    /// <summary>An address was translated. Subject: the mapping; Detail: <c>192.168.1.2:49152 -> 203.0.113.1:49152</c>.</summary>
    NatTranslate,

    /// <summary>A router passed the packet on. Value: the TTL or hop limit it leaves with.</summary>
    Forward,

    /// <summary>IP cut a packet. Value: the number of fragments.</summary>
    Fragment,

    /// <summary>IP put fragments together again. Value: the octets of the whole.</summary>
    Reassemble,

    /// <summary>IP handed the packet up to a transport.</summary>
    LocalDeliver,

    /// <summary>A device handed a frame to its driver. Device: which.</summary>
    DeviceTransmit,

    /// <summary>A frame came in from the wire. Device: which.</summary>
    DeviceReceive,

    /// <summary>A frame went onto a link. Node: the link; Value: nanoseconds until it arrives.</summary>
    LinkTransmit,

    /// <summary>A link did something to a frame that a perfect link would not. Detail: lost, duplicated, reordered, damaged.</summary>
    LinkImpairment,

    /// <summary>A switch decided: learned, forwarded, filtered, flooded, broadcast. Subject: the table entry used; Detail: the decision.</summary>
    SwitchDecision,

    /// <summary>A name was asked for or answered. Subject: the question or answer; Detail: how (cache, query, referral, answer).</summary>
    NameLookup,

    /// <summary>A program said something of its work. Detail: what.</summary>
    Application,

    /// <summary>The packet was discarded. Reason: why; Subject: the rule, route or table responsible.</summary>
    Drop,
}
