using Catenet.Core;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>Makes a kernel of a planned node: settings, devices, addresses, routes.</summary>
internal static class HostAssembly
{
    /// <summary>Makes the host and its devices, which have no cable yet.</summary>
    public static Host Build(PlannedNode node, IpFamilies families, EventLoop loop)
    {
        var settings = new Settings { Forwarding = node.Forwarding };

        // The plan gives every address once and says who the routers are: nothing to check for duplicates, nobody to ask.
        settings.DeviceDefaults.DadTransmits = 0;
        settings.DeviceDefaults.AcceptRa = false;
        settings.DeviceDefaults.DisableIPv6 = families == IpFamilies.V4;
        NodeSettings.Apply(settings, node.Settings);
        var host = new Host(loop, node.Name, new HostOptions { Settings = settings });
        foreach (var port in node.Interfaces)
        {
            host.Devices.AddEthernet(port.Name, port.Mac, port.Mtu);
        }

        return host;
    }

    /// <summary>Switches the devices on and gives them addresses, then the routes and name servers.</summary>
    public static void Configure(Host host, PlannedNode node)
    {
        foreach (var port in node.Interfaces)
        {
            var device = host.Devices.ByName(port.Name)!;
            device.BringUp();
            foreach (var address in port.Addresses)
            {
                device.Addresses.Add(address.Address, address.PrefixLength);
            }
        }

        AddRoutes(host, node);
        AddNameServers(host, node);
    }

    /// <summary>Adds the routes that the plan has for the node beside those of its own subnets.</summary>
    public static void AddRoutes(Host host, PlannedNode node)
    {
        foreach (var route in node.Routes)
        {
            host.Routes.Add(route.Destination, route.NextHop, host.Devices.ByName(route.Interface));
        }
    }

    /// <summary>Tells the host whom to ask for names.</summary>
    public static void AddNameServers(Host host, PlannedNode node)
    {
        foreach (var server in node.NameServers)
        {
            host.NameServers.Add(server);
        }
    }
}
