using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of connection tracking.</summary>
internal static class ConntrackKnobs
{
    private const string Prefix = "net.netfilter.nf_conntrack_";

    public static readonly Knob[] All =
    [
        // Linux's 0, no limit, is not there: every table has one.
        Whole(Prefix + "max", 1, int.MaxValue, s => s.Conntrack.Max, (s, v) => s.Conntrack.Max = v),
        Flag(Prefix + "checksum", s => s.Conntrack.Checksum, (s, v) => s.Conntrack.Checksum = v),
        Flag(Prefix + "tcp_loose", s => s.Conntrack.TcpLoose, (s, v) => s.Conntrack.TcpLoose = v),
        Flag(Prefix + "tcp_be_liberal", s => s.Conntrack.TcpBeLiberal, (s, v) => s.Conntrack.TcpBeLiberal = v),
        Seconds(Prefix + "tcp_timeout_syn_sent", s => s.Conntrack.TcpSynSent, (s, v) => s.Conntrack.TcpSynSent = v),
        Seconds(Prefix + "tcp_timeout_syn_recv", s => s.Conntrack.TcpSynReceived, (s, v) => s.Conntrack.TcpSynReceived = v),
        Seconds(Prefix + "tcp_timeout_established", s => s.Conntrack.TcpEstablished, (s, v) => s.Conntrack.TcpEstablished = v),
        Seconds(Prefix + "tcp_timeout_fin_wait", s => s.Conntrack.TcpFinWait, (s, v) => s.Conntrack.TcpFinWait = v),
        Seconds(Prefix + "tcp_timeout_close_wait", s => s.Conntrack.TcpCloseWait, (s, v) => s.Conntrack.TcpCloseWait = v),
        Seconds(Prefix + "tcp_timeout_last_ack", s => s.Conntrack.TcpLastAck, (s, v) => s.Conntrack.TcpLastAck = v),
        Seconds(Prefix + "tcp_timeout_time_wait", s => s.Conntrack.TcpTimeWait, (s, v) => s.Conntrack.TcpTimeWait = v),
        Seconds(Prefix + "tcp_timeout_close", s => s.Conntrack.TcpClose, (s, v) => s.Conntrack.TcpClose = v),
        Seconds(Prefix + "udp_timeout", s => s.Conntrack.Udp, (s, v) => s.Conntrack.Udp = v),
        Seconds(Prefix + "udp_timeout_stream", s => s.Conntrack.UdpStream, (s, v) => s.Conntrack.UdpStream = v),
        Seconds(Prefix + "icmp_timeout", s => s.Conntrack.Icmp, (s, v) => s.Conntrack.Icmp = v),
        Seconds(Prefix + "generic_timeout", s => s.Conntrack.Generic, (s, v) => s.Conntrack.Generic = v),
    ];
}
