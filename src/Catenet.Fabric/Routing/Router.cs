using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Fabric.Routing;

/// <summary>What makes a host a router.</summary>
public static class Router
{
    /// <summary>Makes a router: a host that passes on packets of both families.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="name">Its name.</param>
    public static Host Create(EventLoop loop, string name)
    {
        var host = new Host(loop, name);
        host.Settings.Forwarding = true;
        return host;
    }

    /// <summary>Advertises a router to the hosts on a device's link, which make their IPv6 addresses of the device's /64 prefixes and use it by default.</summary>
    /// <param name="device">The device; its addresses are those of now.</param>
    /// <param name="nameServers">Name servers to tell the hosts of (RFC 8106).</param>
    /// <returns>The running advertiser.</returns>
    public static RouterAdvertiser Advertise(NetDevice device, params ReadOnlySpan<InetAddress> nameServers)
    {
        var advertiser = new RouterAdvertiser(device);
        foreach (var address in device.Addresses)
        {
            if (address is { Address.IsIPv6: true, Address.IsLinkLocal: false, Prefix.Length: 64 })
            {
                advertiser.Prefixes.Add(new PrefixInformation
                {
                    Prefix = address.Prefix,
                    OnLink = true,
                    Autonomous = true,
                    ValidLifetime = (uint)Duration.FromMinutes(60 * 24).TotalSeconds,
                    PreferredLifetime = (uint)Duration.FromMinutes(60 * 4).TotalSeconds,
                });
            }
        }

        foreach (var server in nameServers)
        {
            advertiser.NameServers.Add(server);
        }

        advertiser.Start();
        return advertiser;
    }
}
