using Catenet.Core;
using Catenet.Fabric.Cloud;
using Catenet.Kernel.Netfilter;

namespace Catenet.Fabric.Tests.Cloud;

public sealed class SecurityGroupTests : IDisposable
{
    private readonly CloudFixture _cloud = new();

    [Fact]
    public void A_new_group_lets_nobody_in()
    {
        _cloud.Bob(new SecurityGroup("web"));
        Assert.False(_cloud.AliceReaches());
        Assert.StartsWith("bob SecurityGroupDeny sg/web/in rule", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void A_group_is_stateful_so_that_answers_pass_whatever_may_go_out()
    {
        var group = new SecurityGroup("web").AllowIn(FilterMatch.Udp(7)).DenyOut();
        var bob = _cloud.Bob(group);
        Assert.True(_cloud.AliceReaches());
        Assert.False(_cloud.AliceReaches(8));

        _cloud.Exchange.Serve(_cloud.Alice, 9);
        Assert.Null(_cloud.Exchange.Ask(bob.Host, InetAddress.Parse("198.51.100.2"), 9));
        Assert.StartsWith("bob SecurityGroupDeny sg/web/out rule", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void What_an_instance_asks_is_answered_though_nothing_may_come_in()
    {
        var bob = _cloud.Bob(new SecurityGroup("web"));
        _cloud.Exchange.Serve(_cloud.Alice, 9);
        Assert.NotNull(_cloud.Exchange.Ask(bob.Host, InetAddress.Parse("198.51.100.2"), 9));
    }

    [Fact]
    public void Several_groups_allow_what_any_of_them_does()
    {
        var bob = _cloud.Bob(new SecurityGroup("web").AllowIn(FilterMatch.Udp(7)), new SecurityGroup("more").AllowIn(FilterMatch.Udp(8)));
        _cloud.Exchange.Serve(bob.Host, 8);
        Assert.True(_cloud.AliceReaches(7));
        Assert.True(_cloud.AliceReaches(8));
        Assert.False(_cloud.AliceReaches(9));
        Assert.StartsWith("bob SecurityGroupDeny sg/web+more/in", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void A_rule_may_name_another_group_and_follows_its_members()
    {
        var web = new SecurityGroup("web");
        var bob = _cloud.Bob(new SecurityGroup("db").AllowIn(FilterMatch.Udp(7), web));
        var carol = _cloud.Data.Launch("carol");
        Assert.Null(_cloud.Exchange.Ask(carol.Host, bob.Primary.Address!.Value, 7));
        carol.Primary.SetGroups(web);
        Assert.NotNull(_cloud.Exchange.Ask(carol.Host, bob.Primary.Address.Value, 7));
        Assert.NotNull(_cloud.Exchange.Ask(carol.Host, bob.Primary.AddressV6!.Value, 7));
        carol.Primary.SetGroups();
        Assert.Null(_cloud.Exchange.Ask(carol.Host, bob.Primary.Address.Value, 7));
    }

    [Fact]
    public void A_group_filters_IPv6_and_leaves_neighbour_discovery_alone()
    {
        var bob = _cloud.Bob(new SecurityGroup("web").AllowIn(FilterMatch.Udp(7)).DenyOut());
        var six = bob.Primary.AddressV6!.Value;
        Assert.NotNull(_cloud.Exchange.Ask(_cloud.Alice, six, 7));
        Assert.Null(_cloud.Exchange.Ask(_cloud.Alice, six, 8));
        Assert.StartsWith("bob SecurityGroupDeny", Assert.Single(_cloud.Exchange.Drops));
    }

    [Fact]
    public void A_group_is_asked_within_the_subnet_too()
    {
        var bob = _cloud.Bob(new SecurityGroup("web"));
        var carol = _cloud.Web.Launch("carol");
        Assert.Null(_cloud.Exchange.Ask(carol.Host, bob.Primary.Address!.Value, 7));
    }

    [Fact]
    public void Rules_and_groups_can_change_while_in_use()
    {
        var group = new SecurityGroup("web");
        var bob = _cloud.Bob(group);
        Assert.False(_cloud.AliceReaches());
        group.AllowIn(FilterMatch.Udp(7));
        Assert.True(_cloud.AliceReaches());
        bob.Primary.SetGroups(new SecurityGroup("other"));
        Assert.False(_cloud.AliceReaches());
        bob.Primary.SetGroups();
        Assert.True(_cloud.AliceReaches());
        Assert.Empty(bob.Host.Netfilter.Chains);
    }

    public void Dispose() => _cloud.Dispose();
}
