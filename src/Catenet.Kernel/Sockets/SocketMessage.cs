using System.Net;
using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>A received datagram, or a part of a stream, with what came along with it: recvmsg's control messages.</summary>
/// <param name="ReceivedBytes">Octets put into the buffer.</param>
/// <param name="SocketFlags"><see cref="SocketFlags.Truncated"/> if the datagram was longer than the buffer.</param>
/// <param name="RemoteEndPoint">Who sent it.</param>
/// <param name="Destination">The address it was sent to (IP_PKTINFO).</param>
/// <param name="Interface">The index of the device it came in by (IP_PKTINFO).</param>
/// <param name="TimeToLive">The TTL or hop limit it arrived with (IP_RECVTTL).</param>
/// <param name="TrafficClass">The TOS or traffic class it arrived with (IP_RECVTOS).</param>
/// <param name="Timestamp">When it arrived (SO_TIMESTAMPNS); of a stream, the segment that was read last.</param>
public readonly record struct SocketMessage(
    int ReceivedBytes,
    SocketFlags SocketFlags,
    EndPoint RemoteEndPoint,
    InetAddress Destination,
    int Interface,
    byte TimeToLive,
    byte TrafficClass,
    Instant Timestamp);
