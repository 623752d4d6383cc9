using Catenet.Core;
using Catenet.Fabric.Cloud;

namespace Catenet.Fabric.Tests.Cloud;

public sealed class VpcTests : IDisposable
{
    private readonly CloudFixture _cloud = new();

    [Fact]
    public void Instances_get_the_addresses_after_those_that_the_cloud_keeps()
    {
        var bob = _cloud.Web.Launch("bob").Primary;
        var carol = _cloud.Web.Launch("carol").Primary;
        Assert.Equal("10.0.1.4", bob.Address.ToString());
        Assert.Equal("2001:db8:c000:1::4", bob.AddressV6.ToString());
        Assert.Equal("10.0.1.5", carol.Address.ToString());
    }

    [Theory]
    [InlineData("10.0.1.3")]
    [InlineData("10.0.1.255")]
    [InlineData("10.0.2.9")]
    [InlineData("10.0.1.9")]
    public void An_address_that_is_reserved_or_taken_or_elsewhere_cannot_be_pinned(string address)
    {
        _cloud.Web.Launch("bob", new InterfaceSettings { Address = InetAddress.Parse("10.0.1.9") });
        var error = Assert.Throws<ArgumentException>(() => _cloud.Web.Launch("eve", new InterfaceSettings { Address = InetAddress.Parse(address) }));
        Assert.Contains("10.0.1.4 to 10.0.1.254", error.Message);
    }

    [Theory]
    [InlineData("10.1.0.0/24")]
    [InlineData("10.0.1.128/25")]
    [InlineData("10.0.9.0/29")]
    public void A_subnet_must_lie_in_the_vpc_and_overlap_no_other(string cidr)
    {
        Assert.Throws<ArgumentException>(() => _cloud.Vpc.AddSubnet("more", InetPrefix.Parse(cidr)));
    }

    [Fact]
    public void Subnets_of_a_vpc_reach_each_other_by_both_families()
    {
        var bob = _cloud.Bob();
        var db = _cloud.Data.Launch("db");
        Assert.Equal(new InetEndpoint(bob.Primary.Address!.Value, 7), _cloud.Exchange.Ask(db.Host, bob.Primary.Address.Value, 7));
        Assert.Equal(db.Primary.Address, _cloud.Exchange.LastClient.Address);
        Assert.NotNull(_cloud.Exchange.Ask(db.Host, bob.Primary.AddressV6!.Value, 7));
    }

    [Fact]
    public void The_internet_gateway_translates_an_elastic_address_to_the_private_one_and_back()
    {
        _cloud.Bob();
        Assert.Equal(new InetEndpoint(CloudFixture.Elastic, 7), _cloud.Exchange.Ask(_cloud.Alice, CloudFixture.Elastic, 7));
        Assert.Equal("198.51.100.2", _cloud.Exchange.LastClient.Address.ToString());
    }

    [Fact]
    public void An_instance_is_known_outside_by_its_elastic_address_and_keeps_its_port()
    {
        var bob = _cloud.Bob();
        _cloud.Exchange.Serve(_cloud.Alice, 9);
        Assert.NotNull(_cloud.Exchange.Ask(bob.Host, InetAddress.Parse("198.51.100.2"), 9, fromPort: 5555));
        Assert.Equal(new InetEndpoint(CloudFixture.Elastic, 5555), _cloud.Exchange.LastClient);
    }

    [Fact]
    public void An_instance_without_an_elastic_address_does_not_get_out()
    {
        var carol = _cloud.Web.Launch("carol");
        _cloud.Exchange.Serve(_cloud.Alice, 9);
        Assert.Null(_cloud.Exchange.Ask(carol.Host, InetAddress.Parse("198.51.100.2"), 9));
        Assert.Contains(_cloud.Exchange.Drops, d => d.StartsWith("aws.igw NatNoMapping", StringComparison.Ordinal));
    }

    [Fact]
    public void A_private_address_cannot_be_reached_from_outside_even_by_who_has_a_route()
    {
        var bob = _cloud.Bob();
        _cloud.Net.Routes.Add(InetPrefix.Parse("10.0.0.0/16"), InetAddress.Parse("192.0.2.2"));
        Assert.Null(_cloud.Exchange.Ask(_cloud.Alice, bob.Primary.Address!.Value, 7));
        Assert.Contains(_cloud.Exchange.Drops, d => d.StartsWith("aws.igw NatNoMapping", StringComparison.Ordinal));
    }

    [Fact]
    public void IPv6_passes_the_gateway_without_translation()
    {
        var bob = _cloud.Bob();
        var six = bob.Primary.AddressV6!.Value;
        Assert.Equal(new InetEndpoint(six, 7), _cloud.Exchange.Ask(_cloud.Alice, six, 7));
        Assert.Equal("2001:db8:a::2", _cloud.Exchange.LastClient.Address.ToString());
    }

    [Fact]
    public void A_subnet_without_a_route_to_the_gateway_is_private()
    {
        var db = _cloud.Data.Launch("db");
        _cloud.Exchange.Serve(_cloud.Alice, 9);
        Assert.Null(_cloud.Exchange.Ask(db.Host, InetAddress.Parse("198.51.100.2"), 9));
        Assert.Contains(_cloud.Exchange.Drops, d => d.StartsWith("aws.data IpNoRoute", StringComparison.Ordinal));
    }

    [Fact]
    public void An_elastic_address_can_be_taken_away()
    {
        var bob = _cloud.Bob();
        Assert.True(_cloud.AliceReaches());
        Assert.True(_cloud.Gateway.Disassociate(bob.Primary));
        Assert.False(_cloud.AliceReaches());
        Assert.False(_cloud.Gateway.Disassociate(bob.Primary));
        _cloud.Gateway.Associate(bob.Primary, CloudFixture.Elastic);
        Assert.True(_cloud.AliceReaches());
    }

    [Fact]
    public void An_instance_reaches_another_by_its_elastic_address()
    {
        _cloud.Bob();
        var carol = _cloud.Web.Launch("carol");
        _cloud.Gateway.Associate(carol.Primary, InetAddress.Parse("203.0.113.11"));
        Assert.Equal(new InetEndpoint(CloudFixture.Elastic, 7), _cloud.Exchange.Ask(carol.Host, CloudFixture.Elastic, 7));
        Assert.Equal("203.0.113.11", _cloud.Exchange.LastClient.Address.ToString());
    }

    public void Dispose() => _cloud.Dispose();
}
