using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>What the tracker notes on a packet (<see cref="PacketBuffer.Conntrack"/>): its connection, direction and state.</summary>
/// <remarks>A packet without such a note, or with another host's, is in state <see cref="ConnectionStates.Invalid"/>.</remarks>
public abstract class PacketTracking
{
    internal PacketTracking(ConnectionTracker tracker) => Tracker = tracker;

    /// <summary>The connection; null if the packet is exempt from tracking.</summary>
    public abstract Connection? Connection { get; }

    /// <summary>Whether the packet goes the way of the answers.</summary>
    public abstract bool IsReply { get; }

    /// <summary>The packet's state: exactly one.</summary>
    public abstract ConnectionStates State { get; }

    internal ConnectionTracker Tracker { get; }
}
