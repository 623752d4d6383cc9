namespace Catenet.Packetdrill.Calls;

/// <summary>The numbers of Linux's names (x86-64), as far as scripts use them.</summary>
internal static class Symbols
{
    public const int AF_INET = 2, AF_INET6 = 10, SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_NONBLOCK = 0x800;
    public const int SOL_SOCKET = 1, SOL_IP = 0, SOL_TCP = 6, SOL_IPV6 = 41, SOL_UDP = 17;
    public const int O_NONBLOCK = 0x800, O_RDWR = 2;
    public const int MSG_OOB = 1, MSG_PEEK = 2, MSG_TRUNC = 0x20, MSG_DONTWAIT = 0x40, MSG_EOR = 0x80, MSG_WAITALL = 0x100, MSG_ERRQUEUE = 0x2000, MSG_NOSIGNAL = 0x4000,
        MSG_MORE = 0x8000, MSG_ZEROCOPY = 0x4000000, MSG_FASTOPEN = 0x20000000;
    public const int POLLIN = 1, POLLPRI = 2, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32, POLLRDNORM = 64, POLLWRNORM = 256, POLLRDHUP = 0x2000;
    public const int EPOLLET = 1 << 31, EPOLLONESHOT = 1 << 30, EPOLLEXCLUSIVE = 1 << 28;

