using Catenet.Wire.Dissection;

namespace Catenet.Wire.Transport;

/// <summary>The field table of <see cref="TcpView"/>; options come behind.</summary>
public static class TcpFields
{
    /// <summary>The table.</summary>
    public static readonly FieldTable Table = new("TCP", "Transmission Control Protocol", "tcp", 4,
        Field.Decimal("Source port", "tcp.srcport", 0, 16),
        Field.Decimal("Destination port", "tcp.dstport", 16, 16),
        Field.Decimal("Sequence number", "tcp.seq_raw", 32, 32),
        Field.Decimal("Acknowledgment number", "tcp.ack_raw", 64, 32),
        Field.Decimal("Header length", "tcp.hdr_len", 96, 4, 4),
        Field.Flag("Accurate ECN", "tcp.flags.ae", 103),
        Field.Flag("Congestion window reduced", "tcp.flags.cwr", 104),
        Field.Flag("ECN echo", "tcp.flags.ece", 105),
        Field.Flag("Urgent", "tcp.flags.urg", 106),
        Field.Flag("Acknowledgment", "tcp.flags.ack", 107),
        Field.Flag("Push", "tcp.flags.push", 108),
        Field.Flag("Reset", "tcp.flags.reset", 109),
        Field.Flag("Syn", "tcp.flags.syn", 110),
        Field.Flag("Fin", "tcp.flags.fin", 111),
        Field.Decimal("Window", "tcp.window_size_value", 112, 16),
        Field.Hex("Checksum", "tcp.checksum", 128, 16),
        Field.Decimal("Urgent pointer", "tcp.urgent_pointer", 144, 16));
}
