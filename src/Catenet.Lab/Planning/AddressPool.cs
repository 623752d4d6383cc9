using Catenet.Core;

namespace Catenet.Lab.Planning;

/// <summary>Hands out subnets from a block, one after the other, and leaves out what is taken.</summary>
internal sealed class AddressPool(InetPrefix block, int length, ulong first = 0)
{
    private ulong _next = first;

    /// <summary>The next free subnet; null when the block is used up.</summary>
    public InetPrefix? Next(List<InetPrefix> taken)
    {
        ulong count = 1UL << Math.Min(length - block.Length, 40);
        while (_next < count)
        {
            var subnet = new InetPrefix(At(_next++), length);
            if (!taken.Exists(t => t.Overlaps(subnet)))
            {
                return subnet;
            }
        }

        return null;
    }

    private InetAddress At(ulong index) => block.IsIPv4
        ? InetAddress.FromIPv4(block.Address.ToIPv4() + (uint)(index << 32 - length))
        : new InetAddress(block.Address.High + (index << 64 - length), 0);
}

/// <summary>The blocks that a lab's derived subnets come from: private ones behind translators, those for documentation and benchmarks elsewhere.</summary>
internal sealed class AddressPools
{
    /// <summary>What a wire is used for.</summary>
    public enum Use
    {
        /// <summary>Behind a translator.</summary>
        Home,

        /// <summary>In front of a translator: a customer's line.</summary>
        Access,

        /// <summary>Between two routers.</summary>
        Trunk,

        /// <summary>Hosts out in the open.</summary>
        Open,

        /// <summary>Anything in a lab without an internet.</summary>
        Closed,
    }

    private readonly Dictionary<Use, AddressPool[]> _four = new()
    {
        [Use.Home] = [Pool("192.168.0.0/16", 24, 1), Pool("172.16.0.0/12", 24)],
        [Use.Access] = [Pool("203.0.113.0/24", 30), Pool("198.19.0.0/17", 30)],
        [Use.Trunk] = [Pool("192.0.2.0/24", 30), Pool("198.19.128.0/17", 30)],
        [Use.Open] = [Pool("198.18.0.0/16", 24, 1), Pool("100.64.0.0/10", 24)],
        [Use.Closed] = [Pool("10.0.0.0/8", 24, 1)],
    };

    private readonly Dictionary<Use, AddressPool> _six = new()
    {
        [Use.Home] = Pool("2001:db8:1::/48", 64, 1),
        [Use.Access] = Pool("2001:db8:2::/48", 64, 1),
        [Use.Trunk] = Pool("2001:db8:3::/48", 64, 1),
        [Use.Open] = Pool("2001:db8:4::/48", 64, 1),
        [Use.Closed] = Pool("2001:db8::/48", 64, 1),
    };

    private readonly AddressPool _clouds = Pool("2001:db8:c000::/36", 56);
    private readonly AddressPool _elastic = Pool("198.51.100.0/24", 32, 10);

    /// <summary>Everything that is pinned or handed out, so that nothing is given twice.</summary>
    public List<InetPrefix> Taken { get; } = [];

    public InetPrefix? NextIPv4(Use use, int ports)
    {
        bool narrow = use is Use.Access or Use.Trunk && ports > 2;
        return Take(_four[narrow ? Use.Open : use]);
    }

    public InetPrefix? NextIPv6(Use use) => Take([_six[use]]);

    public InetPrefix? NextCloudIPv6() => Take([_clouds]);

    public InetPrefix? NextElastic() => Take([_elastic]);

    private InetPrefix? Take(AddressPool[] pools)
    {
        foreach (var pool in pools)
        {
            if (pool.Next(Taken) is { } subnet)
            {
                Taken.Add(subnet);
                return subnet;
            }
        }

        return null;
    }

    private static AddressPool Pool(string block, int length, ulong first = 0) => new(InetPrefix.Parse(block), length, first);
}
