using Catenet.Core;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Tcp;

/// <summary>What a user may set on a connection or listener.</summary>
/// <remarks>Never changes: connections are many and mostly set alike, so they share it, those accepted with their listener. Who changes
/// something gives a connection another: <c>connection.Options = connection.Options with { NoDelay = true }</c>.</remarks>
public sealed record TcpSocketOptions
{
    /// <summary>Nothing set: what all begin with who are not told otherwise.</summary>
    public static TcpSocketOptions Default { get; } = new();

    /// <summary><c>TCP_NODELAY</c>: switches Nagle's algorithm off (RFC 9293 3.7.4).</summary>
    public bool NoDelay { get; init; }

    /// <summary><c>TCP_CORK</c>: holds partial segments back.</summary>
    public bool Cork { get; init; }

    /// <summary><c>SO_KEEPALIVE</c>.</summary>
    public bool KeepAlive { get; init; }

    /// <summary><c>TCP_KEEPIDLE</c>; zero: the host's setting.</summary>
    public Duration KeepAliveTime { get; init; }

    /// <summary><c>TCP_KEEPINTVL</c>; zero: the host's setting.</summary>
    public Duration KeepAliveInterval { get; init; }

    /// <summary><c>TCP_KEEPCNT</c>; zero: the host's setting.</summary>
    public int KeepAliveProbes { get; init; }

    /// <summary><c>TCP_USER_TIMEOUT</c>: how long sent data may stay unacknowledged; zero: by retries.</summary>
    public Duration UserTimeout { get; init; }

    /// <summary><c>TCP_SYNCNT</c>; zero: the host's setting.</summary>
    public int SynRetries { get; init; }

    /// <summary><c>SO_LINGER</c> of zero: closing resets the connection.</summary>
    public bool AbortOnClose { get; init; }

    /// <summary><c>TCP_CONGESTION</c>; null: the host's setting.</summary>
    public string? CongestionControl { get; init; }

    /// <summary><c>SO_MAX_PACING_RATE</c> in octets per second: segments are paced, at this rate at most; null: no limit.</summary>
    public long? MaxPacingRate { get; init; }

    /// <summary><c>TCP_THIN_LINEAR_TIMEOUTS</c>: timeouts of a thin stream do not double at first, whatever the host's setting.</summary>
    public bool ThinLinearTimeouts { get; init; }

    /// <summary><c>TCP_RTO_MIN_US</c>: how far the timeout lies above the round-trip time at least; zero: the host's setting.</summary>
    public Duration MinRto { get; init; }

    /// <summary><c>TCP_RTO_MAX_MS</c>: the longest timeout; zero: the host's setting.</summary>
    public Duration MaxRto { get; init; }

    /// <summary><c>TCP_MAXSEG</c>: the largest segment to send or announce, in octets; zero: by the path's MTU. Counts when a handshake begins.</summary>
    public int MaxSegment { get; init; }

    /// <summary><c>SO_SNDBUF</c> in octets; zero: grows by itself.</summary>
    public int SendBuffer { get; init; }

    /// <summary><c>TCP_NOTSENT_LOWAT</c> in octets: with so many waiting for their first transmission no more is taken; zero: the host's setting.</summary>
    public uint NotSentLowWater { get; init; }

    /// <summary><c>SO_RCVBUF</c> in octets of memory, of which about half is window; zero: grows by itself.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary><c>SO_OOBINLINE</c>: the urgent octet stays in the stream (RFC 6093 3.4).</summary>
    public bool OutOfBandInline { get; init; }

    /// <summary><c>TCP_WINDOW_CLAMP</c>: the largest window to announce, in octets; zero: as the buffer allows.</summary>
    public int WindowClamp { get; init; }

    /// <summary><c>SO_RCVLOWAT</c>: the reader is told when this many octets can be read.</summary>
    public int ReceiveLowWater { get; init; } = 1;

    /// <summary><c>TCP_QUICKACK</c> before the connection is made: false delays the first ACKs. Later see <see cref="TcpConnection.SetQuickAck"/>.</summary>
    public bool QuickAck { get; init; } = true;

    /// <summary><c>TCP_LINGER2</c>: how long a closed connection waits for the peer's FIN; zero: the host's setting, negative: not at all.</summary>
    public Duration Linger2 { get; init; }

    /// <summary><c>IP_TOS</c> or <c>IPV6_TCLASS</c>.</summary>
    public byte TrafficClass { get; init; }

    /// <summary><c>IP_TTL</c> or <c>IPV6_UNICAST_HOPS</c>; zero: the host's setting.</summary>
    public byte HopLimit { get; init; }

    /// <summary><c>IP_RECVERR</c>: the ICMP error that ends an attempt to connect is kept for <see cref="TcpConnection.TryTakeReport"/>.</summary>
    public bool ReceiveErrors { get; init; }

    /// <summary><c>IP_MTU_DISCOVER</c> or <c>IPV6_MTU_DISCOVER</c>: what becomes of the DF bit and of ICMP's word on the path's MTU.</summary>
    public PathMtuDiscovery PathMtuDiscovery { get; init; } = PathMtuDiscovery.Want;

    /// <summary>The keys of TCP-MD5 and TCP-AO; null: segments are not signed. See <see cref="TcpLayer.CreateKeyChain"/>.</summary>
    public TcpKeyChain? Keys { get; init; }

    /// <summary><c>SO_MARK</c>.</summary>
    public uint Mark { get; init; }

    /// <summary><c>TCP_DEFER_ACCEPT</c> as Linux keeps it: for how many timeouts of the SYN-ACK an ACK without data is passed over; zero: not at all.</summary>
    public int DeferAccept { get; init; }

    /// <summary><c>TCP_SAVE_SYN</c>: whether listeners keep the headers of SYNs for those who accept; 2 asks for the link's too.</summary>
    public int SaveSyn { get; init; }

    /// <summary><c>TCP_FASTOPEN</c>: how many connections a listener may open by a SYN's data before their handshake is over (RFC 7413).</summary>
    public int FastOpenQueue { get; init; }

    /// <summary><c>TCP_FASTOPEN_CONNECT</c>: where a cookie is known, connecting waits for the first data and sends it in the SYN.</summary>
    public bool FastOpenConnect { get; init; }

    /// <summary><c>TCP_FASTOPEN_NO_COOKIE</c>: Fast Open without a cookie, sending and listening.</summary>
    public bool FastOpenNoCookie { get; init; }

    /// <summary><c>TCP_FASTOPEN_KEY</c>: a key or two of sixteen octets of this listener's own; null: the host's.</summary>
    public byte[]? FastOpenKey { get; init; }
}
