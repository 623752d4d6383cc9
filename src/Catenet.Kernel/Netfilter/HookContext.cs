using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Netfilter;

/// <summary>A packet at a hook point, with what the hooks need to know of it; its headers are read once for all of them.</summary>
public ref struct HookContext
{
    private PacketFields _fields;
    private bool _parsed;
    private bool _readable;

    internal HookContext(Host host, HookPoint point, PacketBuffer packet, NetDevice? input, NetDevice? output)
    {
        Host = host;
        Point = point;
        Packet = packet;
        In = input;
        Out = output;
    }

    /// <summary>The host whose hooks these are.</summary>
    public Host Host { get; }

    /// <summary>Where on its way the packet is.</summary>
    public HookPoint Point { get; }

    /// <summary>The packet, beginning at its IP header.</summary>
    public PacketBuffer Packet { get; }

    /// <summary>The device it came in by; null if it was made here.</summary>
    public NetDevice? In { get; }

    /// <summary>The device it will leave by; null before it is routed, and on its way in.</summary>
    public NetDevice? Out { get; }

    /// <summary>The header fields, read at the first call; false if the headers are malformed or cut short.</summary>
    public bool TryGetFields(out PacketFields fields)
    {
        if (!_parsed)
        {
            _parsed = true;
            _readable = PacketFields.TryRead(Packet, out _fields);
        }

        fields = _fields;
        return _readable;
    }

    /// <summary>Makes the next <see cref="TryGetFields"/> read the headers anew, since they were rewritten.</summary>
    public void Rewritten() => _parsed = false;

    /// <summary>Ends the packet's life and returns the verdict to give back.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="cause">The rule, chain or connection responsible.</param>
    public Verdict Drop(DropReason reason, object? cause)
    {
        Host.Drop(Packet, reason, cause);
        return Verdict.Drop;
    }
}
