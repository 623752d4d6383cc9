using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Segments that arrived ahead of a gap, as runs of contiguous octets in order of sequence.</summary>
/// <remarks>
/// A run is found by binary search; packets join a run at either end. Runs are bounded in number and packets in what they
/// cost; when there is no room, what lies furthest from the gap goes first, since the peer will send it last.
/// </remarks>
internal sealed class ReassemblyQueue : IReusable
{
    /// <summary>The most runs that are kept.</summary>
    public const int MaxRuns = 2048;

    private Run[] _runs = new Run[8];
    private int _first;
    private int _count;

    private struct Run
    {
        public SeqNumber Start;
        public SeqNumber End;
        public int Memory;
        public int Tailroom;
        public PacketQueue Packets;
    }

    /// <summary>ACKs that are held back (Linux's compressed_ack): how many segments one ACK will answer.</summary>
    public int HeldAcks;

    /// <summary>How many duplicate ACKs have gone out at once since <see cref="HeldAt"/> was RCV.NXT.</summary>
    public byte PromptAcks;

    /// <summary>RCV.NXT when the counting began.</summary>
    public SeqNumber HeldAt;

    public bool IsEmpty => _count == 0;

    /// <summary>How many runs there are.</summary>
    public int RunCount => _count;

    /// <summary>Octets held.</summary>
    public int Octets { get; private set; }

    /// <summary>Octets of memory that the queue counts for.</summary>
    public int Memory { get; private set; }

    /// <summary>The end of the last run.</summary>
    public SeqNumber End => _runs[_first + _count - 1].End;

    /// <summary>The beginning of the last run.</summary>
    public SeqNumber LastStart => _runs[_first + _count - 1].Start;

    /// <summary>Inserts octets; what is held already is cut off the packet.</summary>
    /// <param name="packet">The payload; taken over if the result is true.</param>
    /// <param name="start">Its first sequence number.</param>
    /// <param name="end">The number after its last, which may be a FIN's.</param>
    /// <param name="run">The run that the octets are part of now, or, of a duplicate, the run that holds them.</param>
    /// <returns>False if nothing in the packet is new.</returns>
    public bool Insert(PacketBuffer packet, SeqNumber start, SeqNumber end, out SackBlock run)
    {
        int at = FindEndingFrom(start);
        if (at < _count && this[at].Start <= start && this[at].End >= end)
        {
            run = new SackBlock(this[at].Start, this[at].End);
            return false;
        }

        if (at < _count && this[at].Start <= start)
        {
            bool adjoins = this[at].End == start;
            packet.Pull(Math.Min(packet.Length, this[at].End - start));
            start = this[at].End;
            SwallowCovered(at + 1, end);
            JoinAtEnd(at, packet, start, adjoins, ref end);
        }
        else
        {
            SwallowCovered(at, end);
            at = InsertBefore(at, packet, start, ref end);
        }

        Octets += end - start;
        Memory += packet.TrueSize;
        run = new SackBlock(this[at].Start, this[at].End);
        return true;
    }

    /// <summary>Finds what of a stretch is held already, up to the first gap.</summary>
    public bool TryFindOverlap(SeqNumber start, SeqNumber end, int length, out SackBlock overlap)
    {
        int at = FindEndingFrom(start);
        overlap = default;
        if (at < _count && this[at].End == start)
        {
            if (length <= this[at].Tailroom)
            {
                return false; // it joins the packet before it, and nobody looks further
            }

            at++;
        }

        bool found = at < _count && this[at].Start < end;
        overlap = found ? new SackBlock(SeqNumber.Max(this[at].Start, start), SeqNumber.Min(this[at].End, end)) : default;
        return found;
    }

    /// <summary>Tells a stretch that begins the queue and lies at or below a number: it has come twice.</summary>
    public bool TryPeek(SeqNumber below, int index, out SackBlock run)
    {
        bool found = index < _count && this[index].Start < below;
        run = found ? new SackBlock(this[index].Start, this[index].End) : default;
        return found;
    }

    /// <summary>Takes the first run if it continues what has been received.</summary>
    /// <param name="next">RCV.NXT.</param>
    /// <param name="run">Its packets, the first cut so that it begins at <paramref name="next"/>.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>False if there is still a gap, or the queue is empty.</returns>
    public bool TryTake(SeqNumber next, out PacketQueue run, out SeqNumber end)
    {
        run = default;
        end = next;
        while (_count > 0 && this[0].Start <= next)
        {
            ref Run first = ref this[0];
            Octets -= first.End - first.Start;
            Memory -= first.Memory;
            run = first.Packets;
            end = first.End;
            int known = next - first.Start;
            first = default;
            _count--;
            _first = _count == 0 ? 0 : _first + 1;
            if (end > next)
            {
                CutFront(ref run, known);
                return true;
            }

            run.Clear();
        }

        return false;
    }

