using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Offload;
using Catenet.Linux.Driving;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>An interface of Linux as Catenet sees it. It has two faces: use one of them.</summary>
/// <remarks>
/// <para>As a port: <c>ethernetDevice.Connect(device)</c> cables a Catenet interface straight to Linux's. Checksums and the
/// cutting of TCP data are then spared both ways, if the device was opened with offload.</para>
/// <para>As an endpoint: <see cref="Connect"/> plugs Linux's interface into a link, as if Linux were one of the lab's hosts.
/// Whatever Linux left to do is done before a frame goes onto the link.</para>
/// <para>Belongs to the loop's thread.</para>
/// </remarks>
public abstract class LinuxDevice : ILinkPort, IFrameEndpoint, IDisposable
{
    private const DeviceFeatures AllOffloads = DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation |
        DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;

    /// <summary>
    /// How many frames wait here for the link, as in a network card's ring: a link that is driven by the clock would fall idle
    /// after each frame, until the process is awake again, if the next one were still in Linux. More wait in Linux.
    /// </summary>
    private const int RingSize = 64;

    private readonly List<FrameQueue> _queues = [];
    private readonly LinkWatch _watch;
    private readonly bool _offload;
    private LinuxDeviceCounters _counters;
    private IFrameEndpoint? _endpoint;
    private ILinkPort? _link;
    private PacketQueue _waiting;
    private bool _linkBusy;
    private bool _closed;
    private bool _refused;
    private (string Node, string Port)? _spokesman;

    private protected LinuxDevice(EpollWaiter waiter, EventLoop loop, string name, LinkWatch watch, bool offload)
    {
        Waiter = waiter;
        Loop = loop;
        Name = name;
        _watch = watch;
        _watch.Changed = OnLinuxLink;
        _offload = offload;
    }

    /// <summary>The interface's name in Linux.</summary>
    public string Name { get; }

    /// <summary>What the device has moved.</summary>
    public LinuxDeviceCounters Counters => _counters;

    /// <summary>Frames that went neither way, by reason.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>Whether the interface is there, switched on and has a carrier in Linux.</summary>
    public bool IsRunning => _watch.IsRunning;

    /// <summary>All offloads, or none if the device was opened without.</summary>
    public DeviceFeatures Features => _offload ? AllOffloads : DeviceFeatures.None;

    internal EventLoop Loop { get; }

    internal EpollWaiter Waiter { get; }

    /// <summary>The hardware address of the interface at Catenet's end.</summary>
    internal MacAddress PeerMac { get; private set; }

    /// <summary>Face one: a Catenet interface is cabled straight to Linux's. <c>EthernetDevice.Connect</c> calls it.</summary>
    /// <exception cref="InvalidOperationException">Something is plugged in already.</exception>
    public void Attach(IFrameEndpoint endpoint)
    {
        ThrowIfUsed();
        CheckEndpoint(endpoint);
        _endpoint = endpoint;
        PeerMac = (endpoint as EthernetDevice)?.Mac ?? MacAddress.None;
        Start();
        if (!IsRunning)
        {
            // Whoever plugs the cable in takes it for live until told otherwise.
            Loop.Schedule(static device => ((LinuxDevice)device!).ReportLink(), this);
        }
    }

    /// <summary>Face two: Linux's interface is plugged into a link (or another port).</summary>
    /// <exception cref="InvalidOperationException">Something is plugged in already.</exception>
    public virtual void Connect(ILinkPort link)
    {
        ThrowIfUsed();
        _link = link;
        OnLinked();
        Start();
        link.Attach(this);
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
        // What another host knew of the packet does not come over the wire.
        frame.Checksum = ChecksumState.None;
        frame.GsoSize = 0;
        Report(TraceKind.DeviceReceive, frame);
        if (!QueueFor(frame).TryWrite(frame))
        {
            Drop(frame, DropReason.RingFull);
        }
    }

    /// <inheritdoc/>
    public void OnTransmitReady()
    {
        _linkBusy = false;
        ToLink();
        if (_waiting.Count <= RingSize / 2)
        {
            WantFrames(true);
        }
    }

    /// <summary>The cable was plugged or cut: Linux's interface gains or loses its carrier, where Linux lets us say so.</summary>
    public abstract void OnCarrier(bool up);

    /// <summary>Reports the frames that come and go as those of a node of the lab, to captures and journeys.</summary>
    /// <param name="node">The node.</param>
    /// <param name="port">Its port.</param>
    public void SpeakFor(string node, string port) => _spokesman = (node, port);

    /// <summary>Lets go of Linux's interface; one made by this process is gone. Frames under way are discarded.</summary>
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

