using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What a user may set on a connection or listener; connections take over a copy of their listener's.</summary>
public sealed class TcpSocketOptions
{
    /// <summary><c>TCP_NODELAY</c>: switches Nagle's algorithm off (RFC 9293 3.7.4).</summary>
    public bool NoDelay { get; set; }

    /// <summary><c>TCP_CORK</c>: holds partial segments back.</summary>
    public bool Cork { get; set; }

    /// <summary><c>SO_KEEPALIVE</c>.</summary>
    public bool KeepAlive { get; set; }

    /// <summary><c>TCP_KEEPIDLE</c>; zero: the host's setting.</summary>
    public Duration KeepAliveTime { get; set; }

    /// <summary><c>TCP_KEEPINTVL</c>; zero: the host's setting.</summary>
    public Duration KeepAliveInterval { get; set; }

    /// <summary><c>TCP_KEEPCNT</c>; zero: the host's setting.</summary>
    public int KeepAliveProbes { get; set; }

    /// <summary><c>TCP_USER_TIMEOUT</c>: how long sent data may stay unacknowledged; zero: by retries.</summary>
    public Duration UserTimeout { get; set; }

    /// <summary><c>TCP_SYNCNT</c>; zero: the host's setting.</summary>
    public int SynRetries { get; set; }

    /// <summary><c>SO_LINGER</c> of zero: closing resets the connection.</summary>
    public bool AbortOnClose { get; set; }

    /// <summary><c>TCP_CONGESTION</c>; null: the host's setting.</summary>
    public string? CongestionControl { get; set; }

    /// <summary><c>TCP_MAXSEG</c>: the largest segment to send or announce, in octets; zero: by the path's MTU.</summary>
    public int MaxSegment { get; set; }

    /// <summary><c>SO_SNDBUF</c> in octets; zero: grows by itself.</summary>
    public int SendBuffer { get; set; }

    /// <summary><c>SO_RCVBUF</c> in octets, of which half is window; zero: grows by itself.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary><c>IP_TOS</c> or <c>IPV6_TCLASS</c>.</summary>
    public byte TrafficClass { get; set; }

    /// <summary><c>IP_TTL</c> or <c>IPV6_UNICAST_HOPS</c>; zero: the host's setting.</summary>
    public byte HopLimit { get; set; }

    /// <summary><c>IP_RECVERR</c>: the ICMP error that ends an attempt to connect is kept for <see cref="TcpConnection.TryTakeReport"/>.</summary>
    public bool ReceiveErrors { get; set; }

    /// <summary><c>SO_MARK</c>.</summary>
    public uint Mark { get; set; }

    /// <summary>A copy.</summary>
    public TcpSocketOptions Clone() => (TcpSocketOptions)MemberwiseClone();
}
