using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Links;

/// <summary>One end of a cable: what a device or a switch port is plugged into.</summary>
public sealed class LinkEnd : ILinkPort
{
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
    public LinkDirection Outgoing => this == Link.A ? Link.AToB : Link.BToA;

    /// <inheritdoc/>
    public bool TryTransmit(PacketBuffer frame) => Outgoing.TryTransmit(frame);

    /// <inheritdoc/>
    public void Attach(IFrameEndpoint endpoint)
    {
        Endpoint = endpoint;
        endpoint.OnCarrier(Link.IsUp);
    }

    /// <summary>Pulls the plug at this end: the device loses its carrier, and frames that arrive here are lost.</summary>
    public void Detach()
    {
        var endpoint = Endpoint;
        Endpoint = null;
        endpoint?.OnCarrier(false);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
