using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Routing;

namespace Catenet.Fabric.Cloud;

/// <summary>A subnet of a VPC: its instances on a switch, and a router with the subnet's route table and network ACL.</summary>
public sealed class Subnet
{
    /// <summary>The name of the router's device towards the instances.</summary>
    internal const string LanDevice = "subnet";

    /// <summary>The first four addresses and the last are the cloud's own: network, router, name server, spare, broadcast.</summary>
    private const int Reserved = 4;

    private readonly HashSet<InetAddress> _taken = [];
    private ulong _next = Reserved;

    internal Subnet(Vpc vpc, string name, InetPrefix cidr, InetPrefix? cidrV6, Backbone backbone)
    {
        Vpc = vpc;
        Name = name;
        Cidr = cidr;
        CidrV6 = cidrV6;
        string fullName = $"{vpc.Name}.{name}";
        Switch = new Switch(vpc.Loop, $"{fullName}.lan");
        Router = new Host(vpc.Loop, fullName);
        Router.Settings.Forwarding = true;
        Attachment = backbone.Attach(Router);
        var device = Plug(Router, LanDevice);
        device.Settings.SendRedirects = false;
        Equip(device, Gateway, cidr.Length, null);
        Equip(device, GatewayV6, 64, null);
    }

    /// <summary>The VPC.</summary>
    public Vpc Vpc { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The IPv4 addresses.</summary>
    public InetPrefix Cidr { get; }

    /// <summary>The IPv6 addresses; null if there are none.</summary>
    public InetPrefix? CidrV6 { get; }

    /// <summary>What the instances are plugged into.</summary>
    public Switch Switch { get; }

    /// <summary>The subnet's router, whose routing table is the subnet's route table.</summary>
    public Host Router { get; }

    /// <summary>The router's IPv4 address, the first of the subnet: the instances' default gateway.</summary>
    public InetAddress Gateway => Cidr.At(1);

    /// <summary>The router's IPv6 address; null if the subnet has no IPv6.</summary>
    public InetAddress? GatewayV6 => CidrV6?.At(1);

    /// <summary>The network ACL; null (the beginning): everything passes.</summary>
    public NetworkAcl? Acl { get; private set; }

    internal Backbone.Attachment Attachment { get; }

    /// <summary>Puts another network ACL in front of the subnet; null for none.</summary>
    public void SetAcl(NetworkAcl? acl)
    {
        Acl?.Leave(this);
        Acl = acl;
        acl?.Join(this);
    }

    /// <summary>Adds a line to the route table: packets for a prefix go to the internet gateway.</summary>
    /// <exception cref="ArgumentException">The gateway belongs to another VPC.</exception>
    public void AddRoute(InetPrefix prefix, InternetGateway gateway)
    {
        if (gateway.Vpc != Vpc)
        {
            throw new ArgumentException($"{gateway} belongs to another VPC than subnet {Name}.", nameof(gateway));
        }

        Attachment.AddRoute(prefix, gateway.Attachment);
    }

    /// <summary>Adds a line to the route table: packets for a prefix go to an instance, which forwards them (a NAT instance, a firewall).</summary>
    /// <exception cref="ArgumentException">The interface is in another subnet.</exception>
    public RouteEntry AddRoute(InetPrefix prefix, NetworkInterface through)
    {
        if (through.Subnet != this)
        {
            throw new ArgumentException($"{through} is not in subnet {Name}.", nameof(through));
        }

        var gateway = prefix.IsIPv4 ? through.Address : through.AddressV6;
        return gateway is null
            ? throw new ArgumentException($"{through} has no address of the family of {prefix}.", nameof(through))
            : Router.Routes.Add(prefix, gateway, Router.Devices.ByName(LanDevice));
    }

    /// <summary>Launches an instance with one interface here.</summary>
    /// <param name="name">The instance's name, unique in the network.</param>
    /// <param name="groups">Its security groups; none: nothing is filtered.</param>
    /// <exception cref="ArgumentException">There is no free address left.</exception>
    public Instance Launch(string name, params SecurityGroup[] groups) => Launch(name, new InterfaceSettings { Groups = groups });

    /// <summary>Launches an instance with one interface here.</summary>
    /// <param name="name">The instance's name, unique in the network.</param>
    /// <param name="settings">What its interface is like.</param>
    /// <exception cref="ArgumentException">An address is not the subnet's, reserved or taken.</exception>
    public Instance Launch(string name, InterfaceSettings settings)
    {
        var instance = new Instance(new Host(Vpc.Loop, name));
        Attach(instance, settings);
        return instance;
    }

    /// <summary>Gives an instance an interface here. The first one gets the default routes.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="settings">What the interface is like.</param>
    /// <exception cref="ArgumentException">An address is not the subnet's, reserved or taken.</exception>
    public NetworkInterface Attach(Instance instance, InterfaceSettings settings)
    {
        InetAddress? address = settings.HasIPv4 ? Take(settings.Address) : null;
        var addressV6 = settings.AddressV6 ?? CidrV6?.At(address is { } four ? four.ToIPv4() - Cidr.Address.ToIPv4() : _next++);
        if (addressV6 is { } wanted && (CidrV6?.Contains(wanted) != true || wanted == GatewayV6 || !_taken.Add(wanted)))
        {
            throw new ArgumentException($"{wanted} cannot be given in subnet {Name} ({CidrV6?.ToString() ?? "no IPv6"}).", nameof(settings));
        }

        bool first = instance.Interfaces.Count == 0;
        var device = Plug(instance.Host, $"eth{instance.Interfaces.Count}", settings.Mac);
        Equip(device, address, Cidr.Length, first ? Gateway : null);
        Equip(device, addressV6, 64, first ? GatewayV6 : null);
        var added = new NetworkInterface(this, device, address, addressV6);
        instance.Add(added);
        added.SetGroups([.. settings.Groups]);
        return added;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Vpc.Name}.{Name}";

    /// <summary>Gives a host a device on the subnet's switch. The cloud hands out each address once, so there is nothing to check for duplicates.</summary>
    private EthernetDevice Plug(Host host, string name, MacAddress? mac = null)
    {
        var link = new Link(Vpc.Loop, $"{host.Name}.{name}", $"{Switch.Name}.p{Switch.Ports.Count + 1}");
        Switch.AddPort(link.B);
        var device = host.Devices.AddEthernet(name, mac);
        device.Settings.DadTransmits = 0;
        device.Connect(link.A);
        device.BringUp();
        return device;
    }

    private static void Equip(EthernetDevice device, InetAddress? address, int length, InetAddress? gateway)
    {
        if (address is { } own)
        {
            device.Addresses.Add(own, length);
            if (gateway is { } router)
            {
                device.Host.Routes.AddDefault(router, device);
            }
        }
    }

    private InetAddress Take(InetAddress? wanted)
    {
        ulong size = 1UL << (32 - Cidr.Length);
        if (wanted is { } pinned)
        {
            ulong index = pinned.IsIPv4 ? pinned.ToIPv4() - Cidr.Address.ToIPv4() : 0;
            return Cidr.Contains(pinned) && index >= Reserved && index < size - 1 && _taken.Add(pinned)
                ? pinned
                : throw new ArgumentException($"{pinned} cannot be given in subnet {Name}: it must be {Cidr.At(Reserved)} to {Cidr.At(size - 2)} and free.", nameof(wanted));
        }

        for (; _next < size - 1; _next++)
        {
            if (_taken.Add(Cidr.At(_next)))
            {
                return Cidr.At(_next);
            }
        }

        throw new ArgumentException($"Subnet {Name} ({Cidr}) has no free address left.");
    }
}
