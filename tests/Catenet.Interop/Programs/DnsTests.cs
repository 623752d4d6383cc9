using System.Net.Sockets;
using Catenet.Interop.Programs.Support;
using Catenet.Programs.Dns;
using Catenet.Programs.Tools;
using Catenet.Wire.Dns;

namespace Catenet.Interop.Programs;

/// <summary>dig and unbound against Catenet's name servers; Catenet's resolver and dig against unbound.</summary>
public sealed class DnsTests
{
    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Dig_and_unbound_ask_Catenets_servers(Terrain terrain, bool v6)
    {
        Needs.Linux("dig", "unbound");
        using var pair = new Pair(terrain);
        using var files = new Folder();
        using var stop = new CancellationTokenSource();
        string address = Pair.CatenetAddress(v6);

        var example = new DnsZone(DnsName.Parse("example.com"), DnsName.Parse("ns1.example.com"), negativeTtl: 60)
            .AddNameServer("@", 3600, "ns1", InetAddress.Parse(address))
            .Add("www", 60, InetAddress.Parse("203.0.113.10"))
            .Add("www", 60, InetAddress.Parse("2001:db8::10"))
            .Add(DnsRecord.Alias(DnsName.Parse("alias.example.com"), 30, DnsName.Parse("www.example.com")))
            .Add("*.wild", 60, InetAddress.Parse("203.0.113.12"));
        for (int i = 0; i < 60; i++)
        {
            example.Add(DnsRecord.Text(DnsName.Parse("big.example.com"), 60, $"string number {i} of a record set that is too big"));
        }

        var root = new DnsZone(DnsName.Root, DnsName.Parse("a.root."))
            .AddNameServer("@", 86400, "a.root.", InetAddress.Parse(address))
            .AddNameServer("example.com", 3600, "ns1.example.com.", InetAddress.Parse(address));
        var authoritative = pair.World.Begin(() => new AuthoritativeServer(pair.Host, root, example).RunAsync(stop.Token));
        foreach (string transport in (string[])["+notcp", "+tcp"])
        {
            Assert.Equal("203.0.113.10", Short(pair, address, transport, "www.example.com", "A"));
            Assert.Equal("2001:db8::10", Short(pair, address, transport, "www.example.com", "AAAA"));
            Assert.Equal("www.example.com.\n203.0.113.10", Short(pair, address, transport, "alias.example.com", "A"));
            Assert.Equal("203.0.113.12", Short(pair, address, transport, "anything.wild.example.com", "A"));
            Assert.Equal(60, Short(pair, address, transport, "big.example.com", "TXT").Split('\n').Length);
            Assert.Contains("status: NXDOMAIN", Dig(pair, address, transport, "nobody.example.com", "A"));
            string none = Dig(pair, address, transport, "www.example.com", "MX");
            Assert.Contains("status: NOERROR", none);
            Assert.Contains("ANSWER: 0, AUTHORITY: 1", none);
            string soa = Dig(pair, address, transport, "example.com", "SOA");
            Assert.Matches("flags: qr aa", soa);
        }

        Assert.Contains("flags: qr aa tc", Dig(pair, address, "+notcp", "+ignore", "+noedns", "big.example.com", "TXT"));
        Assert.Contains("status: NXDOMAIN", Dig(pair, address, "+notcp", "+norecurse", "www.example.org", "A"));

        // Unbound resolves from Catenet's root down.
        using var unbound = Unbound(pair, files, $"""
            stub-zone:
                name: "."
                stub-addr: {address}
            """);
        string text = Dig(pair, "127.0.0.1", "-p", "5353", "alias.example.com", "A");
        Assert.Contains("status: NOERROR", text);
        Assert.Contains("203.0.113.10", text);
        Assert.Contains("status: NXDOMAIN", Dig(pair, "127.0.0.1", "-p", "5353", "nobody.example.com", "A"));
        Assert.Equal(60, Short(pair, "127.0.0.1", "-p", "5353", "big.example.com", "TXT").Split('\n').Length);
        pair.World.Do(stop.Cancel);
        await authoritative;
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Dig_asks_Catenets_resolver_and_Catenet_asks_unbound(Terrain terrain, bool v6)
    {
        Needs.Linux("dig", "unbound");
        using var pair = new Pair(terrain);
        using var files = new Folder();
        using var stop = new CancellationTokenSource();
        using var unbound = Unbound(pair, files, $"""
                local-zone: "." static
                local-data: ". 3600 IN NS ns.test."
                local-data: ". 3600 IN SOA ns.test. host.test. 1 3600 3600 3600 3600"
                local-data: "ns.test. 3600 IN A {Pair.LinuxAddress(false)}"
                local-data: "ns.test. 3600 IN AAAA {Pair.LinuxAddress(true)}"
                local-data: "www.test. 60 IN A 192.0.2.7"
                local-data: "www.test. 60 IN AAAA 2001:db8::7"
                local-data: "mail.test. 60 IN MX 10 www.test."
            {string.Join('\n', Enumerable.Range(0, 60).Select(i => $"    local-data: 'big.test. 60 IN TXT \"string number {i} of a record set that is too big\"'"))}
            """, port: 53);
        var server = InetAddress.Parse(Pair.LinuxAddress(v6));

        // Catenet's stub resolver and dig.
        var stub = new StubResolver(pair.Host, new StubResolverOptions { Servers = [new InetEndpoint(server, 53)] });
        Assert.Equal([InetAddress.Parse("192.0.2.7")], pair.World.Wait(() => stub.ResolveAsync("www.test", AddressFamily.InterNetwork, default).AsTask()));
        Assert.Equal([InetAddress.Parse("2001:db8::7")], pair.World.Wait(() => stub.ResolveAsync("www.test", AddressFamily.InterNetworkV6, default).AsTask()));
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() =>
            pair.World.Wait(() => stub.ResolveAsync("nobody.test", AddressFamily.Unspecified, default).AsTask())).SocketErrorCode);
        var big = pair.World.Wait(() => new Dig(pair.Host).RunAsync("big.test", DnsType.TXT, server));
        Assert.Equal(60, big.Response!.Answers.Count);
        var mail = pair.World.Wait(() => new Dig(pair.Host).RunAsync("mail.test", DnsType.MX, server));
        Assert.Equal(DnsResponseCode.NoError, mail.Response!.ResponseCode);

