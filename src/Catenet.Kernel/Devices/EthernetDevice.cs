using Catenet.Kernel.Offload;

namespace Catenet.Kernel.Devices;

/// <summary>An Ethernet interface: frames come into a receive ring that is polled with a budget, and leave through the queue.</summary>
public sealed class EthernetDevice : NetDevice, IFrameEndpoint
{
    /// <summary>How many frames one poll takes in before others have their turn (Linux's NAPI weight).</summary>
    public const int PollBudget = 64;

    private PacketQueue _receiveRing;
    private PacketBuffer? _transmitRing;
    private PacketQueue _segments; // what is left of a super-packet that was cut here
    private ReceiveCoalescer? _coalescer;
    private ILinkPort? _port;
    private bool _draining;
    private bool _toldOfCarrier;

    // What a packet on its way out must know of the queue, kept here so that an idle queue is not even looked at.
    private bool _queueWaits;
    private bool _passesQueueBy = true;

    /// <summary>Makes an interface without a cable; <see cref="DeviceTable.AddEthernet"/> is the usual way.</summary>
    internal EthernetDevice(Host host, string name, MacAddress mac, int mtu, DeviceFlags kind = DeviceFlags.Broadcast)
        : base(host, name, mac, mtu, kind | DeviceFlags.Multicast)
    {
    }

    /// <summary>How many frames the receive ring holds; more are dropped.</summary>
    public int ReceiveRingSize { get; set; } = 1024;

    /// <summary>The end of the cable; null if there is none.</summary>
    public ILinkPort? Port => _port;

    /// <summary>Plugs the cable in. There is a carrier from then on, until the port says otherwise.</summary>
    /// <exception cref="InvalidOperationException">There is a cable already.</exception>
    public void Connect(ILinkPort port)
    {
        if (_port is not null)
        {
            throw new InvalidOperationException($"{Host.Name}.{Name} has a cable already.");
        }

        _port = port;
        PortFeatures = port.Features & ~DeviceFeatures.Generic;
        Features = port.Features | (Features & DeviceFeatures.Generic);
        _toldOfCarrier = false;
        port.Attach(this);
        if (!_toldOfCarrier)
        {
            SetCarrier(true);
        }
    }

    /// <inheritdoc/>
    public void OnFrame(PacketBuffer frame)
    {
        if (!IsRunning)
        {
            Host.Drop(frame, DropReason.DeviceDown, this);
            return;
        }

        if (_receiveRing.Count >= ReceiveRingSize)
        {
            Count.RxMissed++;
            Host.Drop(frame, DropReason.RingFull, this);
            return;
        }

        // What another host knew of the packet does not come over the wire.
        frame.Timestamp = Host.Loop.Now;
        frame.Mark = 0;
        frame.Priority = 0;
        frame.FlowHash = 0;
        frame.FragmentSize = 0;
        frame.Conntrack = null;
        frame.NetworkOffset = -1;
        frame.TransportOffset = -1;
        if ((Features & DeviceFeatures.ReceiveChecksum) == 0)
        {
            frame.Checksum = ChecksumState.None;
            frame.GsoSize = 0;
        }
        else
        {
            SuperPacket.OnReceived(frame, Features);
        }

        _receiveRing.Enqueue(frame);
        Host.Loop.Schedule(this);
    }

    /// <inheritdoc/>
    public void Anticipate(AnticipationStep step)
    {
        if (step == AnticipationStep.Next)
        {
            Prefetch.Object(Host, 3);
            Prefetch.Object(Ip, 2);
        }

        InputRoutes.Anticipate(step);
    }

    /// <inheritdoc/>
    public void OnTransmitReady()
    {
        if (_transmitRing is { } frame && _port!.TryTransmit(frame))
        {
            _transmitRing = null;
        }

        if (_queueWaits)
        {
            StartQueue();
        }
    }

    /// <inheritdoc/>
    public void OnCarrier(bool up)
    {
        _toldOfCarrier = true;
        SetCarrier(up);
    }

