using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Sockets;
using Catenet.Programs.Tools;

namespace Catenet.Programs.Tests.Tools;

/// <summary>Ways over three routers: alice - r1 - r2 - r3 - bob.</summary>
public class PathTests
{
    private readonly Network _net = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly Host[] _hosts;

    public PathTests()
    {
        _hosts = [_net.Host("alice"), _net.Router("r1"), _net.Router("r2"), _net.Router("r3"), _net.Host("bob")];
    }

    public static TheoryData<TracerouteMethod, bool> Methods => new MatrixTheoryData<TracerouteMethod, bool>(
        [TracerouteMethod.Udp, TracerouteMethod.Icmp, TracerouteMethod.Tcp], [false, true]);

    private Host Alice => _hosts[0];

    private Host Bob => _hosts[4];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_finds_every_router_and_the_end(TracerouteMethod method, bool six)
    {
        Connect();
        var result = Run(() => new Traceroute(Alice, _output) { Method = method }.RunAsync(End(six)));
        Assert.True(result.Reached, _output.ToString());
        Assert.Equal(Way(six), result.Hops.Select(h => h.Router.ToString()));
        Assert.All(result.Hops, h => Assert.DoesNotContain(null, h.Times));
        Assert.StartsWith($"traceroute to {End(six)} ({End(six)}), 30 hops max, {(six ? 80 : 60)} byte packets\n 1  {Way(six)[0]}  0.", _output.ToString());
        Assert.Matches(@"\n 4  [0-9a-f.:]+(  0\.\d\d\d ms){3}\n$", _output.ToString());
        Finish();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_router_that_keeps_silent_is_stars_and_the_way_goes_on(TracerouteMethod method, bool six)
    {
        Connect();
        _hosts[2].Settings.Icmp.MessagesPerSecond = _hosts[2].Settings.Icmp.MessagesBurst = 0;
        var result = Run(() => new Traceroute(Alice, _output) { Method = method, Timeout = Duration.FromSeconds(2) }.RunAsync(End(six)));
        Assert.True(result.Reached, _output.ToString());
        Assert.Null(result.Hops[1].Router);
        Assert.Equal(4, result.Hops.Count);
        Assert.Contains("\n 2  * * *\n 3  ", _output.ToString());
        Finish();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_open_port_answers_a_trace_by_TCP_as_a_closed_one_does_and_nothing_stays_open(bool six)
    {
        Connect();
        using var listener = Run(() =>
        {
            var socket = new NetSocket(Bob, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 443));
            socket.Listen();
            return Task.FromResult(socket);
        });
        var result = Run(() => new Traceroute(Alice, _output) { Method = TracerouteMethod.Tcp, Port = 443 }.RunAsync(End(six)));
        Assert.True(result.Reached, _output.ToString());
        Assert.Equal(Way(six), result.Hops.Select(h => h.Router.ToString()));
        Assert.Equal(0, Alice.Tcp.FlowCount);
        Finish();
    }

    [Fact]
    public void A_way_that_a_router_forbids_ends_there_with_a_mark()
    {
        Connect();
        _hosts[2].Netfilter.AddChain("forward", HookPoint.Forward).Add(FilterMatch.All, RuleAction.Reject(RejectKind.AdminProhibited));
        foreach (var method in Enum.GetValues<TracerouteMethod>())
        {
            var result = Run(() => new Traceroute(Alice, _output) { Method = method, Probes = 1 }.RunAsync(End(false)));
            Assert.False(result.Reached);

            // As in Linux the TTL is looked at first: what would have ended here anyway has.
            Assert.Equal(["10.0.1.2", "10.0.2.2", "10.0.2.2"], result.Hops.Select(h => h.Router.ToString()));
            Assert.EndsWith(" ms !X\n", _output.ToString());
        }

        Finish();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tracepath_finds_the_routers_and_the_narrower_link(bool six)
    {
        Connect(narrow: 1400);
        var result = Run(() => new Tracepath(Alice, _output).RunAsync(End(six)));
        Assert.Equal((true, 1400, 4), (result.Reached, result.PathMtu, result.HopsBack!.Value));
        Assert.Equal(Way(six), result.Hops.Select(h => h.Router.ToString()));
        string[] lines = _output.ToString().Split('\n');
        Assert.Equal(" 1?: [LOCALHOST]                      pmtu 1500", lines[0]);
        Assert.Matches($"^ 1:  {Way(six)[0]} +0\\.\\d\\d\\dms $", lines[1]);
        Assert.Matches($"^ 2:  {Way(six)[1]} +0\\.\\d\\d\\dms $", lines[2]);
        Assert.Matches($"^ 3:  {Way(six)[1]} +0\\.\\d\\d\\dms pmtu 1400$", lines[3]);
        Assert.Matches($"^ 3:  {Way(six)[2]} +0\\.\\d\\d\\dms $", lines[4]);
        Assert.Matches($"^ 4:  {Way(six)[3]} +0\\.\\d\\d\\dms reached$", lines[5]);
        Assert.Equal("     Resume: pmtu 1400 hops 4 back 4 ", lines[6]);
        Finish();
    }

    [Fact]
    public void Tracepath_goes_on_behind_a_silent_router_and_stops_after_the_most_hops()
    {
        Connect();
        _hosts[2].Settings.Icmp.MessagesPerSecond = _hosts[2].Settings.Icmp.MessagesBurst = 0;
        var result = Run(() => new Tracepath(Alice, _output) { MaxHops = 3 }.RunAsync(End(false)));
        Assert.Equal((false, 1500, 3), (result.Reached, result.PathMtu, result.Hops.Count));
        Assert.Null(result.HopsBack);
        Assert.Contains("\n 2:  no reply\n 3:  10.0.3.2 ", _output.ToString());
        Assert.EndsWith("\n     Too many hops: pmtu 1500\n     Resume: pmtu 1500 \n", _output.ToString());
        Finish();
    }

    private static string End(bool six) => six ? "fd00:4::2" : "10.0.4.2";

    private static string[] Way(bool six) => six ? ["fd00:1::2", "fd00:2::2", "fd00:3::2", "fd00:4::2"] : ["10.0.1.2", "10.0.2.2", "10.0.3.2", "10.0.4.2"];

    /// <summary>Lays the cables; the one between r2 and r3 may carry less.</summary>
    private void Connect(int narrow = 1500)
    {
        for (int i = 1; i <= 4; i++)
        {
            var direction = new LinkDirectionSettings { Mtu = i == 3 ? narrow : 1500 };
            _net.Connect(_hosts[i - 1], $"10.0.{i}.1/24, fd00:{i}::1/64", _hosts[i], $"10.0.{i}.2/24, fd00:{i}::2/64",
                new LinkSettings { AToB = direction, BToA = direction });
        }

        for (int i = 0; i < 4; i++)
        {
            _hosts[i].Routes.AddDefault(InetAddress.Parse($"10.0.{i + 1}.2"));
            _hosts[i].Routes.AddDefault(InetAddress.Parse($"fd00:{i + 1}::2"));
        }

        // Behind each: what lies on alice's side.
        for (int i = 2; i <= 4; i++)
        {
            for (int network = 1; network < i; network++)
            {
                _hosts[i].Routes.Add(InetPrefix.Parse($"10.0.{network}.0/24"), InetAddress.Parse($"10.0.{i}.1"));
                _hosts[i].Routes.Add(InetPrefix.Parse($"fd00:{network}::/64"), InetAddress.Parse($"fd00:{i}::1"));
            }
        }

        _net.Run(Duration.FromSeconds(3));
    }

    private T Run<T>(Func<Task<T>> program) => _net.Driver.Run(program, Duration.FromMinutes(5));

    private void Finish()
    {
        _net.Run(Duration.FromMinutes(3));
        _net.Loop.Packets.AssertNoLeaks();
    }
}
