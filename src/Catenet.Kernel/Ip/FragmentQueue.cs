namespace Catenet.Kernel.Ip;

/// <summary>The fragments of one packet that have come so far, in order of their offsets.</summary>
internal sealed class FragmentQueue(Reassembler owner) : LoopTimer
{
    /// <summary>The most fragments of one packet: more than any honest sender makes of 64 KB.</summary>
    private const int MostFragments = 2048;

    private Piece[] _pieces = new Piece[4];
    private int _count;
    private int _total = -1;
    private int _octets;

    private struct Piece
    {
        public PacketBuffer Packet;
        public int Begin;
        public int End;
    }

    public enum Result
    {
        Waiting,
        Complete,
        Duplicate,
        Invalid,
    }

    public FragmentKey Key { get; set; }

    /// <summary>Neighbours in the list of queues by age.</summary>
    public LinkedListNode<FragmentQueue>? Place { get; set; }

    /// <summary>The memory the fragments take.</summary>
    public int Memory { get; private set; }

    /// <summary>The largest fragment with its headers.</summary>
    public int LargestFragment { get; private set; }

    /// <summary>The ECN fields of the fragments, a bit for each of the four values.</summary>
    public byte EcnSeen { get; set; }

    /// <summary>The fragment of offset zero; null if it has not come.</summary>
    public PacketBuffer? First => _count > 0 && _pieces[0].Begin == 0 ? _pieces[0].Packet : null;

    /// <summary>Takes in a fragment, of which only the payload is left; it is the queue's if the result is waiting or complete.</summary>
    public Result Add(PacketBuffer packet, int begin, bool more, int wholeLength)
    {
        int end = begin + packet.Length;
        if (!more)
        {
            if ((_total >= 0 && _total != end) || (_count > 0 && _pieces[_count - 1].End > end))
            {
                return Result.Invalid;
            }
        }
        else if (_total >= 0 && end > _total)
        {
            return Result.Invalid;
        }

        int at = PlaceOf(begin);
        if (at < _count && _pieces[at].Begin == begin && _pieces[at].End == end)
        {
            return Result.Duplicate;
        }

        if (Covers(begin, end))
        {
            return Result.Duplicate;
        }

        if ((at > 0 && _pieces[at - 1].End > begin) || (at < _count && _pieces[at].Begin < end) || _count == MostFragments || end == begin)
        {
            return Result.Invalid;
        }

        if (_count == _pieces.Length)
        {
            Array.Resize(ref _pieces, _count * 2);
        }

        _pieces.AsSpan(at, _count - at).CopyTo(_pieces.AsSpan(at + 1));
        _pieces[at] = new Piece { Packet = packet, Begin = begin, End = end };
        _count++;
        _octets += packet.Length;
        Memory += packet.Length + 256;
        LargestFragment = Math.Max(LargestFragment, wholeLength);
        if (!more)
        {
            _total = end;
        }

        return _octets == _total ? Result.Complete : Result.Waiting;
    }

    /// <summary>Puts the pieces together behind the first; the queue is empty afterwards.</summary>
    public PacketBuffer Join()
    {
        var whole = _pieces[0].Packet;
        for (int i = 1; i < _count; i++)
        {
            whole.AppendPacket(_pieces[i].Packet);
            _pieces[i].Packet.Release();
        }

        // What a port said of one fragment says nothing of the whole.
        whole.Checksum = ChecksumState.None;
        Reset();
        return whole;
    }

    /// <summary>Discards the pieces.</summary>
    public void Discard(Host host, DropReason reason)
    {
        for (int i = 0; i < _count; i++)
        {
            host.Drop(_pieces[i].Packet, reason, this);
        }

        Reset();
    }

    public override string ToString() => $"fragments of {Key.Source} > {Key.Destination} id {Key.Id}: {_octets} of {(_total < 0 ? "?" : _total)} octets";

    protected override void Fire(Instant now) => owner.OnTimeout(this);

    /// <summary>Whether everything between two offsets has come already.</summary>
    private bool Covers(int begin, int end)
    {
        if (end == begin)
        {
            return false;
        }

        int at = PlaceOf(begin + 1) - 1;
        int covered = begin;
        for (; at >= 0 && at < _count && _pieces[at].Begin <= covered && covered < end; at++)
        {
            covered = Math.Max(covered, _pieces[at].End);
        }

        return covered >= end;
    }

    /// <summary>The first piece that does not begin before an offset; fragments most often come in order, or in reverse.</summary>
    private int PlaceOf(int begin)
    {
        if (_count == 0 || _pieces[_count - 1].Begin < begin)
        {
            return _count;
        }

        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].Begin < begin)
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

    private void Reset()
    {
        Array.Clear(_pieces, 0, _count);
        _count = 0;
        _total = -1;
        _octets = 0;
        Memory = 0;
        LargestFragment = 0;
        EcnSeen = 0;
    }
}
