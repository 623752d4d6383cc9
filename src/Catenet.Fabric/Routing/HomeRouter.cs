using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;

namespace Catenet.Fabric.Routing;

/// <summary>The box at home: a router with a switch for the home network, one address outside behind which everybody hides, and a firewall.</summary>
/// <remarks>
/// From home everything may begin; from outside nothing but what is forwarded (<see cref="Forward"/>), for IPv6 as for IPv4
/// (RFC 6092). The router itself answers pings. Programs that serve the home, a DNS forwarder for one, run on <see cref="Host"/> and
/// listen on <see cref="LanAddress"/>; outside cannot reach them.
/// </remarks>
public sealed class HomeRouter
{
    /// <summary>The name of the device towards the home network.</summary>
    public const string LanDevice = "lan";

    /// <summary>The name of the device towards the provider.</summary>
    public const string WanDevice = "wan";

    private readonly EventLoop _loop;

    /// <summary>Makes a home router whose outside is not connected yet.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="name">Its name.</param>
    /// <param name="settings">How it is set.</param>
    public HomeRouter(EventLoop loop, string name, HomeRouterSettings? settings = null)
    {
        _loop = loop;
        Settings = settings ?? new HomeRouterSettings();
        Host = Router.Create(loop, name);
        Switch = new Switch(loop, $"{name}.switch");
        Lan = Host.Devices.AddEthernet(LanDevice);
        Wan = Host.Devices.AddEthernet(WanDevice);
        var inside = new Link(loop, $"{name}.{LanDevice}", $"{Switch.Name}.p1");
        Switch.AddPort(inside.B);
        Lan.Connect(inside.A);
        Lan.BringUp();
        Lan.Addresses.Add(LanAddress, Settings.Lan.Length);
        if (LanAddressV6 is { } six)
        {
            Lan.Addresses.Add(six, 64);
            Advertiser = Router.Advertise(Lan, six);
        }

        Wan.BringUp();
        SetUpFilter();
    }

    /// <summary>Its kernel.</summary>
    public Host Host { get; }

    /// <summary>How it is set.</summary>
    public HomeRouterSettings Settings { get; }

    /// <summary>The sockets at its back.</summary>
    public Switch Switch { get; }

    /// <summary>The device towards the home network.</summary>
    public EthernetDevice Lan { get; }

    /// <summary>The device towards the provider.</summary>
    public EthernetDevice Wan { get; }

    /// <summary>What gives the hosts at home their IPv6 addresses and names the router as name server; null without IPv6.</summary>
    public RouterAdvertiser? Advertiser { get; }

    /// <summary>The router's address at home: the hosts' gateway and name server.</summary>
    public InetAddress LanAddress => Settings.Lan.At(1);

    /// <summary>The router's IPv6 address at home; null without IPv6.</summary>
    public InetAddress? LanAddressV6 => Settings.LanV6?.At(1);

    /// <summary>Plugs a cable of the home network into a free socket.</summary>
    public SwitchPort AddLanPort(ILinkPort cable) => Switch.AddPort(cable);

    /// <summary>Connects a host at home: a cable, a device with an IPv4 address, the default route. Its IPv6 address it makes itself.</summary>
    /// <param name="host">The host.</param>
    /// <param name="hostPart">Which address of the home network it gets: 2 for 192.168.1.2.</param>
    /// <param name="settings">How the link behaves; perfect if not given.</param>
    public Link Connect(Host host, ulong hostPart, LinkSettings? settings = null)
    {
        var link = new Link(_loop, $"{host.Name}.eth0", $"{Switch.Name}.p{Switch.Ports.Count + 1}", settings);
        AddLanPort(link.B);
        var device = Network.Plug(host, link.A, $"{Settings.Lan.At(hostPart)}/{Settings.Lan.Length}");
        host.Routes.AddDefault(LanAddress, device);
        return link;
    }

    /// <summary>Connects the outside.</summary>
    /// <param name="cable">The end of the cable to the provider.</param>
    /// <param name="address">The address that the provider gave.</param>
    /// <param name="prefixLength">How many bits the provider's router shares with it.</param>
    /// <param name="provider">The provider's router: the default route.</param>
    public void ConnectWan(ILinkPort cable, InetAddress address, int prefixLength, InetAddress provider)
    {
        Wan.Connect(cable);
        AddWanAddress(address, prefixLength, provider);
    }

    /// <summary>Gives the outside another address, of the other family for one, and a default route.</summary>
    public void AddWanAddress(InetAddress address, int prefixLength, InetAddress provider)
    {
        Wan.Addresses.Add(address, prefixLength);
        Host.Routes.AddDefault(provider, Wan);
    }

    /// <summary>Lets connections to a port of the outside address reach a host at home, from home too.</summary>
    /// <param name="protocol">TCP or UDP (<see cref="IpProtocol"/>).</param>
    /// <param name="port">The port outside.</param>
    /// <param name="inside">Who answers.</param>
    /// <exception cref="InvalidOperationException">The outside has no IPv4 address yet.</exception>
    public NatRule Forward(byte protocol, ushort port, InetEndpoint inside)
    {
        var outside = Wan.Addresses.Primary(ipv4: true)
            ?? throw new InvalidOperationException($"{Host.Name} has no address outside yet: connect it first.");
        return Host.Netfilter.Nat.PortForward(protocol, new InetEndpoint(outside.Address, port), inside, Settings.Lan);
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Name;

    private void SetUpFilter()
    {
        var netfilter = Host.Netfilter;
        netfilter.AddRouterFirewall(WanDevice);
        netfilter.Nat.Add(HookPoint.PostRouting, new FilterMatch { OutInterface = WanDevice, IPv6 = false }, NatTarget.Masquerade);
    }
}
