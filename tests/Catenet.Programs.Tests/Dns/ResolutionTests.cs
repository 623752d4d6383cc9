using System.Net.Sockets;
using Catenet.Core;
using Catenet.Programs.Dns;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Tests.Dns;

public class ResolutionTests
{
    private readonly NameWorld _world = new();

    [Fact]
    public void A_name_is_found_by_walking_from_the_root_and_then_from_the_cache()
    {
        var addresses = Resolve("www.example.com", AddressFamily.InterNetwork);
        Assert.Equal([InetAddress.Parse("203.0.113.10")], addresses);
        Assert.Equal(
        [
            "alice: www.example.com. IN A: query to 10.0.4.2:53",
            "resolver: www.example.com. IN A: asked by 10.0.5.2",
            "resolver: www.example.com. IN A: query to 10.0.1.2 (zone .)",
            "root: www.example.com. IN A from 10.0.4.2: referral to com.",
            "resolver: www.example.com. IN A: 10.0.1.2: referral to com. (ns.com.)",
            "resolver: www.example.com. IN A: query to 10.0.2.2 (zone com.)",
            "com: www.example.com. IN A from 10.0.4.2: referral to example.com.",
            "resolver: www.example.com. IN A: 10.0.2.2: referral to example.com. (ns1.example.com.)",
            "resolver: www.example.com. IN A: query to 10.0.3.2 (zone example.com.)",
            "example: www.example.com. IN A from 10.0.4.2: answer A 203.0.113.10",
            "resolver: www.example.com. IN A: 10.0.3.2: A 203.0.113.10 ttl 60",
            "alice: www.example.com. IN A: answer from 10.0.4.2:53: A 203.0.113.10 ttl 60",
        ], _world.Steps.Select(WithoutClientPort));

        _world.Steps.Clear();
        _world.Net.Run(Duration.FromSeconds(10));
        Resolve("www.example.com", AddressFamily.InterNetwork);
        var step = Assert.Single(_world.Steps);
        Assert.StartsWith("alice: www.example.com. IN A: cache: 203.0.113.10, ", step);

        // After the record's minute, only the zone's own server needs asking.
        _world.Steps.Clear();
        _world.Net.Run(Duration.FromSeconds(60));
        Resolve("www.example.com", AddressFamily.InterNetwork);
        Assert.Contains("resolver: www.example.com. IN A: query to 10.0.3.2 (zone example.com.)", _world.Steps);
        Assert.DoesNotContain(_world.Steps, s => s.StartsWith("root:", StringComparison.Ordinal));
        _world.Finish();
    }

    [Fact]
    public void Both_families_are_asked_for_and_what_cannot_be_reached_comes_last()
    {
        var addresses = Resolve("www.example.com", AddressFamily.Unspecified);
        Assert.Equal([InetAddress.Parse("203.0.113.10"), InetAddress.Parse("2001:db8::10")], addresses);
        _world.Finish();
    }

    [Fact]
    public void Aliases_are_followed_within_a_zone_and_out_of_it()
    {
        Assert.Equal([InetAddress.Parse("203.0.113.10")], Resolve("alias.example.com", AddressFamily.InterNetwork));
        Assert.Equal([InetAddress.Parse("203.0.113.20")], Resolve("out.example.com", AddressFamily.InterNetwork));
        _world.Finish();
    }

    [Fact]
    public void Aliases_that_go_round_end_in_a_failure()
    {
        Assert.Equal(SocketError.TryAgain, Error("loop.example.com"));
        _world.Finish();
    }

    [Fact]
    public void What_does_not_exist_is_told_apart_and_kept()
    {
        Assert.Equal(SocketError.HostNotFound, Error("nothing.example.com"));
        Assert.Equal(SocketError.NoData, Error("below.example.com"));
        _world.Steps.Clear();
        Assert.Equal(SocketError.HostNotFound, Error("nothing.example.com"));
        Assert.Equal(SocketError.NoData, Error("below.example.com"));
        Assert.All(_world.Steps, s => Assert.Contains("cache: ", s));

        _world.Net.Run(Duration.FromSeconds(61));
        _world.Steps.Clear();
        Error("nothing.example.com");
        Assert.Contains(_world.Steps, s => s.StartsWith("example:", StringComparison.Ordinal));
        _world.Finish();
    }

    [Fact]
    public void A_wildcard_answers_for_names_that_are_not_there()
    {
        Assert.Equal([InetAddress.Parse("203.0.113.12")], Resolve("a.b.wild.example.com", AddressFamily.InterNetwork));
        _world.Finish();
    }

    [Fact]
    public void A_big_answer_comes_over_TCP()
    {
        var (code, records) = _world.Run(() => _world.Stub.QueryAsync(DnsName.Parse("big.example.com"), DnsType.TXT));
        Assert.Equal(DnsResponseCode.NoError, code);
        Assert.Equal(60, records.Count);
        Assert.Contains(_world.Steps, s => s.Contains("(over TCP)", StringComparison.Ordinal));
        _world.Finish();
    }

    [Fact]
    public void A_silent_resolver_is_asked_twice_for_five_seconds_each()
    {
        var world = new NameWorld(resolverAddress: "10.0.4.99");
        var begun = world.Net.Loop.Now;
        Assert.Equal(SocketError.TryAgain, Error("www.example.com", world));
        Assert.InRange((world.Net.Loop.Now - begun).TotalSeconds, 2, 10.1);
        Assert.Equal(2, world.Steps.Count(s => s.Contains("query to", StringComparison.Ordinal)));
        world.Finish();
    }

