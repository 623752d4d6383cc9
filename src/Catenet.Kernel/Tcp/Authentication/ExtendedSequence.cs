using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Sequence numbers of one direction in 64 bits: the upper half is TCP-AO's sequence number extension (RFC 5925 6.2).</summary>
internal struct ExtendedSequence
{
    private ulong _latest;

    /// <summary>Begins with the initial sequence number.</summary>
    public ExtendedSequence(SeqNumber isn) => _latest = isn.Value;

    /// <summary>The extension of a number near the latest one.</summary>
    public readonly uint ExtensionOf(SeqNumber seq) => (uint)(Near(seq) >> 32);

    /// <summary>Notes that the stream has come so far.</summary>
    public void Advance(SeqNumber seq)
    {
        ulong whole = Near(seq);
        if ((long)(whole - _latest) > 0)
        {
            _latest = whole;
        }
    }

    private readonly ulong Near(SeqNumber seq) => _latest + (ulong)(long)(int)(seq.Value - (uint)_latest);
}
