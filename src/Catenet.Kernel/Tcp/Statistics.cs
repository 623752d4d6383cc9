using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What a connection has counted, for TCP_INFO (RFC 4898).</summary>
internal struct Statistics
{
    public ulong BytesSent;
    public ulong BytesRetransmitted;
    public ulong BytesAcked;
    public ulong BytesReceived;
    public uint SegmentsIn;
    public uint SegmentsOut;
    public uint DataSegmentsIn;
    public uint DataSegmentsOut;
    public uint Retransmissions;
    public uint OutOfOrderIn;

    /// <summary>Milliseconds spent in recovery after timeouts, and the clock when the present one began; zero if there is none.</summary>
    public uint TimeoutTime;
    public uint TimeoutSince;
    public ushort Timeouts;
    public ushort TimeoutRecoveries;

    /// <summary>How often the flow label changed because a timeout made the path suspect; packets go by it.</summary>
    public ushort Rehashes;

    /// <summary>Counts what a segment brought in order, and what it let in order.</summary>
    public void NoteReceived(SeqNumber before, in ReceiveSequence rcv)
    {
        if (rcv.Nxt != before)
        {
            // Before the peer's SYN there was no number; the SYN itself does not count.
            BytesReceived += (uint)(rcv.Nxt - (before == default ? rcv.Irs + 1 : before));
        }
    }
}
