namespace Catenet.Kernel.Udp;

/// <summary>What is known of a received datagram besides its octets.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">The address it was sent to (Linux's IP_PKTINFO).</param>
/// <param name="Interface">The index of the device it came in by.</param>
/// <param name="HopLimit">The TTL or hop limit it arrived with (Linux's IP_RECVTTL).</param>
/// <param name="TrafficClass">The TOS or traffic class it arrived with (Linux's IP_RECVTOS).</param>
/// <param name="Timestamp">When it arrived (Linux's SO_TIMESTAMPNS).</param>
public readonly record struct UdpReceiveInfo(
    InetEndpoint Source,
    InetAddress Destination,
    int Interface,
    byte HopLimit,
    byte TrafficClass,
    Instant Timestamp);
