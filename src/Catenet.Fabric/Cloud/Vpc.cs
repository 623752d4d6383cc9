using Catenet.Core;

namespace Catenet.Fabric.Cloud;

/// <summary>A virtual private cloud: blocks of addresses, cut into subnets that reach each other, and a gateway to the Internet.</summary>
/// <remarks>
/// Built of the same pieces as any network. Each subnet is a switch with a router, whose routing table is the subnet's route table
/// and whose filter chains are its network ACL; the internet gateway is a router that translates one to one. Belongs to the loop's thread.
/// </remarks>
public sealed class Vpc
{
    private readonly List<InetPrefix> _blocks = [];
    private readonly List<Subnet> _subnets = [];
    private readonly Backbone _backbone;

    /// <summary>Makes a VPC.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="name">Its name: <c>aws</c>; the names of its parts begin with it.</param>
    /// <param name="blocks">Its blocks of addresses: IPv4 of /16 to /28; IPv6 of /44 to /60, usually a /56.</param>
    /// <exception cref="ArgumentException">A block is out of range or overlaps another, or there is no IPv4 block.</exception>
    public Vpc(EventLoop loop, string name, params InetPrefix[] blocks)
    {
        Loop = loop;
        Name = name;
        foreach (var block in blocks)
        {
            AddBlock(block);
        }

        if (!_blocks.Exists(b => b.IsIPv4))
        {
            throw new ArgumentException($"VPC {name} needs an IPv4 block such as 10.0.0.0/16.", nameof(blocks));
        }

        _backbone = new Backbone(loop, $"{name}.vpc");
    }

    /// <summary>The loop it lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The blocks of addresses.</summary>
    public IReadOnlyList<InetPrefix> Blocks => _blocks;

    /// <summary>The subnets.</summary>
    public IReadOnlyList<Subnet> Subnets => _subnets;

    /// <summary>The gateway to the Internet; null if it has none.</summary>
    public InternetGateway? InternetGateway { get; private set; }

    /// <summary>Cuts a subnet. It reaches every other one of the VPC.</summary>
    /// <param name="name">Its name: <c>web</c>.</param>
    /// <param name="cidr">Its IPv4 addresses, of one of the blocks, /16 to /28.</param>
    /// <param name="cidrV6">Its IPv6 addresses, a /64 of one of the blocks; null for none.</param>
    /// <exception cref="ArgumentException">The addresses are not the VPC's, or another subnet has them, or there is a subnet of that name.</exception>
    public Subnet AddSubnet(string name, InetPrefix cidr, InetPrefix? cidrV6 = null)
    {
        if (_subnets.Exists(s => s.Name == name))
        {
            throw new ArgumentException($"VPC {Name} has a subnet {name} already.", nameof(name));
        }

        CheckSubnet(name, cidr, cidr.IsIPv4 && cidr.Length <= 28, "an IPv4 block of /16 to /28");
        if (cidrV6 is { } six)
        {
            CheckSubnet(name, six, !six.IsIPv4 && six.Length == 64, "an IPv6 /64");
        }

        var subnet = new Subnet(this, name, cidr, cidrV6, _backbone);
        foreach (var other in _subnets)
        {
            Join(subnet.Attachment, other);
            Join(other.Attachment, subnet);
        }

        if (InternetGateway is { } gateway)
        {
            Join(gateway.Attachment, subnet);
        }

        _subnets.Add(subnet);
        return subnet;
    }

    /// <summary>Makes the internet gateway. Connect it upstream with <see cref="InternetGateway.Connect"/> and give subnets a route to it.</summary>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public InternetGateway AddInternetGateway()
    {
        if (InternetGateway is not null)
        {
            throw new InvalidOperationException($"VPC {Name} has an internet gateway already.");
        }

        InternetGateway = new InternetGateway(this, _backbone);
        foreach (var subnet in _subnets)
        {
            Join(InternetGateway.Attachment, subnet);
        }

        return InternetGateway;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private void AddBlock(InetPrefix block)
    {
        if (block.IsIPv4 ? block.Length is < 16 or > 28 : block.Length is < 44 or > 60)
        {
            throw new ArgumentException($"The block {block} of VPC {Name} must be an IPv4 block of /16 to /28 or an IPv6 block of /44 to /60.", nameof(block));
        }

        if (_blocks.Exists(b => b.Overlaps(block)))
        {
            throw new ArgumentException($"The block {block} overlaps another of VPC {Name}.", nameof(block));
        }

        _blocks.Add(block);
    }

    private static void Join(Backbone.Attachment from, Subnet to)
    {
        from.AddRoute(to.Cidr, to.Attachment);
        if (to.CidrV6 is { } six)
        {
            from.AddRoute(six, to.Attachment);
        }
    }

    private void CheckSubnet(string name, InetPrefix cidr, bool fits, string allowed)
    {
        if (!fits || !_blocks.Exists(b => b.Contains(cidr)))
        {
            throw new ArgumentException($"Subnet {name} has {cidr}; it must be {allowed} within {string.Join(" or ", _blocks)}.", nameof(cidr));
        }

        if (_subnets.Find(s => s.Cidr.Overlaps(cidr) || s.CidrV6?.Overlaps(cidr) == true) is { } other)
        {
            throw new ArgumentException($"Subnet {name} has {cidr}, which overlaps subnet {other.Name}.", nameof(cidr));
        }
    }
}
