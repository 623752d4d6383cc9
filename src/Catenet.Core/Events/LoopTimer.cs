namespace Catenet.Core;

/// <summary>A timer that lives inside its owner: arming, re-arming and cancelling allocate nothing.</summary>
/// <remarks>
/// A timer moved to a later time stays where it is in the heap and is put right when it surfaces; a cancelled one is
/// dropped there. So a retransmission timer that every ACK pushes back costs a store. Belongs to the loop's thread.
/// </remarks>
public abstract class LoopTimer
{
    internal long When = long.MaxValue;
    internal long Sequence;
    internal long HeapWhen;
    internal int HeapStamp;

    /// <summary>Whether the timer will fire.</summary>
    public bool IsArmed => When != long.MaxValue;

    /// <summary>When it will fire; <see cref="Instant.Never"/> if it is not armed.</summary>
    public Instant Deadline => new(When);

    /// <summary>Called on the loop when the deadline has come; the timer is then no longer armed and may be armed again.</summary>
    /// <param name="now">The loop's time, never before the deadline.</param>
    protected internal abstract void Fire(Instant now);

    /// <summary>Called when the timer will most likely fire soon: the moment to fetch into the cache what it will need (see <see cref="Prefetch"/>).</summary>
    /// <remarks>A hint: it may come for a timer that is cancelled or moved afterwards, and must change nothing.</remarks>
    /// <param name="step">How near its turn is.</param>
    protected internal virtual void Anticipate(AnticipationStep step)
    {
    }
}
