using Catenet.Core;
using Catenet.Kernel.Netfilter;
using static Catenet.Kernel.Tests.Netfilter.TestPacket;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>The kinds of RFC 4787: who gets which outside port, and who may send to it.</summary>
public class NatBehaviourTests
{
    private const string Inside = "192.168.1.2:5000";
    private const string Server = "198.51.100.10:3478";

    public static TheoryData<string, bool, bool, bool> Kinds => new()
    {
        // name, same port outside for another address, lets in another port of the server, lets in strangers
        { nameof(NatBehaviour.Linux), true, false, false },
        { nameof(NatBehaviour.FullCone), true, true, true },
        { nameof(NatBehaviour.RestrictedCone), true, true, false },
        { nameof(NatBehaviour.PortRestrictedCone), true, false, false },
        { nameof(NatBehaviour.Symmetric), false, false, false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_NAT_behaves_as_its_kind_says(string kind, bool samePort, bool otherPortComesIn, bool strangerComesIn)
    {
        using var router = With(kind);
        string outside = Outside(router, Inside, Server);
        Assert.Equal(samePort, Outside(router, Inside, "198.51.100.20:3478") == outside);
        Assert.Equal(otherPortComesIn, ComesIn(router, "198.51.100.10:9999", outside));
        Assert.Equal(strangerComesIn, ComesIn(router, "198.51.100.99:1", outside));
        Assert.True(ComesIn(router, Server, outside));
    }

    [Fact]
    public void A_stranger_who_was_let_in_is_answered_from_the_same_port()
    {
        using var router = With(nameof(NatBehaviour.FullCone));
        string outside = Outside(router, Inside, Server);
        Assert.True(ComesIn(router, "198.51.100.99:1", outside));
        Assert.Equal(outside, Outside(router, Inside, "198.51.100.99:1"));
    }

    [Fact]
    public void A_refused_packet_names_the_mapping_that_did_not_admit_it()
    {
        using var router = With(nameof(NatBehaviour.RestrictedCone));
        string outside = Outside(router, Inside, Server);
        Assert.Null(router.In(Datagram("198.51.100.99:1", outside)));
        Assert.Equal(DropReason.NatNoMapping, router.LastDrop);
        Assert.Equal("udp 192.168.1.2:5000 as 203.0.113.1:5000", router.Hooks.Nat.Mappings.All.Single().ToString());
    }

    [Fact]
    public void A_mapping_ends_with_its_last_connection()
    {
        using var router = With(nameof(NatBehaviour.FullCone));
        string outside = Outside(router, Inside, Server);
        router.Wait(20);
        Outside(router, Inside, "198.51.100.20:3478");
        router.Wait(20);
        Assert.Equal(1, router.Hooks.Nat.Mappings.Count);
        Assert.True(ComesIn(router, "198.51.100.99:1", outside));
        router.Wait(31);
        Assert.Equal(0, router.Hooks.Nat.Mappings.Count);
        Assert.False(ComesIn(router, "198.51.100.99:1", outside));
    }

    [Fact]
    public void An_outside_port_belongs_to_one_inside_endpoint()
    {
        using var router = With(nameof(NatBehaviour.PortRestrictedCone));
        string first = Outside(router, Inside, Server);
        string second = Outside(router, "192.168.1.3:5000", "198.51.100.20:3478");
        Assert.Equal("203.0.113.1:5000", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Address_dependent_mapping_keeps_the_port_for_one_address()
    {
        using var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan", behaviour: new NatBehaviour(NatMappingKind.AddressDependent, NatFilteringKind.AddressAndPortDependent, PreservePorts: false));
        string outside = Outside(router, Inside, Server);
        Assert.Equal(outside, Outside(router, Inside, "198.51.100.10:9"));
        Assert.NotEqual(outside, Outside(router, Inside, "198.51.100.11:9"));
    }

    private static HookBench With(string kind)
    {
        var router = new HookBench();
        router.Hooks.Nat.Masquerade("wan", behaviour: (NatBehaviour)typeof(NatBehaviour).GetProperty(kind)!.GetValue(null)!);
        return router;
    }

    private static string Outside(HookBench router, string from, string to) => router.Out(Datagram(from, to))!.Split(' ')[1];

    private static bool ComesIn(HookBench router, string from, string to) => router.In(Datagram(from, to))?.EndsWith(Inside, StringComparison.Ordinal) == true;
}
