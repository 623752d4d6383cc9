using Catenet.Core;
using Catenet.Fabric.Cloud;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Tests.Cloud;

public sealed class NetworkAclTests : IDisposable
{
    private readonly CloudFixture _cloud = new();

    [Fact]
    public void An_acl_without_rules_refuses_everything()
    {
        _cloud.Bob();
        _cloud.Web.SetAcl(new NetworkAcl("web"));
        Assert.False(_cloud.AliceReaches());
        Assert.Equal("aws.web NetworkAclDeny chain nacl/web/in (policy drop)", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void An_acl_is_stateless_so_that_the_answer_needs_a_rule_of_its_own()
    {
        _cloud.Bob();
        var acl = new NetworkAcl("web").AllowIn(100, FilterMatch.Udp(7));
        _cloud.Web.SetAcl(acl);
        Assert.False(_cloud.AliceReaches());
        Assert.Equal("aws.web NetworkAclDeny chain nacl/web/out (policy drop)", Assert.Single(_cloud.Exchange.Drops));

        acl.AllowOut(100, FilterMatch.Udp(PortRange.Ephemeral));
        Assert.True(_cloud.AliceReaches());
    }

    [Fact]
    public void The_lowest_number_that_matches_decides_in_whatever_order_the_rules_came()
    {
        _cloud.Bob();
        var acl = new NetworkAcl("web").AllowIn(200, FilterMatch.All).AllowOut(100, FilterMatch.All);
        _cloud.Web.SetAcl(acl);
        Assert.True(_cloud.AliceReaches());
        acl.DenyIn(100, FilterMatch.Udp(7));
        Assert.False(_cloud.AliceReaches());
        Assert.Contains("nacl/web/in rule 100: udp dport 7 drop", Assert.Single(_cloud.Exchange.Drops));
        Assert.True(acl.RemoveIn(100));
        Assert.True(_cloud.AliceReaches());
    }

    [Fact]
    public void A_rule_with_several_matches_holds_for_each()
    {
        _cloud.Bob();
        var acl = new NetworkAcl("web").AllowIn(100, FilterMatch.Tcp(443), FilterMatch.Udp(7)).AllowOut(100, FilterMatch.All);
        _cloud.Web.SetAcl(acl);
        Assert.True(_cloud.AliceReaches());
        Assert.False(_cloud.AliceReaches(8));
        Assert.Contains("chain nacl/web/in", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void An_acl_sees_private_addresses()
    {
        _cloud.Bob();
        _cloud.Web.SetAcl(new NetworkAcl("web")
            .AllowIn(100, FilterMatch.Udp(7) with { Destination = InetPrefix.Parse("10.0.1.4/32") })
            .AllowOut(100, FilterMatch.All with { Source = InetPrefix.Parse("10.0.1.4/32") }));
        Assert.True(_cloud.AliceReaches());
    }

    [Fact]
    public void An_acl_is_not_asked_within_the_subnet_but_between_subnets()
    {
        var bob = _cloud.Bob();
        var carol = _cloud.Web.Launch("carol");
        var db = _cloud.Data.Launch("db");
        _cloud.Web.SetAcl(new NetworkAcl("web"));
        Assert.NotNull(_cloud.Exchange.Ask(carol.Host, bob.Primary.Address!.Value, 7));
        Assert.Null(_cloud.Exchange.Ask(db.Host, bob.Primary.Address.Value, 7));
        Assert.StartsWith("aws.web NetworkAclDeny", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void An_acl_filters_IPv6_too()
    {
        var bob = _cloud.Bob();
        var acl = new NetworkAcl("web").AllowIn(100, FilterMatch.Udp(7)).AllowOut(100, FilterMatch.All);
        _cloud.Web.SetAcl(acl);
        Assert.NotNull(_cloud.Exchange.Ask(_cloud.Alice, bob.Primary.AddressV6!.Value, 7));
        acl.RemoveIn(100);
        Assert.Null(_cloud.Exchange.Ask(_cloud.Alice, bob.Primary.AddressV6.Value, 7));
    }

    [Fact]
    public void An_acl_can_be_taken_away_and_put_before_two_subnets()
    {
        _cloud.Bob();
        var acl = new NetworkAcl("web");
        _cloud.Web.SetAcl(acl);
        _cloud.Data.SetAcl(acl);
        Assert.Equal(2, acl.Subnets.Count);
        Assert.False(_cloud.AliceReaches());
        _cloud.Web.SetAcl(null);
        Assert.True(_cloud.AliceReaches());
        Assert.Empty(_cloud.Web.Router.Netfilter.Chains);
    }

    [Fact]
    public void Mistaken_rules_are_refused()
    {
        var acl = new NetworkAcl("web").AllowIn(100, FilterMatch.All);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => acl.DenyIn(100, FilterMatch.All)).Message);
        Assert.Throws<ArgumentException>(() => acl.DenyIn(0, FilterMatch.All));
        Assert.Throws<ArgumentException>(() => acl.DenyIn(32767, FilterMatch.All));
        Assert.Contains("stateless", Assert.Throws<ArgumentException>(() => acl.AllowIn(5, FilterMatch.State(ConnectionStates.Established))).Message);
    }

    public void Dispose() => _cloud.Dispose();
}
