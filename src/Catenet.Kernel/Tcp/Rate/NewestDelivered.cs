using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Of the segments that one acknowledgment delivers, the one that was sent last: by it the rate is measured (draft-cheng-iccrg-delivery-rate-estimation 3.3).</summary>
internal struct NewestDelivered
{
    public RateStamp Stamp;
    public Instant SentAt;
    private SeqNumber _end;

    /// <summary>Whether there is one.</summary>
    public bool Exists { get; private set; }

    public void Note(in SentSegment segment)
    {
        if (segment.Has(SentFlags.Syn) || (Exists && !RackState.IsSentAfter(segment.SentAt, segment.End, SentAt, _end)))
        {
            return;
        }

        Exists = true;
        Stamp = segment.Rate;
        SentAt = segment.SentAt;
        _end = segment.End;
    }
}