        // Catenet's recursive resolver, whose root is unbound, asked by dig.
        var resolver = new RecursiveResolver(pair.Host, [new RootHint(DnsName.Parse("ns.test."), [server])], new RecursiveResolverOptions { UseIPv6 = v6 });
        var resolving = pair.World.Begin(() => resolver.RunAsync(stop.Token));
        string address = Pair.CatenetAddress(v6);
        foreach (string transport in (string[])["+notcp", "+tcp"])
        {
            string text = Dig(pair, address, transport, "www.test", "A");
            Assert.Contains("status: NOERROR", text);
            Assert.Contains("flags: qr rd ra", text);
            Assert.Contains("192.0.2.7", text);
            Assert.Contains("status: NXDOMAIN", Dig(pair, address, transport, "nobody.test", "A"));
            Assert.Equal(60, Short(pair, address, transport, "big.test", "TXT").Split('\n').Length);
        }

        pair.World.Do(stop.Cancel);
        await resolving;
        pair.Judge();
    }

    private static string Dig(Pair pair, string server, params string[] question) =>
        pair.Linux.Output("dig", [$"@{server}", "+time=1", "+tries=8", .. question]);

    private static string Short(Pair pair, string server, params string[] question) =>
        string.Join('\n', Dig(pair, server, [.. question, "+short"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith(';')));

    private static Linux.Namespaces.LinuxProcess Unbound(Pair pair, Folder files, string rest, int port = 5353)
    {
        string file = files.Write("unbound.conf", $"""
            server:
                do-daemonize: no
                use-syslog: no
                logfile: ""
                verbosity: 1
                chroot: ""
                username: ""
                directory: "{files.Path}"
                pidfile: ""
                interface: 0.0.0.0
                interface: ::0
                port: {port}
                access-control: 0.0.0.0/0 allow
                access-control: ::0/0 allow
                do-not-query-localhost: no
                module-config: "iterator"
                num-threads: 1
                qname-minimisation: no
            {rest}
            remote-control:
                control-enable: no
            """);
        return pair.Linux.Serve("start of service", "unbound", "-d", "-c", file);
    }
}
