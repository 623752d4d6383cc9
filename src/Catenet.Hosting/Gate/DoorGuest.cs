namespace Catenet.Hosting.Gate;

/// <summary>Something that stands on both sides of a loop's door: a connection, a program.</summary>
/// <remarks>Guests are served by number, which the loop gives out, so that the order in which outside threads announced them does not matter.</remarks>
/// <param name="door">The loop's door.</param>
internal abstract class DoorGuest(LoopDoor door)
{
    /// <summary>1 while the guest waits at the door.</summary>
    internal int Announced;

    /// <summary>The guest's place in the canonical order.</summary>
    public long Number { get; } = door.NextNumber();

    /// <summary>What people read.</summary>
    public abstract string Name { get; }

    /// <summary>The door this guest goes through.</summary>
    protected LoopDoor Door => door;

    /// <summary>Asks to be served when the door opens next. From any thread.</summary>
    public void Announce() => door.Announce(this);

    /// <summary>Takes note of what the outside left, without waking anybody there. On the loop.</summary>
    public abstract void Collect();

    /// <summary>Acts on what was collected and hands the outside what the loop has for it. On the loop.</summary>
    public abstract void Serve();
}
