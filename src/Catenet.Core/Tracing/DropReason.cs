namespace Catenet.Core;

/// <summary>Why a packet was discarded. Names follow Linux's enum skb_drop_reason where it has one.</summary>
public enum DropReason : byte
{
    /// <summary>Not discarded.</summary>
    NotDropped,

    /// <summary>The packet is too short for a header it must have.</summary>
    PacketTooSmall,

    /// <summary>No protocol handles what the frame carries.</summary>
    UnhandledProtocol,

    /// <summary>The frame is addressed to another station.</summary>
    OtherHost,

    /// <summary>The frame is bigger than the device or port takes.</summary>
    PacketTooBig,

    /// <summary>The device is down.</summary>
    DeviceDown,

    /// <summary>The receive ring is full.</summary>
    RingFull,

    /// <summary>The queue in front of the device is full.</summary>
    QdiscDrop,

    /// <summary>A queue's early-drop law chose the packet.</summary>
    QdiscCongested,

    /// <summary>A super-packet that the device cannot take, and that cannot be cut into packets either.</summary>
    SegmentationFailed,

    /// <summary>The link's own queue is full.</summary>
    LinkQueueFull,

    /// <summary>The link lost the frame.</summary>
    LinkLoss,

    /// <summary>The link is down or cut.</summary>
    LinkDown,

    /// <summary>The frame was damaged: its frame check sequence is wrong.</summary>
    FrameCheckSequence,

    /// <summary>The switch knows that the station is on the port the frame came from.</summary>
    SwitchFiltered,

    /// <summary>The port does not carry the frame's VLAN.</summary>
    VlanFiltered,

    /// <summary>Spanning tree blocks the port.</summary>
    PortBlocked,

    /// <summary>The switch has no other port to send the frame to.</summary>
    NoSwitchPort,

    /// <summary>An ARP packet is malformed.</summary>
    ArpInvalid,

    /// <summary>An ARP packet was used up by the neighbour table.</summary>
    ArpConsumed,

    /// <summary>The link address of the next hop could not be resolved.</summary>
    NeighbourFailed,

    /// <summary>Too many packets wait for the next hop's link address.</summary>
    NeighbourQueueFull,

    /// <summary>The neighbour table is full.</summary>
    NeighbourTableFull,

    /// <summary>An NDP message is malformed or its hop limit is not 255 (RFC 4861 6.1, 7.1).</summary>
    NdpInvalid,

    /// <summary>The IP header is malformed.</summary>
    IpHeader,

    /// <summary>The IPv4 header checksum is wrong.</summary>
    IpChecksum,

    /// <summary>The source address cannot be one (martian).</summary>
    IpInvalidSource,

    /// <summary>The destination address cannot be one (martian).</summary>
    IpInvalidDestination,

    /// <summary>The reverse path of the source does not lead where the packet came from.</summary>
    IpReversePathFilter,

    /// <summary>No route leads to the destination.</summary>
    IpNoRoute,

    /// <summary>The packet is for somebody else and forwarding is off.</summary>
    IpForwardingOff,

    /// <summary>The TTL or hop limit ran out.</summary>
    TtlExceeded,

    /// <summary>The packet does not fit the next link and must not be fragmented.</summary>
    FragmentationNeeded,

    /// <summary>No protocol of that number is there.</summary>
    IpNoProtocol,

    /// <summary>An IP option or extension header is malformed or refused.</summary>
    IpOption,

    /// <summary>A fragment is malformed, or overlaps another (RFC 5722, RFC 8200 4.5).</summary>
    FragmentInvalid,

    /// <summary>The fragments did not all come in time.</summary>
    FragmentReassemblyTimeout,

    /// <summary>The reassembly memory is full.</summary>
    FragmentMemory,

    /// <summary>A fragment came twice.</summary>
    FragmentDuplicate,

    /// <summary>The ICMP message is malformed or its checksum is wrong.</summary>
    IcmpInvalid,

    /// <summary>The ICMP message is of a kind that is ignored.</summary>
    IcmpIgnored,

    /// <summary>The ICMP rate limit was reached.</summary>
    IcmpRateLimit,

    /// <summary>The message did its work and ends here; not a loss.</summary>
    Consumed,

    /// <summary>The UDP checksum is wrong.</summary>
    UdpChecksum,

    /// <summary>The UDP header is malformed.</summary>
    UdpHeader,

    /// <summary>No socket is there.</summary>
    NoSocket,

    /// <summary>The socket's receive buffer is full.</summary>
    SocketReceiveBuffer,

    /// <summary>The socket's filter refused the packet.</summary>
    SocketFilter,

    /// <summary>The TCP checksum is wrong.</summary>
    TcpChecksum,

    /// <summary>The TCP header is malformed.</summary>
    TcpHeader,

    /// <summary>The flags make no sense in the connection's state.</summary>
    TcpFlags,

    /// <summary>The segment lies outside the window (RFC 9293 3.10.7.4).</summary>
    TcpInvalidSequence,

    /// <summary>The acknowledgment is of data never sent or too old (RFC 5961 5).</summary>
    TcpInvalidAck,

    /// <summary>The timestamp is older than one seen (PAWS, RFC 7323 5).</summary>
    TcpPaws,

    /// <summary>All of the segment's data has been received before.</summary>
    TcpOldData,

    /// <summary>The data lies beyond the window.</summary>
    TcpOverWindow,

    /// <summary>The out-of-order queue has no room.</summary>
    TcpOutOfOrderDrop,

    /// <summary>The data arrived after the receiver had closed.</summary>
    TcpClose,

    /// <summary>A reset ended the connection.</summary>
    TcpReset,

    /// <summary>The listener's SYN queue is full.</summary>
    TcpSynQueueFull,

    /// <summary>The listener's accept queue is full.</summary>
    TcpListenOverflow,

    /// <summary>Data, and the receive window is closed.</summary>
    TcpZeroWindow,

    /// <summary>The socket's or the protocol's memory is used up.</summary>
    ProtocolMemory,

    /// <summary>The TCP header's signature or authentication option is malformed, or there are two.</summary>
    TcpAuthHeader,

    /// <summary>The segment has no MD5 signature although there is a key for its sender (RFC 2385).</summary>
    TcpMd5NotFound,

    /// <summary>The segment has an MD5 signature although there is no key for its sender.</summary>
    TcpMd5Unexpected,

    /// <summary>The segment's MD5 signature is wrong.</summary>
    TcpMd5Failure,

    /// <summary>The segment has no TCP-AO although there is a key for its sender (RFC 5925).</summary>
    TcpAoNotFound,

    /// <summary>The segment has TCP-AO although nobody has keys for it.</summary>
    TcpAoUnexpected,

    /// <summary>No key has the KeyID of the segment's TCP-AO.</summary>
    TcpAoKeyNotFound,

    /// <summary>The segment's TCP-AO is wrong.</summary>
    TcpAoFailure,

    /// <summary>A filter rule refused the packet.</summary>
    NetfilterDrop,

    /// <summary>The connection tracking table is full.</summary>
    ConntrackFull,

    /// <summary>The packet belongs to no connection and may not begin one.</summary>
    ConntrackInvalid,

    /// <summary>No address or port is left to translate to.</summary>
    NatExhausted,

    /// <summary>No NAT mapping leads inside.</summary>
    NatNoMapping,

    /// <summary>A network ACL refused the packet.</summary>
    NetworkAclDeny,

    /// <summary>No rule of a security group allows the packet.</summary>
    SecurityGroupDeny,

    /// <summary>The host, device or socket that held the packet is gone.</summary>
    Shutdown,
}
