using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Queueing;

/// <summary>A queueing discipline: what waits in front of a device and in which order it goes.</summary>
/// <remarks>
/// A discipline that holds packets back (a shaper) returns null from <see cref="Dequeue"/> while it is not empty and calls
/// <see cref="NetDevice.StartQueue"/> when the time has come. Belongs to the loop's thread.
/// </remarks>
/// <param name="device">The device it stands in front of.</param>
public abstract class Qdisc(NetDevice device)
{
    /// <summary>The device it stands in front of.</summary>
    public NetDevice Device => device;

    /// <summary>How many packets wait.</summary>
    public abstract int Count { get; }

    /// <summary>How many octets wait.</summary>
    public abstract long Backlog { get; }

    /// <summary>How many packets it has discarded.</summary>
    public long Drops { get; private set; }

    /// <summary>Whether a packet may go to the driver directly when none waits; the same for the queue's whole life.</summary>
    public virtual bool CanBypass => true;

    /// <summary>Takes a packet in, or discards it (or another) by <see cref="Discard"/>.</summary>
    public abstract void Enqueue(PacketBuffer packet);

    /// <summary>Gives the packet that goes next; null if none may go now.</summary>
    public abstract PacketBuffer? Dequeue();

    /// <summary>Discards a packet and counts it.</summary>
    protected void Discard(PacketBuffer packet, DropReason reason)
    {
        Drops++;
        device.Count.TxDropped++;
        device.Host.Drop(packet, reason, this);
    }
}
