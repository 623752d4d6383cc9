namespace Catenet.Kernel.Devices;

/// <summary>The device <c>lo</c>: what is sent comes in again at the same instant, after what is under way already.</summary>
/// <remarks>
/// A packet keeps what the connection tracker knows of it: it does not count as a second one when it comes in again. Nothing
/// can damage it on the way, so checksums are neither completed nor verified, and TCP's super-packets are not cut.
/// </remarks>
public sealed class LoopbackDevice : NetDevice
{
    /// <summary>The MTU, which is Linux's.</summary>
    public const int DefaultMtu = 65536;

    private const int Limit = 1000;

    private PacketQueue _underWay;

    internal LoopbackDevice(Host host)
        : base(host, "lo", MacAddress.None, DefaultMtu, DeviceFlags.Loopback | DeviceFlags.NoArp)
    {
        PortFeatures = DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation | DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;
        Features = PortFeatures;
        SetCarrier(true);
    }

    /// <inheritdoc/>
    public override void StartQueue()
    {
        while (Queue.Dequeue() is { } frame)
        {
            Loop(frame);
        }
    }

    private protected override void TransmitRunning(PacketBuffer frame) => Loop(frame);

    private protected override void DropWaiting()
    {
        base.DropWaiting();
        while (_underWay.TryDequeue(out var frame))
        {
            Host.Drop(frame, DropReason.DeviceDown, this);
        }
    }

    /// <summary>Lets a copy of a packet that went to a group or to everybody come in again by the device it left by.</summary>
    internal void Reflect(PacketBuffer packet, NetDevice device)
    {
        if (_underWay.Count >= Limit)
        {
            Host.Drop(packet, DropReason.RingFull, this);
            return;
        }

        packet.InputInterface = device.Index;
        _underWay.Enqueue(packet);
        Host.Loop.Schedule(this);
    }

    private void Loop(PacketBuffer frame)
    {
        if (_underWay.Count >= Limit)
        {
            Count.TxDropped++;
            Host.Drop(frame, DropReason.RingFull, this);
            return;
        }

        if (Host.Loop.Tracer.Enabled)
        {
            Host.Trace(TraceKind.DeviceTransmit, frame, this, value: frame.Length);
        }

        Count.TxPackets++;
        Count.TxBytes += frame.Length;
        frame.Leave();
        frame.InputInterface = 0;
        _underWay.Enqueue(frame);
        Host.Loop.Schedule(this);
    }

    /// <inheritdoc/>
    protected override void Run()
    {
        for (int budget = EthernetDevice.PollBudget; budget > 0 && _underWay.TryDequeue(out var frame); budget--)
        {
            if (frame.InputInterface != 0)
            {
                Host.Ip.Receive(frame, Host.Devices.ByIndex(frame.InputInterface)!);
            }
            else
            {
                Input(frame);
            }
        }

        if (!_underWay.IsEmpty)
        {
            Host.Loop.Schedule(this);
        }
    }
}
