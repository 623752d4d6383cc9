using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>Makes hosts and routers from the plan: kernel, interfaces, addresses, routes, filter, translations.</summary>
internal static class HostBuilder
{
    /// <summary>Makes a node's kernel; its interfaces have addresses but no cable yet.</summary>
    public static Host Build(EventLoop loop, PlannedNode node)
    {
        var host = new Host(loop, node.Name);
        foreach (var planned in node.Interfaces)
        {
            AddInterface(host, planned);
        }

        Configure(host, node);
        return host;
    }

    /// <summary>Gives a kernel what the plan says of everything but its interfaces.</summary>
    public static void Configure(Host host, PlannedNode node)
    {
        host.Settings.Forwarding = node.Forwarding;
        foreach (var setting in node.Settings)
        {
            KernelSettings.Apply(host, setting);
        }

        foreach (var server in node.NameServers)
        {
            host.NameServers.Add(server);
        }

        if (node.Firewall is { } firewall)
        {
            FilterBuilder.Build(host, firewall);
        }

        foreach (var translation in node.Nat)
        {
            NatBuilder.Build(host, translation);
        }
    }

    /// <summary>Routes need the interfaces to be up, so they come after the cables.</summary>
    public static void AddRoutes(Host host, IEnumerable<PlannedRoute> routes)
    {
        foreach (var route in routes)
        {
            host.Routes.Add(route.Destination, route.NextHop, host.Devices.ByName(route.Interface));
        }
    }

    /// <summary>Adds an interface. The plan hands out each address once, so there is nothing to check for duplicates.</summary>
    private static void AddInterface(Host host, PlannedInterface planned)
    {
        var device = host.Devices.AddEthernet(planned.Name, planned.Mac, planned.Mtu);
        device.Settings.DadTransmits = 0;
        foreach (var address in planned.Addresses)
        {
            device.Addresses.Add(address.Address, address.PrefixLength);
        }
    }
}
