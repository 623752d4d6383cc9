using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A segment that arrived, its header read (RFC 9293 3.3.1: SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND, SEG.UP).</summary>
internal ref struct Segment
{
    /// <summary>The packet, beginning with the payload; null once somebody has taken it over or dropped it.</summary>
    public PacketBuffer? Packet;

    public SeqNumber Seq;
    public SeqNumber Ack;

    /// <summary>The number after the last octet, SYN and FIN counted.</summary>
    public SeqNumber End;

    /// <summary>Octets of data.</summary>
    public int Length;

    /// <summary>Octets of data in the largest of the packets that it was on the wire: a super-packet stands for several.</summary>
    public int WireLength;

    public TcpFlags Flags;

    /// <summary>SEG.WND as it stands in the header.</summary>
    public ushort Window;

    public ushort UrgentPointer;

    /// <summary>It is the SYN-ACK of a simultaneous open, whose SYN is known already.</summary>
    public bool RepeatsSyn;

    /// <summary>Its timestamp is newer than any before: it is not an old one that was overtaken.</summary>
    public bool HasNewerTimestamp;

    /// <summary>DSCP and ECN bits of the IP header.</summary>
    public byte TrafficClass;
    public InetAddress Source;
    public InetAddress Destination;
    public ushort SourcePort;
    public ushort DestinationPort;
    public TcpOptions Options;

    /// <summary>The ECN bits of the IP header (RFC 3168 5).</summary>
    public readonly byte EcnField => (byte)(TrafficClass & 3);

    public readonly bool Has(TcpFlags flags) => (Flags & flags) != 0;
}
