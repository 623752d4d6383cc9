using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Routing;
using Catenet.Kernel.Tests.Support;

namespace Catenet.Kernel.Tests;

/// <summary>A router remembers where it sent the packets of two addresses; what an administrator changes must still hold from the next packet on.</summary>
public sealed class RememberedRouteTests : KernelTest
{
    private readonly Host _router;
    private readonly EthernetDevice _in, _left, _right;
    private readonly TestPort _from, _toLeft, _toRight;

    public RememberedRouteTests()
    {
        _router = Quiet("r", s => s.Forwarding = true);
        (_in, _from) = AddPort(_router, "eth0", "10.0.1.1/24", "2001:db8:1::1/64");
        (_left, _toLeft) = AddPort(_router, "eth1", "10.0.2.1/24", "2001:db8:2::1/64");
        (_right, _toRight) = AddPort(_router, "eth2", "10.0.3.1/24", "2001:db8:3::1/64");
        Know(_in, "10.0.1.2", "2001:db8:1::2");
        Know(_left, "10.0.2.2", "2001:db8:2::2");
        Know(_right, "10.0.3.2", "2001:db8:3::2");
    }

    public static TheoryData<string, string, string, string, string> Families => new()
    {
        { "10.0.1.2", "172.16.0.9", "172.16.0.0/12", "10.0.2.2", "10.0.3.2" },
        { "2001:db8:1::2", "2001:db8:ffff::9", "2001:db8:ffff::/48", "2001:db8:2::2", "2001:db8:3::2" },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void A_changed_route_takes_the_next_packet(string from, string to, string prefix, string left, string right)
    {
        var route = _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        AssertWay(from, to, 1, 0);
        AssertWay(from, to, 1, 0);
        _router.Routes.Remove(route);
        AssertWay(from, to, 0, 0);
        _router.Routes.Add(InetPrefix.Parse(prefix), A(right));
        AssertWay(from, to, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_more_specific_route_takes_the_next_packet(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        AssertWay(from, to, 1, 0);
        _router.Routes.Add(new InetPrefix(A(to), A(to).Bits), A(right));
        AssertWay(from, to, 0, 1);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void An_address_that_becomes_the_routers_own_is_delivered(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        AssertWay(from, to, 1, 0);
        Configure(_right, A(to).IsIPv4 ? $"{to}/32" : $"{to}/128");
        Run(3);
        _from.Sent.Clear();
        AssertWay(from, to, 0, 0);
        Assert.NotEmpty(_from.Sent);
        _ = right;
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_reverse_path_filter_acts_from_the_next_packet_on(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        _router.Routes.Add(new InetPrefix(A(from), A(from).Bits), A(right));
        AssertWay(from, to, 1, 0);
        _in.Settings.RpFilter = 1;
        AssertWay(from, to, 0, 0);
        Assert.Equal(1, _router.Drops[DropReason.IpReversePathFilter]);
        _in.Settings.RpFilter = 0;
        AssertWay(from, to, 1, 0);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Forwarding_switched_off_ends_it(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        AssertWay(from, to, 1, 0);
        _router.Settings.Forwarding = false;
        AssertWay(from, to, 0, 0);
        Assert.Equal(1, _router.Drops[DropReason.IpForwardingOff]);
        _ = right;
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_neighbour_that_was_forgotten_is_asked_for_again(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        AssertWay(from, to, 1, 0);
        _router.Neighbours.Remove(_left, A(left));
        _toLeft.Sent.Clear();
        Inject(from, to);
        byte[] asked = _toLeft.Sent.Dequeue();
        Assert.True((asked[0] & 1) != 0, "a request to a group");
        _ = right;
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_route_by_a_device_taken_down_is_not_followed(string from, string to, string prefix, string left, string right)
    {
        _router.Routes.Add(InetPrefix.Parse(prefix), A(left));
        _router.Routes.Add(InetPrefix.Parse(prefix), A(right), metric: 9);
        AssertWay(from, to, 1, 0);
        _left.TakeDown();
        AssertWay(from, to, 0, 1);
    }

    [Fact]
    public void What_is_remembered_of_many_senders_is_bounded()
    {
        _router.Routes.Add(InetPrefix.Parse("172.16.0.0/12"), A("10.0.2.2"));
        for (int i = 0; i < 5_000; i++)
        {
            Inject($"10.1.{i >> 8}.{i & 255}", $"172.16.{i & 255}.{i >> 8}");
            Assert.InRange(_in.InputRoutes.Places, 1, InputRouteCache.MaxPlaces);
        }

        Assert.Equal(InputRouteCache.MaxPlaces, _in.InputRoutes.Places);
    }

    private void AssertWay(string from, string to, int left, int right)
    {
        _toLeft.Sent.Clear();
        _toRight.Sent.Clear();
        Inject(from, to);
        Assert.Equal((left, right), (_toLeft.Sent.Count, _toRight.Sent.Count));
    }

    private void Inject(string from, string to)
    {
        _from.Inject(FromPeer(_in, EchoRequest(from, to)));
        Run(0.01);
    }
}
