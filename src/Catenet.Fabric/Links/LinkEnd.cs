using Catenet.Core;
using Catenet.Fabric.Switching;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Queueing;

namespace Catenet.Fabric.Links;

/// <summary>One end of a cable: what a device or a switch port is plugged into.</summary>
public sealed class LinkEnd : ILinkPort
{
    private LinkDirection _outgoing = null!;
    private LinkDirection _incoming = null!;

    internal LinkEnd(Link link, string name)
    {
        Link = link;
        Name = name;
    }

    /// <summary>The name, usually that of the device: <c>alice</c>, <c>home.lan</c>.</summary>
    public string Name { get; }

    /// <summary>The cable.</summary>
    public Link Link { get; }

    /// <summary>What is plugged in; null if nothing is.</summary>
    public IFrameEndpoint? Endpoint { get; private set; }

    /// <summary>The direction in which this end transmits.</summary>
    public LinkDirection Outgoing => _outgoing;

    /// <inheritdoc/>
    public bool TryTransmit(PacketBuffer frame) => _outgoing.TryTransmit(frame);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Something else is plugged in.</exception>
    public void Attach(IFrameEndpoint endpoint)
    {
        if (Endpoint is not null && Endpoint != endpoint)
        {
            throw new InvalidOperationException($"Something is plugged into {Name} of '{Link.Name}' already: detach it first.");
        }

        Endpoint = endpoint;
        _incoming.OnAttach(endpoint);
        ApplyQueue();
        endpoint.OnCarrier(Link.IsUp);
    }

    /// <summary>Pulls the plug at this end: the device loses its carrier, and frames that arrive here are lost.</summary>
    public void Detach()
    {
        var endpoint = Endpoint;
        Endpoint = null;
        _incoming.OnAttach(null);
        endpoint?.OnCarrier(false);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Lead(LinkDirection outgoing, LinkDirection incoming)
    {
        _outgoing = outgoing;
        _incoming = incoming;
    }

    /// <summary>Frames wait in front of the wire, not on it: the link's limit is one of the device's queue.</summary>
    internal void ApplyQueue()
    {
        var settings = Outgoing.Settings;
        switch (Endpoint)
        {
            case SwitchPort port when settings.Queue is { } limit:
                port.QueueLimit = limit;
                break;
            case NetDevice { Queue: PfifoQdisc } device when settings.Queue is not null || settings.MarkAbove is not null:
                LimitQueue(device, settings.Queue ?? PfifoQdisc.DefaultLimit, settings.MarkAbove ?? int.MaxValue);
                break;
        }
    }

    /// <summary>Gives the device a queue of that limit with what waits in the old one. Another discipline than the default keeps its own.</summary>
    private static void LimitQueue(NetDevice device, int limit, int markAbove)
    {
        var queue = new PfifoQdisc(device, limit, markAbove);
        while (device.Queue.Dequeue() is { } frame)
        {
            queue.Enqueue(frame);
        }

        device.Queue = queue;
    }
}
