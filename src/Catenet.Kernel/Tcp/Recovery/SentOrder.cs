using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The segments of a ring in order of transmission, by links: those that RACK has to look at (RFC 8985 6.2).</summary>
/// <remarks>Neither the sacked nor the lost ones are in it; a segment that is sent again goes to the end.</remarks>
/// <param name="segments">The ring's segments: a power of two.</param>
internal sealed class SentOrder(SentSegment[] segments)
{
    /// <summary>How far a segment that returns looks for its place.</summary>
    private const int MostSteps = 256;

    private readonly uint _mask = (uint)segments.Length - 1;

    /// <summary>The first and the last, or <see cref="SentQueue.None"/>.</summary>
    public uint Oldest { get; private set; } = SentQueue.None;

    public uint Newest { get; private set; } = SentQueue.None;

    /// <summary>A place in the list that is kept when its segment leaves: the one before takes over.</summary>
    public uint Reference { get; set; } = SentQueue.None;

    public void Clear() => Oldest = Newest = Reference = SentQueue.None;

    /// <summary>Takes over the order of a ring whose segments have been copied to this one.</summary>
    public void Take(SentOrder other) => (Oldest, Newest, Reference) = (other.Oldest, other.Newest, other.Reference);

    public void Append(uint id, Instant now)
    {
        ref SentSegment segment = ref At(id);
        segment.SentAt = now;
        segment.Older = Newest;
        segment.Newer = SentQueue.None;
        segment.Flags |= SentFlags.Timed;
        SetNewer(Newest, id);
        Newest = id;
    }

    public void Unlink(uint id)
    {
        ref SentSegment segment = ref At(id);
        if (!segment.Has(SentFlags.Timed))
        {
            return;
        }

        segment.Flags &= ~SentFlags.Timed;
        Reference = Reference == id ? segment.Older : Reference;
        SetNewer(segment.Older, segment.Newer);
        SetOlder(segment.Newer, segment.Older);
    }

    /// <summary>Returns a segment to the place that its time has: among the oldest.</summary>
    public void Insert(uint id)
    {
        var sentAt = At(id).SentAt;
        uint next = Oldest;
        for (int steps = 0; next != SentQueue.None && At(next).SentAt < sentAt && steps < MostSteps; steps++)
        {
            next = At(next).Newer;
        }

        if (next == SentQueue.None)
        {
            Append(id, sentAt);
        }
        else
        {
            LinkBefore(next, id);
        }
    }

    public void LinkBefore(uint next, uint id)
    {
        ref SentSegment segment = ref At(id);
        segment.Newer = next;
        segment.Older = At(next).Older;
        segment.Flags |= SentFlags.Timed;
        SetNewer(segment.Older, id);
        SetOlder(next, id);
    }

    /// <summary>A segment in the list has got another number.</summary>
    public void Rename(uint from, uint to)
    {
        SetNewer(At(to).Older, to);
        SetOlder(At(to).Newer, to);
        Reference = Reference == from ? to : Reference;
    }

    private ref SentSegment At(uint id) => ref segments[id & _mask];

    private void SetNewer(uint id, uint newer)
    {
        if (id == SentQueue.None)
        {
            Oldest = newer;
        }
        else
        {
            At(id).Newer = newer;
        }
    }

    private void SetOlder(uint id, uint older)
    {
        if (id == SentQueue.None)
        {
            Newest = older;
        }
        else
        {
            At(id).Older = older;
        }
    }
}
