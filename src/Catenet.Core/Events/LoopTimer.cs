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
    internal int HeapIndex = -1;

    /// <summary>Whether the timer will fire.</summary>
    public bool IsArmed => When != long.MaxValue;

    /// <summary>When it will fire; <see cref="Instant.Never"/> if it is not armed.</summary>
    public Instant Deadline => new(When);

    /// <summary>Called on the loop when the deadline has come; the timer is then no longer armed and may be armed again.</summary>
    /// <param name="now">The loop's time, never before the deadline.</param>
    protected internal abstract void Fire(Instant now);

    /// <summary>Called when the timer has become the next to fire: the moment to fetch into the cache what it will need. Must not wait for memory, nor change anything.</summary>
    protected internal virtual void Anticipate(int ahead)
    {
    }
}
