using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Cloud;

/// <summary>What joins the routers of a VPC: a switch with a perfect cable to each, and addresses that only they see.</summary>
internal sealed class Backbone(EventLoop loop, string name)
{
    /// <summary>The name of the device towards the backbone on each router.</summary>
    public const string Device = "vpc";

    private static readonly InetPrefix Addresses = InetPrefix.Parse("169.254.0.0/16");

    private readonly Switch _switch = new(loop, name);

    /// <summary>Plugs a router in.</summary>
    public Attachment Attach(Host router)
    {
        var port = _switch.Ports.Count + 1;
        var link = new Link(loop, $"{router.Name}.{Device}", $"{name}.p{port}");
        _switch.AddPort(link.B);
        var device = router.Devices.AddEthernet(Device);
        device.Settings.DadTransmits = 0;
        device.Connect(link.A);
        device.BringUp();
        var address = Addresses.At((ulong)port);
        device.Addresses.Add(address, Addresses.Length);
        var linkLocal = device.Addresses.First(a => a.Address.IsIPv6 && a.Address.IsLinkLocal).Address;
        return new Attachment(router, device, address, linkLocal);
    }

    /// <summary>A router on the backbone, and where others find it.</summary>
    internal sealed record Attachment(Host Router, NetDevice Device, InetAddress Address, InetAddress AddressV6)
    {
        /// <summary>Sends packets for a prefix to another router.</summary>
        public void AddRoute(InetPrefix prefix, Attachment via) =>
            Router.Routes.Add(prefix, prefix.IsIPv4 ? via.Address : via.AddressV6, Device);
    }
}
