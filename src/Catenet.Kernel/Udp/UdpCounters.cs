namespace Catenet.Kernel.Udp;

/// <summary>The UDP group of the MIB (RFC 4113), with Linux's additions.</summary>
public struct UdpCounters
{
    /// <summary>Datagrams delivered to sockets.</summary>
    public long InDatagrams;

    /// <summary>Datagrams for ports where no socket was.</summary>
    public long NoPorts;

    /// <summary>Datagrams that could not be delivered for another reason.</summary>
    public long InErrors;

    /// <summary>Of <see cref="InErrors"/>: the checksum was wrong.</summary>
    public long InCsumErrors;

    /// <summary>Of <see cref="InErrors"/>: the socket's receive buffer was full.</summary>
    public long RcvbufErrors;

    /// <summary>Datagrams sent.</summary>
    public long OutDatagrams;
}
