using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Puts segments together that a stack with segmentation offload would have sent as one: of equal size but for the last.</summary>
public static class SegmentMerger
{
    /// <summary>The two as one; null if they are none.</summary>
    /// <param name="first">The first, perhaps put together already.</param>
    /// <param name="next">The segment behind it.</param>
    /// <param name="most">The most octets that the two may have.</param>
    public static LivePacket? Merge(LivePacket first, LivePacket next, int most)
    {
        const TcpFlags Whole = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Psh | TcpFlags.Urg;
        const TcpFlags Final = Whole & ~TcpFlags.Psh; // pushed again and again, a stream is still one
        int size = first.Length / first.Segments;
        bool fits = first.Length > 0 && next.Length > 0 && next.Length <= size && first.Length % size == 0 && first.Length == size * first.Segments
            && first.Length + next.Length <= most;
        bool follows = next.Sequence == first.Sequence + first.Length && next.Acknowledgment == first.Acknowledgment
            && (first.Flags & Final) == 0 && (next.Flags & ~Whole) == (first.Flags & ~Whole)
            && first.Options.Select(o => o.Kind).SequenceEqual(next.Options.Select(o => o.Kind));
        return fits && follows && first.Envelope.SequenceEqual(next.Envelope) && first.Source == next.Source && first.Destination == next.Destination
            ? first with { Length = first.Length + next.Length, Flags = first.Flags | next.Flags, Segments = first.Segments + 1 }
            : null;
    }
}
