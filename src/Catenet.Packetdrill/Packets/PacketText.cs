using System.Globalization;
using System.Text;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Prints packets that were on the wire as a script would have them.</summary>
public static class PacketText
{
    private static readonly (TcpFlags Flag, char Letter)[] Letters =
    [
        (TcpFlags.Fin, 'F'), (TcpFlags.Syn, 'S'), (TcpFlags.Rst, 'R'), (TcpFlags.Psh, 'P'), (TcpFlags.Ack, '.'),
        (TcpFlags.Urg, 'U'), (TcpFlags.Ece, 'E'), (TcpFlags.Cwr, 'W'), (TcpFlags.Ae, 'A'),
    ];

    /// <summary>Prints a packet with the numbers that its conversation has in the script.</summary>
    public static string Of(LivePacket packet, Conversation? conversation)
    {
        var text = new StringBuilder(packet.Direction == PacketDirection.In ? "< " : "> ");
        var culture = CultureInfo.InvariantCulture;
        foreach (var header in packet.Envelope)
        {
            text.Append(header).Append(' ');
        }

        switch (packet.Kind)
        {
            case PacketKindOf.Udp:
                return text.Append(culture, $"udp ({packet.Length})").ToString();
            case PacketKindOf.Icmp:
                return text.Append(culture, $"icmp type {packet.IcmpType} code {packet.IcmpCode}").ToString();
        }

        text.Append((packet.TrafficClass & 3) switch { 1 => "[ect1] ", 2 => "[ect0] ", 3 => "[ce] ", _ => "" });
        bool isOut = packet.Direction == PacketDirection.Out;
        uint offset = conversation?.LocalOffset ?? 0;
        if (isOut && conversation is { SynSeen: false } && packet.Has(TcpFlags.Syn))
        {
            offset = packet.Sequence.Value;
        }

        uint sequence = packet.Sequence.Value - (isOut ? offset : 0);
        text.Append(culture, $"{FlagsOf(packet.Flags)} {sequence}:{unchecked(sequence + (uint)packet.Length)}({packet.Length})");
        if (packet.Has(TcpFlags.Ack))
        {
            text.Append(culture, $" ack {packet.Acknowledgment.Value - (isOut ? 0 : offset)}");
        }

        text.Append(culture, $" win {packet.Window}");
        if (packet.Has(TcpFlags.Urg))
        {
            text.Append(culture, $" urg {packet.Urgent}");
        }

        if (packet.Options.Count > 0)
        {
            text.Append(" <").AppendJoin(',', packet.Options.Select(o => (isOut ? o : PacketComparer.Shift(o, 0 - offset)).ToString())).Append('>');
        }

        return text.ToString();
    }

    /// <summary>Flags as scripts have them; <c>-</c> if there are none.</summary>
    public static string FlagsOf(TcpFlags flags)
    {
        string letters = string.Concat(Letters.Where(l => (flags & l.Flag) != 0).Select(l => l.Letter));
        return letters.Length == 0 ? "-" : letters;
    }
}