        Waiter.Remove(_watch);
        _watch.Close();
        _waiting.Clear();
        _endpoint?.OnCarrier(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Received(PacketBuffer frame)
    {
        _counters.FromLinux++;
        _counters.OctetsFromLinux += frame.Length;
        if (_endpoint is not null && _offload)
        {
            _endpoint.OnFrame(frame);
            return;
        }

        Finish(frame);
        if (_endpoint is not null)
        {
            while (_waiting.TryDequeue(out var next))
            {
                _endpoint.OnFrame(next);
            }

            return;
        }

        ToLink();
        if (_waiting.Count >= RingSize)
        {
            // The wire is busy: Linux's frames wait in Linux, where its own queue limits them.
            WantFrames(false);
        }
    }

    internal void Sent(int octets)
    {
        _counters.ToLinux++;
        _counters.OctetsToLinux += octets;
    }

    internal void Writable(FrameQueue queue)
    {
        Waiter.Want(queue, queue.WantsReadable, writable: false);
        _endpoint?.OnTransmitReady();
    }

    /// <summary>The interface is gone from Linux.</summary>
    internal void Lost(FrameQueue queue)
    {
        Waiter.Remove(queue);
        _watch.Gone();
    }

    internal void Drop(PacketBuffer frame, DropReason reason)
    {
        Drops.Add(reason);
        if (Loop.Tracer.Enabled)
        {
            Loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.Drop,
                Time = Loop.Now,
                Node = Name,
                Device = Name,
                Packet = frame,
                Reason = reason,
                Subject = this,
            });
        }

        frame.Release();
    }

    private void Report(TraceKind kind, PacketBuffer frame)
    {
        if (Loop.Tracer.Enabled && _spokesman is { } spokesman)
        {
            Loop.Tracer.Emit(new TraceEvent
            {
                Kind = kind,
                Time = Loop.Now,
                Node = spokesman.Node,
                Device = spokesman.Port,
                Packet = frame,
                Value = frame.Length,
            });
        }
    }

    private protected void AddQueue(FrameQueue queue) => _queues.Add(queue);

    /// <summary>Throws if the device cannot be cabled to this endpoint.</summary>
    private protected virtual void CheckEndpoint(IFrameEndpoint endpoint)
    {
    }

    /// <summary>The device is plugged into a link, which carries whole frames only.</summary>
    private protected virtual void OnLinked()
    {
    }

    /// <summary>Queues a frame to be handed on, after doing what Linux left to do: whole frames, as they are on a wire.</summary>
    private void Finish(PacketBuffer frame)
    {
        bool segments = frame.GsoSize != 0;
        bool finished = segments
            ? TcpSegmenter.TryCut(frame, Loop.Packets, ref _waiting, completeChecksums: true)
            : frame.Checksum != ChecksumState.Partial || PartialChecksum.Complete(frame);
        if (!finished)
        {
            Drop(frame, DropReason.SegmentationFailed);
        }
        else if (segments)
        {
            frame.Release();
        }
        else
        {
            frame.Checksum = ChecksumState.None;
            _waiting.Enqueue(frame);
        }
    }

    /// <summary>Gives the link what waits, as much as it takes.</summary>
    private void ToLink()
    {
        while (!_linkBusy && _waiting.TryDequeue(out var frame))
        {
            // The frame is the link's once it takes it: it is reported before, once, though it may have to wait.
            if (!_refused)
            {
                Report(TraceKind.DeviceTransmit, frame);
            }

            _refused = !_link!.TryTransmit(frame);
            if (_refused)
            {
                _waiting.EnqueueFirst(frame);
                _linkBusy = true;
            }
        }
    }

    private void WantFrames(bool want)
    {
        foreach (var queue in _queues)
        {
            Waiter.Want(queue, want, queue.WantsWritable);
        }
    }

    /// <summary>The queue of a flow: its packets must not overtake each other.</summary>
    private FrameQueue QueueFor(PacketBuffer frame)
    {
        if (_queues.Count == 1)
        {
            return _queues[0];
        }

        uint hash = frame.FlowHash;
        if (hash == 0 && frame.EnsureLinear(54))
        {
            // Addresses and ports of either family lie in here, and only IPv6's flow label and length beside them.
            var span = frame.Span;
            bool ipv4 = span[14] >> 4 == 4;
            for (int i = ipv4 ? 26 : 22; i < (ipv4 ? 38 : 54); i += 4)
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt32LittleEndian(span[i..])) * 0x9E3779B1;
            }
        }

        return _queues[(int)((hash >> 8) % (uint)_queues.Count)];
    }

    private void OnLinuxLink() => ReportLink();

    private void ReportLink()
    {
        if (!_closed)
        {
            _endpoint?.OnCarrier(IsRunning);
        }
    }

    private void Start()
    {
        foreach (var queue in _queues)
        {
            Waiter.Add(queue);
        }

        Waiter.Add(_watch);
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
