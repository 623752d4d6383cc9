using System.Buffers.Binary;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>What both ends of a TCP connection may send, as seen from between them.</summary>
/// <remarks>
/// After G. van Rooij, "Real Stateful TCP Packet Filtering in IP Filter": a segment is in place if its data lies between
/// what its receiver may still have to see again and what it has given room for, and its acknowledgment is of data that
/// was sent and not too old.
/// </remarks>
internal struct TcpWindow
{
    /// <summary>An acknowledgment may be this old even if the window is smaller: 64 KB and a segment.</summary>
    private const uint OldestAck = 66_000;

    private Side _original;
    private Side _reply;
    private bool _joinedMidway;

    private struct Side
    {
        public SeqNumber End;
        public SeqNumber MaxEnd;
        public uint MaxWindow;
        public byte Scale;
        public bool MayScale;
        public bool Known;
    }

    private ref struct Segment
    {
        public SeqNumber Sequence;
        public SeqNumber End;
        public SeqNumber Ack;
        public SeqNumber Sack;
        public uint Window;
        public TcpFlags Flags;

        public readonly bool Has(TcpFlags flag) => (Flags & flag) != 0;
    }

    /// <summary>Follows a segment, which begins at its TCP header; false if it is out of place, and nothing is noted then.</summary>
    /// <param name="header">The TCP header, at least.</param>
    /// <param name="segmentLength">The octets of the whole segment.</param>
    /// <param name="reply">Whether it goes the way of the answers.</param>
    /// <param name="restarts">Whether a SYN here may begin anew with another sequence number.</param>
    public bool Follow(ReadOnlySpan<byte> header, int segmentLength, bool reply, bool restarts)
    {
        if (!TcpView.TryParse(header, out var tcp))
        {
            return false;
        }

        var segment = new Segment { Sequence = tcp.Sequence, Ack = tcp.Acknowledgment, Sack = tcp.Acknowledgment, Window = tcp.Window, Flags = tcp.Flags };
        segment.End = segment.Sequence + (segmentLength - tcp.HeaderLength)
            + (segment.Has(TcpFlags.Syn) ? 1 : 0) + (segment.Has(TcpFlags.Fin) ? 1 : 0);
        return reply ? Follow(ref _reply, ref _original, segment, tcp, restarts) : Follow(ref _original, ref _reply, segment, tcp, restarts);
    }

    private bool Follow(ref Side sender, ref Side receiver, Segment segment, TcpView tcp, bool restarts)
    {
        if (segment.Has(TcpFlags.Syn) && (!sender.Known || (restarts && segment.End != sender.End)))
        {
            Open(ref sender, ref receiver, segment, tcp);
        }
        else if (!sender.Known)
        {
            JoinMidway(ref sender, ref receiver, segment);
        }

        ReadAcknowledgment(ref segment, sender, receiver, tcp);
        if (!_joinedMidway && !IsInPlace(segment, sender, receiver))
        {
            return false;
        }

        Note(ref sender, ref receiver, segment);
        return true;
    }

    private static void Open(ref Side sender, ref Side receiver, in Segment segment, TcpView tcp)
    {
        sender = new Side { Known = true, End = segment.End, MaxEnd = segment.End, MaxWindow = Math.Max(segment.Window, 1) };
        foreach (var option in new TcpOptionEnumerator(tcp.Options))
        {
            if (option.Kind == TcpOptionKind.WindowScale && option.Data.Length == 1)
            {
                sender.MayScale = true;
                sender.Scale = Math.Min(option.Data[0], (byte)14);
            }
        }

        // Windows are scaled only if both ends offer it (RFC 7323 2.2).
        if (receiver.Known && !(sender.MayScale && receiver.MayScale))
        {
            sender.Scale = receiver.Scale = 0;
        }
    }

    private void JoinMidway(ref Side sender, ref Side receiver, in Segment segment)
    {
        // An end that has not spoken yet answers a SYN by a reset: nothing is known of it, and nothing is missed.
        _joinedMidway |= !receiver.Known || !segment.Has(TcpFlags.Rst);
        sender = new Side { Known = true, End = segment.End, MaxEnd = segment.End + segment.Window, MaxWindow = Math.Max(segment.Window, 1) };
    }

    private static void ReadAcknowledgment(ref Segment segment, in Side sender, in Side receiver, TcpView tcp)
    {
        bool reset = segment.Has(TcpFlags.Rst);
        if (!segment.Has(TcpFlags.Ack) || (reset && segment.Ack.Value == 0))
        {
            segment.Ack = segment.Sack = receiver.End;
        }

        if (reset && segment.Sequence.Value == 0)
        {
            // The answer to a SYN carries no sequence number of its own (RFC 9293 3.10.7.1).
            segment.Sequence = segment.End = sender.End;
        }

        if (!segment.Has(TcpFlags.Syn))
        {
            segment.Window <<= sender.Scale;
        }

        if (tcp.HeaderLength == TcpView.MinSize)
        {
            return;
        }

        foreach (var option in new TcpOptionEnumerator(tcp.Options))
        {
            for (int i = 4; option.Kind == TcpOptionKind.Sack && i + 4 <= option.Data.Length; i += 8)
            {
                segment.Sack = SeqNumber.Max(segment.Sack, new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(option.Data[i..])));
            }
        }
    }

    private static bool IsInPlace(in Segment segment, in Side sender, in Side receiver) =>
        segment.Sequence <= sender.MaxEnd &&
        segment.End >= sender.End - receiver.MaxWindow &&
        (!receiver.Known || (segment.Sack <= receiver.End &&
                             segment.Sack >= receiver.End - Math.Max(sender.MaxWindow, OldestAck)));

    private static void Note(ref Side sender, ref Side receiver, in Segment segment)
    {
        uint window = segment.Window + (uint)Math.Max(0, segment.Sack - segment.Ack);
        sender.MaxWindow = Math.Max(sender.MaxWindow, window);
        sender.End = SeqNumber.Max(sender.End, segment.End);
        if (!receiver.Known)
        {
            return;
        }

        // Data beyond the window that was given is a probe, or the window was given by a segment that went another way.
        int excess = segment.End - sender.MaxEnd;
        if (excess > 0)
        {
            receiver.MaxWindow += (uint)excess;
        }

        var room = segment.Sack + segment.Window;
        if (room >= receiver.MaxEnd)
        {
            receiver.MaxEnd = segment.Window == 0 ? room + 1 : room;
        }
    }
}
