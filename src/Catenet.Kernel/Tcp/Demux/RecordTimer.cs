using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The one timer of very many records: lanes of records that wait equally long, each in the order of deadlines.</summary>
/// <remarks>
/// Of equal waits the one begun later ends later, so a record joins its lane at the end and nothing is ever sorted; only when a
/// setting is shortened meanwhile does a newcomer step forward. Joining and leaving are of constant cost.
/// </remarks>
internal sealed class RecordTimer(EventLoop loop, int lanes) : LoopTimer
{
    /// <summary>How many records may expire before other events get their turn.</summary>
    private const int Batch = 64;

    private readonly Lane[] _lanes = new Lane[lanes];
    private int _count;

    private struct Lane
    {
        public FlowRecord? First;
        public FlowRecord? Last;
    }

    /// <summary>Sets or moves a record's deadline.</summary>
    /// <param name="record">The record.</param>
    /// <param name="lane">Its lane: those who wait equally long share one; the last takes all beyond it.</param>
    /// <param name="after">How long from now.</param>
    public void Arm(FlowRecord record, int lane, Duration after)
    {
        Cancel(record);
        record.Deadline = loop.Now + after;
        record.Lane = (byte)Math.Min(lane, _lanes.Length - 1);
        Join(ref _lanes[record.Lane], record);
        _count++;
        if (record.Deadline < Deadline)
        {
            loop.Arm(this, record.Deadline);
        }
    }

    /// <summary>Takes a record out; harmless if it stands in no lane.</summary>
    public void Cancel(FlowRecord record)
    {
        if (record.Deadline == Instant.Never)
        {
            return;
        }

        ref var lane = ref _lanes[record.Lane];
        if (record.Earlier is { } earlier)
        {
            earlier.Later = record.Later;
        }
        else
        {
            lane.First = record.Later;
        }

        if (record.Later is { } later)
        {
            later.Earlier = record.Earlier;
        }
        else
        {
            lane.Last = record.Earlier;
        }

        record.Earlier = record.Later = null;
        record.Deadline = Instant.Never;
        if (--_count == 0)
        {
            loop.Cancel(this);
        }
    }

    protected override void Fire(Instant now)
    {
        for (int i = 0; i < Batch && Next() is { } record && record.Deadline <= now; i++)
        {
            Cancel(record);
            record.Expire(now);
        }

        if (Next() is { } next && next.Deadline < Deadline)
        {
            loop.Arm(this, next.Deadline);
        }
    }

    private static void Join(ref Lane lane, FlowRecord record)
    {
        var before = lane.Last;
        while (before is not null && before.Deadline > record.Deadline)
        {
            before = before.Earlier;
        }

        record.Earlier = before;
        ref var forward = ref before is null ? ref lane.First : ref before.Later;
        record.Later = forward;
        forward = record;
        if (record.Later is { } later)
        {
            later.Earlier = record;
        }
        else
        {
            lane.Last = record;
        }
    }

    private FlowRecord? Next()
    {
        FlowRecord? next = null;
        foreach (ref var lane in _lanes.AsSpan())
        {
            if (lane.First is { } first && (next is null || first.Deadline < next.Deadline))
            {
                next = first;
            }
        }

        return next;
    }
}
