using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Simulation.Tests.Invariants;

/// <summary>Two hosts, a path and some conversations, all chosen by one seed.</summary>
internal sealed class RandomCase
{
    private readonly RandomStream _random;
    private readonly Network _network;
    private readonly List<ConversationEnd> _ends = [];

    public RandomCase(ulong seed)
    {
        _random = new RandomStream(seed, "case");
        _network = new Network(seed);
        Client = _network.Host("client");
        Server = _network.Host("server");
        Link = _network.Connect(Client, "192.0.2.1/24, 2001:db8::1/64", Server, "192.0.2.2/24, 2001:db8::2/64", Path());
        Settle(Client);
        Settle(Server);
        _network.Run(Duration.FromSeconds(3)); // duplicate address detection
    }

    public Host Client { get; }

    public Host Server { get; }

    public Link Link { get; }

    /// <summary>Runs it to its end and says which invariant does not hold; null if all do.</summary>
    public string? Run()
    {
        using (_network.Loop.Enter())
        {
            Begin();
        }

        var patience = _network.Loop.Now + Duration.FromSeconds(3 * 3600);
        while (_ends.Any(e => !e.IsOver) && _network.Loop.Now < patience)
        {
            _network.Run(Duration.FromSeconds(5));
        }

        if (_ends.FirstOrDefault(e => e.Verdict is not null)?.Verdict is { } verdict)
        {
            return verdict;
        }

        // Neither an end in FIN-WAIT-2 nor a record in TIME-WAIT nor a request stays.
        _network.Run(Duration.FromMinutes(30));
        if (Client.Tcp.FlowCount + Server.Tcp.FlowCount is var flows and > 0)
        {
            return $"{flows} flows are left: {string.Join(", ", Client.Tcp.Connections.Concat(Server.Tcp.Connections))}";
        }

        if (Client.Tcp.Counters.IllegalTransitions + Server.Tcp.Counters.IllegalTransitions > 0)
        {
            return "a change of state that the diagram does not have";
        }

        _network.Loop.Packets.AssertNoLeaks();
        return null;
    }

    private void Begin()
    {
        int conversations = 1 + _random.Next(4);
        for (int i = 0; i < conversations; i++)
        {
            bool ipv6 = _random.Chance(0.3);
            ushort port = (ushort)(1000 + i);
            var accepted = new ConversationEnd(_network.Loop, $"server of {i}", Plan(), _random);
            var opened = new ConversationEnd(_network.Loop, $"client of {i}", Plan(), _random);
            (accepted.Peer, opened.Peer) = (opened, accepted);
            _ends.Add(accepted);
            _ends.Add(opened);
            var options = Options();
            var listener = Server.Tcp.Listen(new InetEndpoint(ipv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, port), 4, out _, options: Options())!;
            listener.Events = accepted;
            var remote = new InetEndpoint(InetAddress.Parse(ipv6 ? "2001:db8::2" : "192.0.2.2"), port);
            _network.Loop.Arm(new ActionTimer(_ => opened.Open(Client.Tcp.CreateConnection(options), remote)), _random.NextDuration(Duration.FromSeconds(2)));
        }

        if (_random.Chance(0.15))
        {
            // A partition, sometimes longer than the connections' patience.
            var from = _random.NextDuration(Duration.FromSeconds(3));
            _network.Loop.Arm(new ActionTimer(_ => Block(true)), from);
            _network.Loop.Arm(new ActionTimer(_ => Block(false)), from + _random.NextDuration(Duration.FromSeconds(_random.Chance(0.2) ? 2000 : 20)));
        }
    }

    private void Block(bool blocked) => Link.Configure(Link.Settings.WithBoth(d => d with { Blocked = blocked }));

    private ConversationPlan Plan() => new(
        _random.Chance(0.2) ? 0 : _random.Next(_random.Chance(0.5) ? 5_000 : 200_000),
        1 + _random.Next(_random.Chance(0.3) ? 200 : 20_000),
        _random.Chance(0.2) ? _random.NextDuration(Duration.FromSeconds(2)) : Duration.Zero,
        _random.Chance(0.08) ? _random.NextDuration(Duration.FromSeconds(4)) : null,
        _random.Chance(0.1));

    private TcpSocketOptions Options() => new()
    {
        CongestionControl = Pick("reno", "cubic", "bbr", "dctcp"),
        NoDelay = _random.Chance(0.5),
        KeepAlive = true,
        KeepAliveTime = Duration.FromSeconds(60),
        KeepAliveInterval = Duration.FromSeconds(10),
        KeepAliveProbes = 5,
        ReceiveBuffer = _random.Chance(0.3) ? 2304 + _random.Next(100_000) : 0,
        SendBuffer = _random.Chance(0.3) ? 4608 + _random.Next(100_000) : 0,
        MaxSegment = _random.Chance(0.2) ? 88 + _random.Next(1300) : 0,
    };

    private void Settle(Host host)
    {
        var tcp = host.Settings.Tcp;
        tcp.Sack = _random.Chance(0.8);
        tcp.DuplicateSack = _random.Chance(0.8);
        tcp.Timestamps = _random.Chance(0.7);
        tcp.WindowScaling = _random.Chance(0.8);
        tcp.TailLossProbe = _random.Chance(0.8);
        tcp.Frto = _random.Chance(0.8);
        tcp.SlowStartAfterIdle = _random.Chance(0.5);
        tcp.MtuProbing = _random.Next(3);
        tcp.SynCookies = _random.Next(3);
        tcp.AbortOnOverflow = _random.Chance(0.2);
    }

    private LinkSettings Path()
    {
        long rate = Pick(256_000L, 2_000_000L, 20_000_000L, 1_000_000_000L);
        var delay = _random.NextDuration(Duration.FromMilliseconds(Pick(1, 20, 150)));
        return new LinkSettings { AToB = Direction(rate, delay), BToA = Direction(rate, delay) };
    }

    private LinkDirectionSettings Direction(long rate, Duration delay) => new()
    {
        RateBitsPerSecond = rate,
        Delay = delay,
        Queue = 5 + _random.Next(200),
        Loss = Sometimes(0.05),
        Burst = _random.Chance(0.2) ? BurstLoss.Of(0.01 + 0.04 * _random.NextDouble(), 2 + _random.Next(6)) : null,
        Duplication = Sometimes(0.05),
        Reordering = Sometimes(0.1),
        ReorderDelay = _random.NextDuration(Duration.FromMilliseconds(50)),
        Damage = Sometimes(0.01),
        FrameCheck = _random.Chance(0.5),
    };

    private double Sometimes(double most) => _random.Chance(0.5) ? most * _random.NextDouble() : 0;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
