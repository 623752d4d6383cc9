using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Language;

/// <summary>Reads an ICMP message, behind the word <c>icmp</c>.</summary>
internal sealed class IcmpParser(Scanner scanner)
{
    /// <summary>Reads the rest.</summary>
    public PacketSpec Parse(PacketSpec packet)
    {
        string type = Name("a type");
        string? code = null;
        packet = packet with { Kind = PacketKindOf.Icmp };
        while (true)
        {
            if (scanner.TakeWord("mtu"))
            {
                packet = packet with { Mtu = scanner.Unsigned("an MTU") };
            }
            else if (scanner.TakeWord("id"))
            {
                packet = packet with { Identifier = (ushort)scanner.Unsigned("an identifier") };
            }
            else if (scanner.Take("["))
            {
                packet = Quoted(packet);
            }
            else if (code is null && (scanner.AtNumber() && !LooksLikeTime() || scanner.PeekWord() is not null))
            {
                code = Name("a code");
            }
            else
            {
                break;
            }
        }

        return packet with { IcmpType = type, IcmpCode = code };
    }

    private string Name(string what) => scanner.AtNumber() ? scanner.Unsigned(what).ToString(System.Globalization.CultureInfo.InvariantCulture) : scanner.Word(what);

    /// <summary>A number behind the message may be the time of the next event: what follows it tells.</summary>
    private bool LooksLikeTime()
    {
        int begin = scanner.Position;
        scanner.Seconds("a number");
        bool time = scanner.PeekWord() is { } word && word is not ("mtu" or "id") || scanner.Take("<") || scanner.Take(">") || scanner.Take("`") || scanner.Take("%") || scanner.Take("...");
        scanner.Position = begin;
        return time;
    }

    private PacketSpec Quoted(PacketSpec packet)
    {
        if (scanner.TakeWord("udp"))
        {
            return packet with { Quote = new QuotedPacket(PacketKindOf.Udp, 0, InParentheses()) };
        }

        if (scanner.TakeWord("raw"))
        {
            return packet with { Quote = new QuotedPacket(PacketKindOf.Icmp, 0, InParentheses()) };
        }

        uint from = scanner.Unsigned("a sequence number");
        scanner.Expect(":", "between two sequence numbers");
        scanner.Unsigned("a sequence number");
        return packet with { Quote = new QuotedPacket(PacketKindOf.Tcp, from, InParentheses()) };
    }

    private int InParentheses()
    {
        scanner.Expect("(", "before a length");
        int length = (int)scanner.Unsigned("a length");
        scanner.Expect(")", "behind a length");
        scanner.Expect("]", "at the end of the quoted packet");
        return length;
    }
}
