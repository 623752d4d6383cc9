using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>The knobs of connection tracking, with Linux's defaults (<c>net.netfilter.nf_conntrack_*</c>).</summary>
public sealed class ConntrackSettings
{
    /// <summary>How many connections are tracked at most (<c>nf_conntrack_max</c>).</summary>
    public int Max { get; set; } = 65536;

    /// <summary>Whether packets with a wrong checksum are invalid (<c>nf_conntrack_checksum</c>).</summary>
    public bool Checksum { get; set; } = true;

    /// <summary>Whether a TCP connection may be joined midway (<c>nf_conntrack_tcp_loose</c>).</summary>
    public bool TcpLoose { get; set; } = true;

    /// <summary>Whether segments outside the window are let pass, resets excepted (<c>nf_conntrack_tcp_be_liberal</c>).</summary>
    public bool TcpBeLiberal { get; set; }

    /// <summary>A TCP connection of which only the SYN was seen (<c>tcp_timeout_syn_sent</c>).</summary>
    public Duration TcpSynSent { get; set; } = Duration.FromSeconds(120);

    /// <summary>A TCP connection whose SYN was answered (<c>tcp_timeout_syn_recv</c>).</summary>
    public Duration TcpSynReceived { get; set; } = Duration.FromSeconds(60);

    /// <summary>An established TCP connection (<c>tcp_timeout_established</c>): five days.</summary>
    public Duration TcpEstablished { get; set; } = Duration.FromSeconds(432_000);

    /// <summary>A TCP connection with one FIN seen (<c>tcp_timeout_fin_wait</c>).</summary>
    public Duration TcpFinWait { get; set; } = Duration.FromSeconds(120);

    /// <summary>A TCP connection with one FIN acknowledged (<c>tcp_timeout_close_wait</c>).</summary>
    public Duration TcpCloseWait { get; set; } = Duration.FromSeconds(60);

    /// <summary>A TCP connection with both FINs seen (<c>tcp_timeout_last_ack</c>).</summary>
    public Duration TcpLastAck { get; set; } = Duration.FromSeconds(30);

    /// <summary>A TCP connection closed both ways (<c>tcp_timeout_time_wait</c>).</summary>
    public Duration TcpTimeWait { get; set; } = Duration.FromSeconds(120);

    /// <summary>A TCP connection that was reset (<c>tcp_timeout_close</c>).</summary>
    public Duration TcpClose { get; set; } = Duration.FromSeconds(10);

    /// <summary>UDP, before it is a stream (<c>udp_timeout</c>).</summary>
    public Duration Udp { get; set; } = Duration.FromSeconds(30);

    /// <summary>UDP that went both ways for more than two seconds (<c>udp_timeout_stream</c>).</summary>
    public Duration UdpStream { get; set; } = Duration.FromSeconds(120);

    /// <summary>An ICMP query (<c>icmp_timeout</c>).</summary>
    public Duration Icmp { get; set; } = Duration.FromSeconds(30);

    /// <summary>Any other protocol (<c>generic_timeout</c>).</summary>
    public Duration Generic { get; set; } = Duration.FromSeconds(600);
}
