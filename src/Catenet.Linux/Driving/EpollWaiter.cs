using System.Runtime.InteropServices;
using Catenet.Core;
using Catenet.Linux.Native;

namespace Catenet.Linux.Driving;

/// <summary>Lets a <see cref="RealDriver"/> sleep in epoll: devices and sockets wake it, besides timers and posts.</summary>
/// <remarks>
/// An idle loop sleeps until its next timer, however far that is; <see cref="Sleeps"/> counts how often it had to.
/// Belongs to the loop's thread; <see cref="Wake"/> may be called from any.
/// </remarks>
public sealed unsafe class EpollWaiter : ILoopWaiter, IDisposable
{
    private const int MaxEvents = 64;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly FileDescriptor _epoll;
    private readonly FileDescriptor _wake;
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);
    private readonly List<FdSource?> _sources = [null]; // Slot zero is the wake-up call's.
    private readonly Stack<int> _freeSlots = new();
    private int _found;
    private int _woken;
    private bool _coarse;

    /// <summary>Makes a waiter.</summary>
    /// <exception cref="LinuxException">No more descriptors.</exception>
    public EpollWaiter()
    {
        _epoll = new FileDescriptor(Checked(Libc.EpollCreate(Libc.O_CLOEXEC), "cannot make an epoll descriptor"));
        _wake = new FileDescriptor(Checked(Libc.EventFd(0, Libc.O_CLOEXEC | Libc.O_NONBLOCK), "cannot make an event descriptor"));
        Control(Libc.EPOLL_CTL_ADD, _wake.Value, Libc.EPOLLIN, 0);
    }

    /// <summary>How often the thread went to sleep: the measure of what an idle loop costs.</summary>
    public long Sleeps { get; private set; }

    /// <summary>Begins to wait for a source to become readable.</summary>
    public void Add(FdSource source)
    {
        if (source.Slot >= 0)
        {
            throw new InvalidOperationException("The source is waited for already.");
        }

        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _sources.Count;
            _sources.Add(null);
        }

        _sources[slot] = source;
        source.Slot = slot;
        Control(Libc.EPOLL_CTL_ADD, source.Descriptor, Interest(source), slot);
    }

    /// <summary>Changes what is waited for at a source.</summary>
    public void Want(FdSource source, bool readable, bool writable)
    {
        if (source.WantsReadable == readable && source.WantsWritable == writable)
        {
            return;
        }

        source.WantsReadable = readable;
        source.WantsWritable = writable;
        if (source.Slot >= 0)
        {
            Control(Libc.EPOLL_CTL_MOD, source.Descriptor, Interest(source), source.Slot);
        }
    }

    /// <summary>Waits for a source no longer; to be called before its descriptor is closed. Harmless if it is not waited for.</summary>
    public void Remove(FdSource source)
    {
        if (source.Slot < 0)
        {
            return;
        }

        if (!_epoll.IsClosed)
        {
            Control(Libc.EPOLL_CTL_DEL, source.Descriptor, 0, 0);
        }

        _sources[source.Slot] = null;
        _freeSlots.Push(source.Slot);
        source.Slot = -1;
    }

    /// <inheritdoc/>
    public void Wait(Duration limit)
    {
        Sleeps += limit > Duration.Zero ? 1 : 0;
        fixed (byte* events = _events)
        {
            int found = _coarse ? WaitMilliseconds(events, limit) : WaitNanoseconds(events, limit);
            _found = Math.Max(found, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispatch()
    {
        int found = _found;
        _found = 0;
        for (int i = 0; i < found; i++)
        {
            ReadOnlySpan<byte> entry = _events.AsSpan(i * EventSize, EventSize);
            uint events = MemoryMarshal.Read<uint>(entry);
            int slot = MemoryMarshal.Read<int>(entry[(EventSize - 8)..]);
            if (slot == 0)
            {
                ulong count;
                _ = Libc.Read(_wake.Value, &count, sizeof(ulong));
                Volatile.Write(ref _woken, 0);
                continue;
            }

            // A source may go while another of the same batch is served.
            if ((events & ~Libc.EPOLLOUT) != 0 && _sources[slot] is { } readable)
            {
                readable.OnReadable();
            }

            if ((events & Libc.EPOLLOUT) != 0 && _sources[slot] is { } writable)
            {
                writable.OnWritable();
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) != 0)
        {
            return;
        }

        bool held = false;
        try
        {
            _wake.DangerousAddRef(ref held);
            ulong one = 1;
            _ = Libc.Write(_wake.Value, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody sleeps here any more.
        }
        finally
        {
            if (held)
            {
                _wake.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private static uint Interest(FdSource source) =>
        (source.WantsReadable ? Libc.EPOLLIN : 0) | (source.WantsWritable ? Libc.EPOLLOUT : 0);

    private static int Checked(int result, string what) =>
        result >= 0 ? result : throw new LinuxException(what, Libc.LastError, "See `ulimit -n` for how many files a process may open");

    private int WaitNanoseconds(byte* events, Duration limit)
    {
        var time = new TimeSpec { Seconds = limit.Nanoseconds / 1_000_000_000, Nanoseconds = limit.Nanoseconds % 1_000_000_000 };
        int found;
        try
        {
            found = Libc.EpollWait2(_epoll.Value, events, MaxEvents, &time, null);
        }
        catch (EntryPointNotFoundException)
        {
            _coarse = true;
            return WaitMilliseconds(events, limit);
        }

        if (found < 0 && Libc.LastError is Errno.ENOSYS or Errno.EPERM)
        {
            // Linux before 5.11, or a sandbox that has not heard of the call.
            _coarse = true;
            return WaitMilliseconds(events, limit);
        }

        return found;
    }

    private int WaitMilliseconds(byte* events, Duration limit)
    {
        double milliseconds = Math.Min(Math.Ceiling(limit.TotalMilliseconds), int.MaxValue);
        return Libc.EpollWait(_epoll.Value, events, MaxEvents, (int)milliseconds);
    }

    private void Control(int operation, int descriptor, uint interest, int slot)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = interest;
        *(ulong*)(entry + EventSize - 8) = (ulong)slot;
        if (Libc.EpollCtl(_epoll.Value, operation, descriptor, entry) < 0)
        {
            throw new LinuxException("cannot wait for a descriptor", Libc.LastError);
        }
    }
}