    [Fact]
    public void What_a_server_says_of_somebody_elses_names_is_not_believed()
    {
        // The server of evil.net claims, on the side, an address of www.example.com.
        var evil = new DnsZone(DnsName.Parse("evil.net"), DnsName.Parse("ns.evil.net"))
            .AddNameServer("@", 3600, "ns", NameWorld.Of(6))
            .Add(DnsRecord.Alias(DnsName.Parse("www.evil.net"), 60, DnsName.Parse("www.example.com")));
        var host = _world.Net.Host("evil");
        _world.Net.Connect(host, "10.0.6.2/24", _world.Router, "10.0.6.1/24");
        host.Routes.AddDefault(InetAddress.Parse("10.0.6.1"));
        _world.Net_.AddNameServer("evil", 3600, "ns.evil", NameWorld.Of(6));
        using (_world.Net.Loop.Enter())
        {
            _world.Start(new LyingServer(host, evil));
        }

        Assert.Equal([InetAddress.Parse("203.0.113.10")], Resolve("www.evil.net", AddressFamily.InterNetwork));
        Assert.Equal([InetAddress.Parse("203.0.113.10")], Resolve("www.example.com", AddressFamily.InterNetwork));
        _world.Finish();
    }

    [Fact]
    public void A_forwarder_asks_once_and_answers_from_its_cache()
    {
        var forwarder = new DnsForwarder(_world.Router, [new InetEndpoint(NameWorld.Of(4), 53)]);
        using (_world.Net.Loop.Enter())
        {
            _world.Start(forwarder);
        }

        var stub = new StubResolver(_world.Alice, new StubResolverOptions { Servers = [new InetEndpoint(InetAddress.Parse("10.0.5.1"), 53)], CacheCapacity = 1 });
        for (int i = 0; i < 2; i++)
        {
            stub.Cache.Clear();
            var (_, records) = _world.Run(() => stub.QueryAsync(DnsName.Parse("www.example.com"), DnsType.A));
            Assert.Equal("203.0.113.10", Assert.Single(records).Data.ToString());
        }

        Assert.Equal(1, _world.Resolver.Answered);
        Assert.Equal(2, forwarder.Answered);
        _world.Finish();
    }

    [Fact]
    public void The_hosts_file_the_search_list_and_literals_come_before_the_servers()
    {
        var stub = new StubResolver(_world.Alice, new StubResolverOptions
        {
            Servers = [new InetEndpoint(NameWorld.Of(4), 53)],
            Search = ["example.com"],
            Hosts = new Dictionary<string, IReadOnlyList<InetAddress>> { ["printer"] = [InetAddress.Parse("10.9.9.9")] },
        });
        Assert.Equal([InetAddress.Parse("10.9.9.9")], _world.Run(() => stub.ResolveAsync("PRINTER", AddressFamily.InterNetwork).AsTask()));
        Assert.Equal([InetAddress.LoopbackIPv4], _world.Run(() => stub.ResolveAsync("localhost", AddressFamily.InterNetwork).AsTask()));
        Assert.Equal([InetAddress.Parse("1.2.3.4")], _world.Run(() => stub.ResolveAsync("1.2.3.4", AddressFamily.InterNetwork).AsTask()));
        Assert.Equal([InetAddress.Parse("203.0.113.10")], _world.Run(() => stub.ResolveAsync("www", AddressFamily.InterNetwork).AsTask()));
        _world.Finish();
    }

    [Fact]
    public void Equal_seeds_give_equal_look_ups()
    {
        var one = new NameWorld(5);
        var two = new NameWorld(5);
        foreach (var world in new[] { one, two })
        {
            world.Run(() => world.Stub.ResolveAsync("out.example.com", AddressFamily.Unspecified).AsTask());
        }

        Assert.Equal(one.Steps, two.Steps);
        Assert.Equal(one.Net.Loop.Now, two.Net.Loop.Now);
    }

    private IReadOnlyList<InetAddress> Resolve(string name, AddressFamily family) =>
        _world.Run(() => _world.Stub.ResolveAsync(name, family).AsTask());

    private SocketError Error(string name, NameWorld? world = null)
    {
        world ??= _world;
        return Assert.Throws<SocketException>(() => world.Run(() => world.Stub.ResolveAsync(name, AddressFamily.InterNetwork).AsTask())).SocketErrorCode;
    }

    /// <summary>The ports that queries come from are random; take them off.</summary>
    private static string WithoutClientPort(string step) =>
        System.Text.RegularExpressions.Regex.Replace(step, @"((?:by|from) 10\.0\.\d\.2):(?!53\b)\d+", "$1");

    private sealed class LyingServer(Kernel.Host host, DnsZone zone) : DnsServer(host)
    {
        private readonly AuthoritativeServer _honest = new(host, zone);

        protected override ValueTask<DnsMessage> AnswerAsync(
            DnsMessage query, DnsQuestion question, InetEndpoint client, CancellationToken cancellationToken)
        {
            var lie = DnsRecord.Address(DnsName.Parse("www.example.com"), 86400, InetAddress.Parse("203.0.113.66"));
            var answer = _honest.Answer(query);
            return new(answer with { Answers = [.. answer.Answers, lie], Additionals = [.. answer.Additionals, lie] });
        }
    }
}