    /// <inheritdoc/>
    public override void StartQueue()
    {
        if (_draining)
        {
            return;
        }

        _draining = true;
        while (_transmitRing is null && IsRunning)
        {
            if (_segments.TryDequeue(out var segment))
            {
                Give(segment);
            }
            else if (Queue.Dequeue() is { } frame)
            {
                ToDriver(frame);
            }
            else
            {
                break;
            }
        }

        _draining = false;
        _queueWaits = Queue.Count != 0 || !_segments.IsEmpty;
    }

    private protected override void TransmitRunning(PacketBuffer frame)
    {
        if (_transmitRing is null && !_draining && !_queueWaits && _passesQueueBy)
        {
            ToDriver(frame);
            return;
        }

        Queue.Enqueue(frame);
        _queueWaits = true;
        StartQueue();
    }

    private protected override void OnQueueChanged()
    {
        _queueWaits = Queue.Count != 0 || !_segments.IsEmpty;
        _passesQueueBy = Queue.CanBypass;
    }

    private protected override void DropWaiting()
    {
        base.DropWaiting();
        while (_receiveRing.TryDequeue(out var frame))
        {
            Host.Drop(frame, DropReason.DeviceDown, this);
        }

        while (_coalescer is not null && _coalescer.TryRemove(out var held))
        {
            Host.Drop(held, DropReason.DeviceDown, this);
        }

        while (_segments.TryDequeue(out var segment))
        {
            Host.Drop(segment, DropReason.DeviceDown, this);
        }

        if (_transmitRing is { } last)
        {
            _transmitRing = null;
            Host.Drop(last, DropReason.DeviceDown, this);
        }
    }

    private void ToDriver(PacketBuffer frame)
    {
        if (frame.Checksum == ChecksumState.Partial && !SuperPacket.IsTaken(frame, Features))
        {
            Finish(frame);
        }
        else
        {
            Give(frame);
        }
    }

    /// <summary>Does in software what the port cannot do (Linux's validate_xmit_skb).</summary>
    private void Finish(PacketBuffer frame)
    {
        if (frame.GsoSize == 0 && PartialChecksum.Complete(frame))
        {
            Give(frame);
        }
        else if (frame.GsoSize != 0 && TcpSegmenter.TryCut(frame, Host.Loop.Packets, ref _segments, (Features & DeviceFeatures.TransmitChecksum) == 0))
        {
            _segments.Last!.TrueSize = frame.TrueSize;
            _segments.Last.Sender = frame.Sender; // all have left when the last has
            frame.Sender = null;
            frame.Release();
            StartQueue();
        }
        else
        {
            Count.TxDropped++;
            Host.Drop(frame, DropReason.SegmentationFailed, this);
        }
    }

    private void Give(PacketBuffer frame)
    {
        if (Host.Loop.Tracer.Enabled)
        {
            Host.Trace(TraceKind.DeviceTransmit, frame, this, value: frame.Length);
        }

        Count.TxPackets++;
        Count.TxBytes += frame.Length;
        frame.Leave();
        if (!_port!.TryTransmit(frame))
        {
            // The wire is busy: the frame waits in the transmit ring, the next ones in the queue.
            Count.TxBusy++;
            _transmitRing = frame;
        }
    }

    /// <summary>Takes frames in, at most a budget of them at a time: a flood leaves room for everything else.</summary>
    protected override void Run()
    {
        if ((Features & DeviceFeatures.GenericReceive) != 0)
        {
            TakeTogether();
        }
        else
        {
            for (int budget = PollBudget; budget > 0 && _receiveRing.TryDequeue(out var frame); budget--)
            {
                Input(frame);
            }
        }

        if (!_receiveRing.IsEmpty)
        {
            Host.Loop.Schedule(this);
        }
    }

    private void TakeTogether()
    {
        _coalescer ??= new ReceiveCoalescer(Input);
        for (int budget = PollBudget; budget > 0 && _receiveRing.TryDequeue(out var frame); budget--)
        {
            if (_coalescer.Take(frame) is > 0 and var headers)
            {
                // The payload is counted with the packet it was added to.
                Count.RxPackets++;
                Count.RxBytes += headers;
            }
        }

        _coalescer.Flush();
    }
}
