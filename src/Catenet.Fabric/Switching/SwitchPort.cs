using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Switching;

/// <summary>A port of a switch: one end of a cable, with a queue for frames that wait for the wire.</summary>
public sealed class SwitchPort : IFrameEndpoint
{
    private readonly Switch _owner;
    private readonly ILinkPort _cable;
    private PacketQueue _queue;

    /// <summary>The stations that the last frame came from and went to.</summary>
    internal StationEntry? LastSource;
    internal StationEntry? LastDestination;

    internal SwitchPort(Switch owner, int index, string name, ILinkPort cable)
    {
        _owner = owner;
        _cable = cable;
        Index = index;
        Name = name;
        QueueLimit = owner.Settings.PortQueue;
        Mtu = owner.Settings.Mtu;
    }

    /// <summary>The name: <c>p1</c>.</summary>
    public string Name { get; }

    /// <summary>The number, from 1.</summary>
    public int Index { get; }

    /// <summary>Whether there is a carrier.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>The biggest payload (IP packet) in octets that the port takes in or sends.</summary>
    public int Mtu { get; set; }

    /// <summary>Frames that may wait while the wire is busy.</summary>
    public int QueueLimit { get; set; }

    /// <summary>Frames that wait now.</summary>
    public int Queued => _queue.Count;

    /// <summary>Frames that came in.</summary>
    public long RxFrames { get; private set; }

    /// <summary>Frames that went out.</summary>
    public long TxFrames { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => $"{_owner.Name}.{Name}";

    /// <inheritdoc/>
    public void OnFrame(PacketBuffer frame)
    {
        RxFrames++;
        _owner.Receive(frame, this);
    }

    /// <inheritdoc/>
    public void OnTransmitReady()
    {
        while (_queue.TryDequeue(out var frame))
        {
            if (!_cable.TryTransmit(frame))
            {
                _queue.EnqueueFirst(frame);
                return;
            }

            TxFrames++;
        }
    }

    /// <inheritdoc/>
    public void OnCarrier(bool up)
    {
        IsUp = up;
        if (!up)
        {
            _owner.Forget(this);
            while (_queue.TryDequeue(out var frame))
            {
                _owner.Drop(frame, DropReason.LinkDown, this);
            }
        }
    }

    internal void Send(PacketBuffer frame)
    {
        if (Switch.PayloadOf(frame) > Mtu)
        {
            _owner.Drop(frame, DropReason.PacketTooBig, this);
        }
        else if (_queue.IsEmpty && _cable.TryTransmit(frame))
        {
            TxFrames++;
        }
        else if (_queue.Count < QueueLimit)
        {
            _queue.Enqueue(frame);
        }
        else
        {
            _owner.Drop(frame, DropReason.LinkQueueFull, this);
        }
    }
}