    /// <summary>Makes the queue cost as little as it can.</summary>
    public void Collapse(PacketPool pool, in ReceiveWindow space)
    {
        for (int i = 0; i < _count; i++)
        {
            ref Run run = ref this[i];
            if (run.Packets.Count > 1 || run.End - run.Start >= PacketCost.Page)
            {
                Memory -= run.Memory;
                run.Memory = PacketCollapse.Run(ref run.Packets, pool, in space);
                run.Tailroom = 0;
                Memory += run.Memory;
            }
        }
    }

    /// <summary>Lets go of the last run.</summary>
    /// <returns>Its packets, to be dropped.</returns>
    public PacketQueue RemoveLast()
    {
        ref Run last = ref this[_count - 1];
        var packets = last.Packets;
        Octets -= last.End - last.Start;
        Memory -= last.Memory;
        last = default;
        _count--;
        return packets;
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            var packets = RemoveLast();
            packets.Clear();
        }

        _first = 0;
        HeldAcks = PromptAcks = 0;
        HeldAt = default;
    }

    private ref Run this[int index] => ref _runs[_first + index];

    /// <summary>The index of the first run that ends at or after a sequence number.</summary>
    private int FindEndingFrom(SeqNumber seq)
    {
        // Most segments follow the last run.
        if (_count == 0 || this[_count - 1].End < seq)
        {
            return _count;
        }

        int low = 0;
        int high = _count - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (this[middle].End < seq)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Removes the runs from <paramref name="at"/> on that a segment up to <paramref name="end"/> covers entirely.</summary>
    private void SwallowCovered(int at, SeqNumber end)
    {
        int covered = 0;
        while (at + covered < _count && this[at + covered].End <= end)
        {
            ref Run run = ref this[at + covered];
            Octets -= run.End - run.Start;
            Memory -= run.Memory;
            run.Packets.Clear();
            covered++;
        }

        if (covered > 0)
        {
            RemoveAt(at, covered);
        }
    }

    private void JoinAtEnd(int at, PacketBuffer packet, SeqNumber start, bool adjoins, ref SeqNumber end)
    {
        ref Run run = ref this[at];
        bool meetsNext = at + 1 < _count && this[at + 1].Start <= end;
        int length = packet.Length;
        if (meetsNext)
        {
            NoteOverlap(at + 1, end);
            end = this[at + 1].Start;
            packet.TrimTo(Math.Min(length, end - start));
        }

        if (adjoins && length <= run.Tailroom)
        {
            run.Tailroom -= length;
            packet.TrueSize = 0; // it fits behind the one before
        }
        else
        {
            packet.Overlaps = !adjoins;
            run.Tailroom = PacketCost.Tailroom(packet);
        }

        run.Memory += packet.TrueSize;
        run.Packets.Enqueue(packet);
        run.End = end;
        if (meetsNext)
        {
            ref Run next = ref this[at + 1];
            run.Packets.Concat(ref next.Packets);
            run.End = next.End;
            run.Memory += next.Memory;
            run.Tailroom = next.Tailroom;
            RemoveAt(at + 1, 1);
        }
    }

    /// <summary>A run that begins before the packet in front of it ends does not share its memory.</summary>
    private void NoteOverlap(int at, SeqNumber end)
    {
        ref Run run = ref this[at];
        if (run.Start < end && run.Packets.Peek() is { } first)
        {
            first.Overlaps = true;
        }
    }

    private int InsertBefore(int at, PacketBuffer packet, SeqNumber start, ref SeqNumber end)
    {
        if (at < _count && this[at].Start <= end)
        {
            ref Run next = ref this[at];
            NoteOverlap(at, end);
            end = next.Start;
            packet.TrimTo(Math.Min(packet.Length, end - start));
            next.Packets.EnqueueFirst(packet);
            next.Start = start;
            next.Memory += packet.TrueSize;
            return at;
        }

        at = MakeRoom(at);
        ref Run run = ref this[at];
        run = new Run { Start = start, End = end, Memory = packet.TrueSize, Tailroom = PacketCost.Tailroom(packet) };
        run.Packets.Enqueue(packet);
        return at;
    }

    private int MakeRoom(int at)
    {
        if (_first + _count == _runs.Length)
        {
            var runs = _first >= _runs.Length / 2 ? _runs : new Run[_runs.Length * 2];
            Array.Copy(_runs, _first, runs, 0, _count);
            if (runs == _runs)
            {
                Array.Clear(_runs, _count, _runs.Length - _count);
            }

            _runs = runs;
            _first = 0;
        }

        Array.Copy(_runs, _first + at, _runs, _first + at + 1, _count - at);
        _count++;
        return at;
    }

    private void RemoveAt(int at, int count)
    {
        Array.Copy(_runs, _first + at + count, _runs, _first + at, _count - at - count);
        _count -= count;
        Array.Clear(_runs, _first + _count, count);
    }

    private static void CutFront(ref PacketQueue run, int octets)
    {
        while (octets > 0 && run.Peek() is { } packet)
        {
            if (packet.Length > octets)
            {
                packet.Pull(octets);
                packet.Overlaps = true;
                return;
            }

            octets -= packet.Length;
            run.TryDequeue(out packet!);
            packet.Release();
        }
    }
}
