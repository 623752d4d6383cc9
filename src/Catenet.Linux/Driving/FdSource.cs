namespace Catenet.Linux.Driving;

/// <summary>A file descriptor that a loop waits for: a device, a socket.</summary>
/// <remarks>Called on the loop. Waiting is level-triggered: who leaves something unread is called again.</remarks>
public abstract class FdSource
{
    /// <summary>The descriptor, which must not block.</summary>
    public abstract int Descriptor { get; }

    /// <summary>Whether <see cref="OnReadable"/> is wanted. Change it by <see cref="EpollWaiter.Want"/>.</summary>
    public bool WantsReadable { get; internal set; } = true;

    /// <summary>Whether <see cref="OnWritable"/> is wanted. Change it by <see cref="EpollWaiter.Want"/>.</summary>
    public bool WantsWritable { get; internal set; }

    internal int Slot { get; set; } = -1;

    /// <summary>There is something to read, or an error to find out by reading. It may be a false alarm.</summary>
    protected internal abstract void OnReadable();

    /// <summary>Writing is possible again.</summary>
    protected internal virtual void OnWritable()
    {
    }
}
