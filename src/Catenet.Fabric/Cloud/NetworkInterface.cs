using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Netfilter;
using Catenet.Wire.Internet;

namespace Catenet.Fabric.Cloud;

/// <summary>An elastic network interface: a device of an instance in a subnet, with private addresses and security groups.</summary>
public sealed class NetworkInterface
{
    /// <summary>Neighbour discovery is the network's own business and no group's (RFC 4890 4.4.1).</summary>
    private static readonly byte[] NeighbourDiscovery =
        [IcmpV6Type.RouterSolicitation, IcmpV6Type.RouterAdvertisement, IcmpV6Type.NeighbourSolicitation, IcmpV6Type.NeighbourAdvertisement, IcmpV6Type.Redirect];

    private const int AsTheWireSeesIt = HookPriority.Tracking + 10;
    private const int AsTheWireGetsIt = HookPriority.SourceNat + 10;

    private FilterChain? _inbound;
    private FilterChain? _outbound;
    private SecurityGroup[] _groups = [];

    internal NetworkInterface(Subnet subnet, EthernetDevice device, InetAddress? address, InetAddress? addressV6)
    {
        Subnet = subnet;
        Device = device;
        Address = address;
        AddressV6 = addressV6;
    }

    /// <summary>The subnet.</summary>
    public Subnet Subnet { get; }

    /// <summary>The device on the instance.</summary>
    public EthernetDevice Device { get; }

    /// <summary>The instance.</summary>
    public Host Host => Device.Host;

    /// <summary>The private IPv4 address; null if it has none.</summary>
    public InetAddress? Address { get; }

    /// <summary>The IPv6 address, which is public; null if the subnet has no IPv6.</summary>
    public InetAddress? AddressV6 { get; }

    /// <summary>The elastic (public) IPv4 address; null if it has none.</summary>
    public InetAddress? ElasticAddress { get; internal set; }

    /// <summary>The security groups. Empty: nothing is filtered.</summary>
    public IReadOnlyList<SecurityGroup> Groups => _groups;

    internal IEnumerable<InetAddress> Addresses => new[] { Address, AddressV6 }.OfType<InetAddress>();

    /// <summary>Puts the interface into other security groups.</summary>
    public void SetGroups(params SecurityGroup[] groups)
    {
        foreach (var group in _groups)
        {
            group.Leave(this);
        }

        _groups = [.. groups.Distinct()];
        RemakeChains();
        foreach (var group in _groups)
        {
            group.Join(this);
        }

        RefreshSecurity();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Host.Name}.{Device.Name}";

    internal void RefreshSecurity()
    {
        if (_inbound is not null && _outbound is not null)
        {
            Fill(_inbound, inbound: true);
            Fill(_outbound, inbound: false);
        }
    }

    private void RemakeChains()
    {
        if (_inbound is not null)
        {
            Host.Netfilter.RemoveChain(_inbound);
            Host.Netfilter.RemoveChain(_outbound!);
            _inbound = _outbound = null;
        }

        if (_groups.Length == 0)
        {
            return;
        }

        Host.Netfilter.EnableTracking();
        string name = "sg/" + string.Join('+', _groups.Select(g => g.Name));
        name = Host.Netfilter.FindChain($"{name}/in") is null ? name : $"{name}@{Device.Name}";
        _inbound = Host.Netfilter.AddChain($"{name}/in", HookPoint.PreRouting, null, AsTheWireSeesIt, DropReason.SecurityGroupDeny);
        _outbound = Host.Netfilter.AddChain($"{name}/out", HookPoint.PostRouting, null, AsTheWireGetsIt, DropReason.SecurityGroupDeny);
    }

    private void Fill(FilterChain chain, bool inbound)
    {
        chain.Clear();
        var here = inbound ? new FilterMatch { InInterface = Device.Name } : new FilterMatch { OutInterface = Device.Name };
        chain.Add(here with { States = ConnectionStates.Established | ConnectionStates.Related }, RuleAction.Accept, "answers");
        foreach (byte type in Subnet.CidrV6 is null ? [] : NeighbourDiscovery)
        {
            chain.Add(here with { Protocol = IpProtocol.IcmpV6, IPv6 = true, IcmpType = type }, RuleAction.Accept, "neighbour discovery");
        }

        foreach (var group in _groups)
        {
            foreach (var match in group.Matches(inbound))
            {
                chain.Add(match with { InInterface = here.InInterface, OutInterface = here.OutInterface }, RuleAction.Accept, group.ToString());
            }
        }

        chain.Add(here, RuleAction.Drop, "no rule allows it");
    }
}
