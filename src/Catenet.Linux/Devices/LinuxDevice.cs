using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Linux.Driving;

namespace Catenet.Linux.Devices;

/// <summary>An interface of Linux as Catenet sees it. It has two faces: use one of them.</summary>
/// <remarks>
/// <para>As a port: <c>ethernetDevice.Connect(device)</c> cables a Catenet interface straight to Linux's.</para>
/// <para>As an endpoint: <see cref="Connect"/> plugs Linux's interface into a link, as if Linux were one of the lab's hosts.</para>
/// <para>Belongs to the loop's thread. A frame is copied once each way, by the system call.</para>
/// </remarks>
public abstract class LinuxDevice : ILinkPort, IFrameEndpoint, IDisposable
{
    private readonly List<FrameQueue> _queues = [];
    private IFrameEndpoint? _endpoint;
    private ILinkPort? _link;
    private PacketBuffer? _held;
    private bool _closed;

    private protected LinuxDevice(EpollWaiter waiter, EventLoop loop, string name)
    {
        Waiter = waiter;
        Loop = loop;
        Name = name;
    }

    /// <summary>The interface's name in Linux.</summary>
    public string Name { get; }

    /// <summary>What the device has moved.</summary>
    public ref readonly LinuxDeviceCounters Counters => ref CountersCell;

    /// <summary>Frames that went neither way, by reason.</summary>
    public DropCounters Drops { get; } = new();

    internal EventLoop Loop { get; }

    internal EpollWaiter Waiter { get; }

    private protected LinuxDeviceCounters CountersCell;

    private protected IReadOnlyList<FrameQueue> Queues => _queues;

    /// <summary>Face one: a Catenet interface is cabled straight to Linux's. <c>EthernetDevice.Connect</c> calls it.</summary>
    /// <exception cref="InvalidOperationException">Something is plugged in already.</exception>
    public void Attach(IFrameEndpoint endpoint)
    {
        ThrowIfUsed();
        _endpoint = endpoint;
        OnAttached();
        Start();
    }

    /// <summary>Face two: Linux's interface is plugged into a link (or another port).</summary>
    /// <exception cref="InvalidOperationException">Something is plugged in already.</exception>
    public void Connect(ILinkPort link)
    {
        ThrowIfUsed();
        _link = link;
        link.Attach(this);
        Start();
    }

    /// <inheritdoc/>
    public bool TryTransmit(PacketBuffer frame)
    {
        var queue = QueueFor(frame);
        if (queue.TryWrite(frame))
        {
            return true;
        }

        Waiter.Want(queue, queue.WantsReadable, writable: true);
        return false;
    }

    /// <inheritdoc/>
    public void OnFrame(PacketBuffer frame)
    {
        if (!QueueFor(frame).TryWrite(frame))
        {
            Drop(frame, DropReason.RingFull);
        }
    }

    /// <inheritdoc/>
    public void OnTransmitReady()
    {
        if (_held is { } frame)
        {
            _held = null;
            if (!_link!.TryTransmit(frame))
            {
                _held = frame;
                return;
            }
        }

        foreach (var queue in _queues)
        {
            Waiter.Want(queue, readable: true, queue.WantsWritable);
        }
    }

    /// <summary>The cable was plugged or cut: Linux's interface gains or loses its carrier.</summary>
    public abstract void OnCarrier(bool up);

    /// <summary>Takes the device out of Linux. Frames under way are discarded.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var queue in _queues)
        {
            Waiter.Remove(queue);
            queue.Close();
        }

        _held?.Release();
        _held = null;
        OnClosed();
        _endpoint?.OnCarrier(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Received(PacketBuffer frame)
    {
        CountersCell.FromLinux++;
        CountersCell.OctetsFromLinux += frame.Length;
        if (_endpoint is not null)
        {
            _endpoint.OnFrame(frame);
        }
        else if (!_link!.TryTransmit(frame))
        {
            // The wire is busy: Linux's frames wait in Linux, where its own queue limits them.
            _held = frame;
            foreach (var queue in _queues)
            {
                Waiter.Want(queue, readable: false, queue.WantsWritable);
            }
        }
    }

    internal void Sent(int octets)
    {
        CountersCell.ToLinux++;
        CountersCell.OctetsToLinux += octets;
    }

    internal void Writable(FrameQueue queue)
    {
        Waiter.Want(queue, queue.WantsReadable, writable: false);
        _endpoint?.OnTransmitReady();
    }

    internal void Drop(PacketBuffer frame, DropReason reason)
    {
        Drops.Add(reason);
        if (Loop.Tracer.Enabled)
        {
            Loop.Tracer.Emit(new TraceEvent
            {
                Time = Loop.Now,
                Kind = TraceKind.Drop,
                Reason = reason,
                Node = Name,
                Packet = frame,
                Subject = this,
            });
        }

        frame.Release();
    }

    private protected void AddQueue(FrameQueue queue) => _queues.Add(queue);

    /// <summary>A Catenet interface was plugged in: what the two can spare each other is agreed upon.</summary>
    private protected virtual void OnAttached()
    {
    }

    private protected virtual void OnClosed()
    {
    }

    private FrameQueue QueueFor(PacketBuffer frame) =>
        _queues.Count == 1 ? _queues[0] : _queues[(int)(frame.FlowHash % (uint)_queues.Count)];

    private void Start()
    {
        foreach (var queue in _queues)
        {
            Waiter.Add(queue);
        }
    }

    private void ThrowIfUsed()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_endpoint is not null || _link is not null)
        {
            throw new InvalidOperationException($"Something is plugged into {Name} already.");
        }
    }
}
