using Catenet.Packetdrill.Packets;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Language;

/// <summary>Reads a packet of a script.</summary>
/// <param name="scanner">Where.</param>
/// <param name="definitions">Symbols of the script.</param>
internal sealed class PacketParser(Scanner scanner, IReadOnlyDictionary<string, string> definitions)
{
    /// <summary>Reads from the arrow on.</summary>
    public PacketSpec Parse()
    {
        var direction = scanner.Take("<") ? PacketDirection.In : scanner.Take(">") ? PacketDirection.Out : throw scanner.Mistake("'<' or '>' is missing");
        var packet = new PacketSpec { Direction = direction, Envelope = new EnvelopeParser(scanner).Parse(), Ip = IpInfo(direction) };
        packet = Ports(packet);
        if (scanner.TakeWord("udp"))
        {
            packet = Ports(packet);
            scanner.Expect("(", "before the length of a datagram");
            int length = Length();
            return packet with { Kind = PacketKindOf.Udp, Length = length };
        }

        return scanner.TakeWord("icmp") ? new IcmpParser(scanner).Parse(packet) : Tcp(packet);
    }

    private IpInfo IpInfo(PacketDirection direction)
    {
        var info = new IpInfo();
        string? closing = scanner.Take("[") ? "]" : scanner.Take("(") ? ")" : null;
        if (closing is null)
        {
            return info;
        }

        if (closing == "]" && scanner.AtNumber())
        {
            scanner.Position--; // [sport > dport]
            return info;
        }

        do
        {
            int begin = scanner.Position;
            string word = scanner.Word("ect0, ect1, ect01, ce, noecn, tos, ttl or flowlabel");
            info = word switch
            {
                "noecn" => info with { Ecn = EcnMark.None },
                "ect0" => info with { Ecn = EcnMark.Ect0 },
                "ect1" => info with { Ecn = EcnMark.Ect1 },
                "ect01" when direction == PacketDirection.Out => info with { Ecn = EcnMark.AnyEct },
                "ce" => info with { Ecn = EcnMark.Ce },
                "tos" => info with { TrafficClass = (byte)scanner.Integer("a type of service") },
                "ttl" => info with { HopLimit = (byte)scanner.Integer("a time to live") },
                "flowlabel" => info with { FlowLabel = scanner.Unsigned("a flow label") },
                _ => throw scanner.Mistake(begin, $"'{word}' says nothing of a packet: there are ect0, ect1, ect01 (from the stack only), ce, noecn, tos, ttl and flowlabel"),
            };
        }
        while (scanner.Take(","));
        scanner.Expect(closing, "at the end of what is said of the IP header");
        return info;
    }

    private PacketSpec Ports(PacketSpec packet)
    {
        bool bracket = scanner.Take("[");
        scanner.SkipBlanks();
        if (!bracket && (!char.IsAsciiDigit(scanner.Current) || IsAceCount()))
        {
            return packet;
        }

        var source = (ushort)scanner.Unsigned("a port");
        scanner.Expect(">", "between two ports");
        packet = packet with { SourcePort = source, DestinationPort = (ushort)scanner.Unsigned("a port") };
        if (bracket)
        {
            scanner.Expect("]", "behind two ports");
        }

        return packet;
    }

    /// <summary>A digit that is the first of the flags, as in <c>5.</c>, not a port.</summary>
    private bool IsAceCount()
    {
        int begin = scanner.Position;
        string word = scanner.Run(c => char.IsAsciiLetterUpper(c) || c == '.' || char.IsAsciiDigit(c));
        scanner.Position = begin;
        return word.Length > 1 && !word.All(char.IsAsciiDigit);
    }

    private PacketSpec Tcp(PacketSpec packet)
    {
        int begin = scanner.Position;
        string letters = scanner.Run(c => char.IsAsciiLetterUpper(c) || c is '.' or '-' || char.IsAsciiDigit(c));
        var flags = Flags(begin, letters, out int aceCount);
        uint from = scanner.Unsigned("the first sequence number");
        scanner.Expect(":", "between two sequence numbers");
        uint to = scanner.Unsigned("the sequence number behind the last");
        scanner.Expect("(", "before the length of the data");
        int length = Length();
        if (to - from != (uint)length)
        {
            throw scanner.Mistake(begin, $"the sequence numbers {from}:{to} and the length {length} do not fit");
        }

        packet = packet with { Kind = PacketKindOf.Tcp, Flags = flags, AceCount = aceCount, Sequence = from, Length = length };
        if (scanner.TakeWord("ack"))
        {
            packet = packet with { Acknowledgment = scanner.Unsigned("an acknowledgment number") };
        }

        if (scanner.TakeWord("win"))
        {
            packet = packet with { Window = (ushort)scanner.Unsigned("a window") };
        }

        if (scanner.TakeWord("urg"))
        {
            packet = packet with { Urgent = (ushort)scanner.Unsigned("an urgent pointer") };
        }

        return scanner.Take("<") ? Options(packet) : packet;
    }

    private PacketSpec Options(PacketSpec packet)
    {
        int begin = scanner.Position;
        if (scanner.Take("..."))
        {
            scanner.Expect(">", "behind the dots");
            return packet.Direction == PacketDirection.Out
                ? packet with { AnyOptions = true }
                : throw scanner.Mistake(begin, "the options of a packet to the stack must be given");
        }

        var options = new TcpOptionParser(scanner, definitions).Parse();
        if (packet.Direction == PacketDirection.In && options.Sum(o => o.Length) is var length && length > TcpOptionsWriter.MaxLength)
        {
            throw scanner.Mistake(begin, $"the options take {length} octets, and there is room for {TcpOptionsWriter.MaxLength}");
        }

        return packet with { Options = options };
    }

    private TcpFlags Flags(int position, string letters, out int aceCount)
    {
        var flags = TcpFlags.None;
        aceCount = -1;
        if (letters.Length == 0)
        {
            throw scanner.Mistake($"flags such as S, S., P. or - are missing; here stands {scanner.Here()}");
        }

        foreach (char letter in letters)
        {
            flags |= letter switch
            {
                'F' => TcpFlags.Fin,
                'S' => TcpFlags.Syn,
                'R' => TcpFlags.Rst,
                'P' => TcpFlags.Psh,
                '.' => TcpFlags.Ack,
                'U' => TcpFlags.Urg,
                'E' => TcpFlags.Ece,
                'W' => TcpFlags.Cwr,
                'A' => TcpFlags.Ae,
                '-' => TcpFlags.None,
                >= '0' and <= '7' when aceCount < 0 => AceFlags(aceCount = letter - '0'),
                _ => throw scanner.Mistake(position, $"'{letter}' in '{letters}' is no flag: there are F S R P . U E W A, a count from 0 to 7, and -"),
            };
        }

        return flags;
    }

    /// <summary>The count of CE marks in three bits (RFC 9768 3.2.2.1).</summary>
    private static TcpFlags AceFlags(int count) =>
        ((count & 4) != 0 ? TcpFlags.Ae : 0) | ((count & 2) != 0 ? TcpFlags.Cwr : 0) | ((count & 1) != 0 ? TcpFlags.Ece : 0);

    private int Length()
    {
        uint length = scanner.Unsigned("a length");
        scanner.Expect(")", "behind a length");
        return length <= 1 << 20 ? (int)length : throw scanner.Mistake($"a length of {length} octets is too much");
    }
}