    private static readonly Dictionary<string, long> Values = new(StringComparer.Ordinal)
    {
        ["NULL"] = 0, ["AF_UNSPEC"] = 0, ["AF_INET"] = AF_INET, ["PF_INET"] = AF_INET, ["AF_INET6"] = AF_INET6, ["PF_INET6"] = AF_INET6,
        ["SOCK_STREAM"] = SOCK_STREAM, ["SOCK_DGRAM"] = SOCK_DGRAM, ["SOCK_RAW"] = 3, ["SOCK_NONBLOCK"] = SOCK_NONBLOCK, ["SOCK_CLOEXEC"] = 0x80000,
        ["IPPROTO_IP"] = 0, ["IPPROTO_ICMP"] = 1, ["IPPROTO_TCP"] = 6, ["IPPROTO_UDP"] = 17, ["IPPROTO_IPV6"] = 41, ["IPPROTO_MPTCP"] = 262,
        ["SOL_SOCKET"] = SOL_SOCKET, ["SOL_IP"] = SOL_IP, ["SOL_TCP"] = SOL_TCP, ["SOL_IPV6"] = SOL_IPV6, ["SOL_UDP"] = SOL_UDP,
        ["INADDR_ANY"] = 0, ["INADDR_LOOPBACK"] = 0x7F000001,
        ["O_RDONLY"] = 0, ["O_WRONLY"] = 1, ["O_RDWR"] = O_RDWR, ["O_CREAT"] = 0x40, ["O_TRUNC"] = 0x200, ["O_APPEND"] = 0x400, ["O_NONBLOCK"] = O_NONBLOCK,
        ["F_GETFD"] = 1, ["F_SETFD"] = 2, ["F_GETFL"] = 3, ["F_SETFL"] = 4, ["FD_CLOEXEC"] = 1,
        ["SHUT_RD"] = 0, ["SHUT_WR"] = 1, ["SHUT_RDWR"] = 2,
        ["FIONREAD"] = 0x541B, ["SIOCINQ"] = 0x541B, ["SIOCOUTQ"] = 0x5411, ["TIOCOUTQ"] = 0x5411, ["SIOCOUTQNSD"] = 0x894B, ["FIONBIO"] = 0x5421,
        ["MSG_OOB"] = MSG_OOB, ["MSG_PEEK"] = MSG_PEEK, ["MSG_DONTROUTE"] = 4, ["MSG_CTRUNC"] = 8, ["MSG_TRUNC"] = MSG_TRUNC, ["MSG_DONTWAIT"] = MSG_DONTWAIT, ["MSG_EOR"] = MSG_EOR,
        ["MSG_WAITALL"] = MSG_WAITALL, ["MSG_ERRQUEUE"] = MSG_ERRQUEUE, ["MSG_NOSIGNAL"] = MSG_NOSIGNAL, ["MSG_MORE"] = MSG_MORE,
        ["MSG_ZEROCOPY"] = MSG_ZEROCOPY, ["MSG_FASTOPEN"] = MSG_FASTOPEN,
        ["POLLIN"] = POLLIN, ["POLLPRI"] = POLLPRI, ["POLLOUT"] = POLLOUT, ["POLLERR"] = POLLERR, ["POLLHUP"] = POLLHUP, ["POLLNVAL"] = POLLNVAL,
        ["POLLRDNORM"] = POLLRDNORM, ["POLLRDBAND"] = 128, ["POLLWRNORM"] = POLLWRNORM, ["POLLWRBAND"] = 512, ["POLLRDHUP"] = POLLRDHUP,
        ["EPOLLIN"] = POLLIN, ["EPOLLPRI"] = POLLPRI, ["EPOLLOUT"] = POLLOUT, ["EPOLLERR"] = POLLERR, ["EPOLLHUP"] = POLLHUP, ["EPOLLRDNORM"] = POLLRDNORM, ["EPOLLRDBAND"] = 128,
        ["EPOLLWRNORM"] = POLLWRNORM, ["EPOLLWRBAND"] = 512, ["EPOLLRDHUP"] = POLLRDHUP, ["EPOLLET"] = EPOLLET, ["EPOLLONESHOT"] = EPOLLONESHOT, ["EPOLLEXCLUSIVE"] = EPOLLEXCLUSIVE,
        ["EPOLL_CTL_ADD"] = 1, ["EPOLL_CTL_DEL"] = 2, ["EPOLL_CTL_MOD"] = 3,
        ["SO_DEBUG"] = 1, ["SO_REUSEADDR"] = 2, ["SO_TYPE"] = 3, ["SO_ERROR"] = 4, ["SO_BROADCAST"] = 6, ["SO_SNDBUF"] = 7, ["SO_RCVBUF"] = 8, ["SO_KEEPALIVE"] = 9,
        ["SO_OOBINLINE"] = 10, ["SO_PRIORITY"] = 12, ["SO_LINGER"] = 13, ["SO_REUSEPORT"] = 15, ["SO_RCVLOWAT"] = 18, ["SO_SNDLOWAT"] = 19, ["SO_RCVTIMEO"] = 20, ["SO_SNDTIMEO"] = 21,
        ["SO_TIMESTAMP"] = 29, ["SO_ACCEPTCONN"] = 30, ["SO_SNDBUFFORCE"] = 32, ["SO_RCVBUFFORCE"] = 33, ["SO_MARK"] = 36, ["SO_TIMESTAMPING"] = 37, ["SO_PROTOCOL"] = 38,
        ["SO_DOMAIN"] = 39, ["SO_BUSY_POLL"] = 46, ["SO_MAX_PACING_RATE"] = 47, ["SO_MEMINFO"] = 55, ["SO_ZEROCOPY"] = 60, ["SO_TXTIME"] = 61, ["SO_TXREHASH"] = 74,
        ["IP_TOS"] = 1, ["IP_TTL"] = 2, ["IP_MTU_DISCOVER"] = 10, ["IP_RECVERR"] = 11, ["IP_RECVTTL"] = 12, ["IP_RECVTOS"] = 13, ["IP_MTU"] = 14, ["IP_FREEBIND"] = 15, ["IP_BIND_ADDRESS_NO_PORT"] = 24,
        ["IP_PMTUDISC_DONT"] = 0, ["IP_PMTUDISC_WANT"] = 1, ["IP_PMTUDISC_DO"] = 2, ["IP_PMTUDISC_PROBE"] = 3, ["IP_PMTUDISC_INTERFACE"] = 4,
        ["IPV6_UNICAST_HOPS"] = 16, ["IPV6_MTU_DISCOVER"] = 23, ["IPV6_MTU"] = 24, ["IPV6_RECVERR"] = 25, ["IPV6_V6ONLY"] = 26, ["IPV6_FLOWINFO_SEND"] = 33, ["IPV6_TCLASS"] = 67, ["IPV6_AUTOFLOWLABEL"] = 70,
        ["TCP_NODELAY"] = 1, ["TCP_MAXSEG"] = 2, ["TCP_CORK"] = 3, ["TCP_KEEPIDLE"] = 4, ["TCP_KEEPINTVL"] = 5, ["TCP_KEEPCNT"] = 6, ["TCP_SYNCNT"] = 7, ["TCP_LINGER2"] = 8,
        ["TCP_DEFER_ACCEPT"] = 9, ["TCP_WINDOW_CLAMP"] = 10, ["TCP_INFO"] = 11, ["TCP_QUICKACK"] = 12, ["TCP_CONGESTION"] = 13, ["TCP_MD5SIG"] = 14, ["TCP_THIN_LINEAR_TIMEOUTS"] = 16,
        ["TCP_THIN_DUPACK"] = 17, ["TCP_USER_TIMEOUT"] = 18, ["TCP_REPAIR"] = 19, ["TCP_FASTOPEN"] = 23, ["TCP_TIMESTAMP"] = 24, ["TCP_NOTSENT_LOWAT"] = 25, ["TCP_CC_INFO"] = 26, ["TCP_SAVE_SYN"] = 27,
        ["TCP_SAVED_SYN"] = 28, ["TCP_FASTOPEN_CONNECT"] = 30, ["TCP_ULP"] = 31, ["TCP_FASTOPEN_KEY"] = 33, ["TCP_FASTOPEN_NO_COOKIE"] = 34, ["TCP_ZEROCOPY_RECEIVE"] = 35, ["TCP_INQ"] = 36,
        ["TCP_CM_INQ"] = 36, ["TCP_TX_DELAY"] = 37, ["TCP_RTO_MAX_MS"] = 44, ["TCP_RTO_MIN_US"] = 45, ["TCP_DELACK_MAX_US"] = 46,
        ["SCM_TIMESTAMPING"] = 37, ["SO_EE_ORIGIN_NONE"] = 0, ["SO_EE_ORIGIN_LOCAL"] = 1, ["SO_EE_ORIGIN_ICMP"] = 2, ["SO_EE_ORIGIN_ICMP6"] = 3, ["SO_EE_ORIGIN_TIMESTAMPING"] = 4,
        ["SCM_TSTAMP_SND"] = 0, ["SCM_TSTAMP_SCHED"] = 1, ["SCM_TSTAMP_ACK"] = 2,
        ["SOF_TIMESTAMPING_TX_HARDWARE"] = 1, ["SOF_TIMESTAMPING_TX_SOFTWARE"] = 2, ["SOF_TIMESTAMPING_RX_HARDWARE"] = 4, ["SOF_TIMESTAMPING_RX_SOFTWARE"] = 8,
        ["SOF_TIMESTAMPING_SOFTWARE"] = 16, ["SOF_TIMESTAMPING_RAW_HARDWARE"] = 64, ["SOF_TIMESTAMPING_OPT_ID"] = 128, ["SOF_TIMESTAMPING_TX_SCHED"] = 256, ["SOF_TIMESTAMPING_TX_ACK"] = 512,
        ["SPLICE_F_MOVE"] = 1, ["SPLICE_F_NONBLOCK"] = 2, ["SPLICE_F_MORE"] = 4,
    };

    /// <summary>All names of a number.</summary>
    public static IEnumerable<string> NamesOf(long value) => Values.Where(v => v.Value == value).Select(v => v.Key).Order(StringComparer.Ordinal);

    /// <summary>The number of a name; errors have numbers too. Null if there is none.</summary>
    public static long? Find(string name) => Values.TryGetValue(name, out long value) ? value : Errno.NumberOf(name);
}
