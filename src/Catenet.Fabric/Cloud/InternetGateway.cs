using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Cloud;

/// <summary>The door of a VPC to the Internet: a router that translates elastic to private addresses, one to one. IPv6 passes unchanged.</summary>
public sealed class InternetGateway
{
    /// <summary>The name of its device towards the Internet.</summary>
    public const string UplinkDevice = "uplink";

    private readonly FilterChain _chain;
    private readonly List<InetPrefix> _pools = [];
    private readonly Dictionary<NetworkInterface, Association> _associations = [];

    internal InternetGateway(Vpc vpc, Backbone backbone)
    {
        Vpc = vpc;
        Router = new Host(vpc.Loop, $"{vpc.Name}.igw");
        Router.Settings.Forwarding = true;
        Attachment = backbone.Attach(Router);
        Uplink = Router.Devices.AddEthernet(UplinkDevice);
        Uplink.Settings.DadTransmits = 0;

        // An address that is nobody's elastic address does not get past: there is no mapping for it.
        _chain = Router.Netfilter.AddChain("igw", HookPoint.Forward, RuleAction.Drop, reason: DropReason.NatNoMapping);
        _chain.Add(new FilterMatch { States = ConnectionStates.Established | ConnectionStates.Related }, RuleAction.Accept, "answers");
        _chain.Add(new FilterMatch { OutInterface = Backbone.Device, DestinationTranslated = true }, RuleAction.Accept, "to an elastic address");
        foreach (var block in vpc.Blocks.Where(b => !b.IsIPv4))
        {
            _chain.Add(new FilterMatch { OutInterface = UplinkDevice, Source = block }, RuleAction.Accept, "IPv6 needs no translation");
            _chain.Add(new FilterMatch { InInterface = UplinkDevice, Destination = block }, RuleAction.Accept, "IPv6 needs no translation");
        }

        Router.Netfilter.EnableTracking();
    }

    private sealed record Association(StaticMapping Mapping, FilterRule Outbound);

    /// <summary>The VPC.</summary>
    public Vpc Vpc { get; }

    /// <summary>The router it is made of.</summary>
    public Host Router { get; }

    /// <summary>The device towards the Internet; give it addresses and a cable with <see cref="Connect"/>.</summary>
    public EthernetDevice Uplink { get; }

    /// <summary>What the Internet has to send here: the pools of elastic addresses, elastic addresses of no pool, and the IPv6 blocks.</summary>
    public IEnumerable<InetPrefix> Announced => _pools
        .Concat(_associations.Keys.Select(i => new InetPrefix(i.ElasticAddress!.Value, 32)).Where(e => !_pools.Exists(p => p.Contains(e))).OrderBy(p => p.Address))
        .Concat(Vpc.Blocks.Where(b => !b.IsIPv4));

    internal Backbone.Attachment Attachment { get; }

    /// <summary>Connects the gateway to its provider.</summary>
    /// <param name="cable">The end of the cable.</param>
    /// <param name="address">The address of its uplink.</param>
    /// <param name="prefixLength">How many bits the provider's address shares with it.</param>
    /// <param name="provider">The provider's router: the default route.</param>
    public void Connect(ILinkPort cable, InetAddress address, int prefixLength, InetAddress provider)
    {
        if (Uplink.Port is null)
        {
            Uplink.Connect(cable);
            Uplink.BringUp();
        }

        Uplink.Addresses.Add(address, prefixLength);
        Router.Routes.AddDefault(provider, Uplink);
    }

    /// <summary>Says which addresses are elastic ones of this VPC. Those of them that are not given to anybody are unreachable, not sent back.</summary>
    public void AddPool(InetPrefix pool)
    {
        _pools.Add(pool);
        Router.Routes.Add(new Kernel.Routing.RouteEntry(pool) { Type = Kernel.Routing.RouteType.Unreachable });
    }

    /// <summary>Gives an interface an elastic address, known to the whole Internet.</summary>
    /// <exception cref="ArgumentException">The interface has one already, or the address is another's.</exception>
    public void Associate(NetworkInterface target, InetAddress elastic)
    {
        if (target.Subnet.Vpc != Vpc || target.ElasticAddress is not null)
        {
            throw new ArgumentException($"{target} {(target.ElasticAddress is { } has ? $"has the elastic address {has} already" : $"is not in VPC {Vpc.Name}")}.", nameof(target));
        }

        if (target.Address is not { } address)
        {
            throw new ArgumentException($"{target} has no private IPv4 address for an elastic one to stand for.", nameof(target));
        }

        var mapping = Router.Netfilter.Nat.OneToOne(address, elastic, UplinkDevice);
        var inside = new InetPrefix(address, 32);
        target.ElasticAddress = elastic;
        _associations.Add(target, new Association(mapping,
            _chain.Add(new FilterMatch { InInterface = Backbone.Device, Source = inside }, RuleAction.Accept, $"as {elastic}")));
    }

    /// <summary>Takes an interface's elastic address away; connections by it end. False if it has none.</summary>
    public bool Disassociate(NetworkInterface target)
    {
        if (!_associations.Remove(target, out var association))
        {
            return false;
        }

        Router.Netfilter.Nat.Remove(association.Mapping);
        _chain.Remove(association.Outbound);
        target.ElasticAddress = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Router.Name;
}
