using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Programs.Dns;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Tests.Dns;

/// <summary>A small world of names behind one router: a root, com and example.com servers, a resolver, and alice who asks.</summary>
internal sealed class NameWorld : ITraceListener
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _servers = [];

    public NameWorld(ulong seed = 1, string resolverAddress = "10.0.4.2")
    {
        Net = new Network(seed);
        Router = Net.Router("router");
        RootHost = Attach("root", 1);
        ComHost = Attach("com", 2);
        ExampleHost = Attach("example", 3);
        ResolverHost = Attach("resolver", 4);
        Alice = Attach("alice", 5);
        Root = new DnsZone(DnsName.Root, DnsName.Parse("a.root."))
            .AddNameServer("@", 86400, "a.root.", Of(1))
            .AddNameServer("com", 172800, "ns.com.", Of(2))
            .AddNameServer("net", 172800, "ns.com.", Of(2));
        Com = new DnsZone(DnsName.Parse("com"), DnsName.Parse("ns.com"))
            .AddNameServer("@", 172800, "ns", Of(2))
            .AddNameServer("example", 3600, "ns1.example", Of(3));
        Net_ = new DnsZone(DnsName.Parse("net"), DnsName.Parse("ns.com"))
            .AddNameServer("glueless", 3600, "ns1.example.com.");
        Example = new DnsZone(DnsName.Parse("example.com"), DnsName.Parse("ns1.example.com"), negativeTtl: 60)
            .AddNameServer("@", 3600, "ns1", Of(3))
            .Add("www", 60, InetAddress.Parse("203.0.113.10"))
            .Add("www", 60, InetAddress.Parse("2001:db8::10"))
            .Add(DnsRecord.Alias(DnsName.Parse("alias.example.com"), 30, DnsName.Parse("www.example.com")))
            .Add(DnsRecord.Alias(DnsName.Parse("out.example.com"), 30, DnsName.Parse("www.glueless.net")))
            .Add(DnsRecord.Alias(DnsName.Parse("loop.example.com"), 30, DnsName.Parse("loop2.example.com")))
            .Add(DnsRecord.Alias(DnsName.Parse("loop2.example.com"), 30, DnsName.Parse("loop.example.com")))
            .Add("deep.below", 60, InetAddress.Parse("203.0.113.11"))
            .Add("*.wild", 60, InetAddress.Parse("203.0.113.12"));
        for (int i = 0; i < 60; i++)
        {
            Example.Add(DnsRecord.Text(DnsName.Parse("big.example.com"), 60, $"string number {i} of a record set that is too big"));
        }

        Glueless = new DnsZone(DnsName.Parse("glueless.net"), DnsName.Parse("ns1.example.com"))
            .AddNameServer("@", 3600, "ns1.example.com.")
            .Add("www", 60, InetAddress.Parse("203.0.113.20"));
        ExampleServer = new AuthoritativeServer(ExampleHost, Example, Glueless);
        Resolver = new RecursiveResolver(ResolverHost, [new RootHint(DnsName.Parse("a.root."), [Of(1)])], new RecursiveResolverOptions { UseIPv6 = false });
        Stub = new StubResolver(Alice, new StubResolverOptions { Servers = [new InetEndpoint(InetAddress.Parse(resolverAddress), 53)] });
        Alice.Resolver = Stub;
        Net.Loop.Tracer.Subscribe(this);
        using (Net.Loop.Enter())
        {
            Start(new AuthoritativeServer(RootHost, Root));
            Start(new AuthoritativeServer(ComHost, Com, Net_));
            Start(ExampleServer);
            Start(Resolver);
        }
    }

    public Network Net { get; }

    public Host Router { get; }

    public Host RootHost { get; }

    public Host ComHost { get; }

    public Host ExampleHost { get; }

    public Host ResolverHost { get; }

    public Host Alice { get; }

    public DnsZone Root { get; }

    public DnsZone Com { get; }

    public DnsZone Net_ { get; }

    public DnsZone Example { get; }

    public DnsZone Glueless { get; }

    public AuthoritativeServer ExampleServer { get; }

    public RecursiveResolver Resolver { get; }

    public StubResolver Stub { get; }

    public Dictionary<int, Link> Links { get; } = [];

    /// <summary>The steps of look-ups, as <c>node: detail</c>.</summary>
    public List<string> Steps { get; } = [];

    public static InetAddress Of(int network) => InetAddress.Parse($"10.0.{network}.2");

    public void Start(DnsServer server) => _servers.Add(server.RunAsync(_stop.Token));

    public T Run<T>(Func<Task<T>> program) => Net.Driver.Run(program, Duration.FromMinutes(5));

    /// <summary>Stops the servers and checks that everything was given back.</summary>
    public void Finish()
    {
        using (Net.Loop.Enter())
        {
            _stop.Cancel();
        }

        Net.Run(Duration.FromMinutes(10));
        Assert.All(_servers, s => Assert.True(s.IsCompletedSuccessfully));
        Net.Loop.Packets.AssertNoLeaks();
    }

    void ITraceListener.OnEvent(in TraceEvent traceEvent)
    {
        if (traceEvent.Kind == TraceKind.NameLookup)
        {
            Steps.Add($"{traceEvent.Node}: {traceEvent.Detail}");
        }
    }

    private Host Attach(string name, int network)
    {
        var host = Net.Host(name);
        Links[network] = Net.Connect(host, $"10.0.{network}.2/24", Router, $"10.0.{network}.1/24");
        host.Routes.AddDefault(InetAddress.Parse($"10.0.{network}.1"));
        return host;
    }
}
