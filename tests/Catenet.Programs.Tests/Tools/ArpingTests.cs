using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Programs.Tools;

namespace Catenet.Programs.Tests.Tools;

/// <summary>Alice and bob on a switch; whoever else there is, a test adds.</summary>
public sealed class ArpingTests : IDisposable
{
    private readonly Network _net = new();
    private readonly Switch _switch;
    private readonly Host _alice;
    private readonly Host _bob;
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public ArpingTests()
    {
        _switch = _net.Switch("switch");
        _alice = Add("alice", "10.0.0.1/24, fd00::1/64");
        _bob = Add("bob", "10.0.0.2/24");
        _net.Run(Duration.FromSeconds(10));
    }

    public void Dispose()
    {
        _net.Run(Duration.FromMinutes(10));
        _net.Loop.Packets.AssertNoLeaks();
    }

    [Fact]
    public void Arping_asks_everybody_first_then_who_answered_and_prints_as_Linuxs_does()
    {
        var result = Run(new Arping(_alice, _output) { Count = 3 }, "10.0.0.2");
        Assert.Equal((3, 1, 3), (result.Sent, result.Broadcasts, result.Received));
        Assert.Equal([MacOf(_bob)], result.Stations);
        string[] lines = _output.ToString().Split('\n');
        Assert.Equal("ARPING 10.0.0.2 from 10.0.0.1 eth0", lines[0]);
        string start = $"Unicast reply from 10.0.0.2 [{MacOf(_bob).ToString().ToUpperInvariant()}]  ";
        Assert.All(lines[1..4], l => Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(start)}[0-9]+\\.[0-9]{{3}}ms$", l));
        Assert.Equal(["Sent 3 probes (1 broadcast(s))", "Received 3 response(s)", ""], lines[4..]);
    }

    [Fact]
    public void Nobody_answers_for_an_address_that_nobody_has()
    {
        var begun = _net.Loop.Now;
        var result = Run(new Arping(_alice, _output) { Count = 3 }, "10.0.0.77");
        Assert.Equal((3, 3, 0), (result.Sent, result.Broadcasts, result.Received));
        Assert.Equal(Duration.FromSeconds(3), _net.Loop.Now - begun);
        Assert.EndsWith("\nSent 3 probes (3 broadcast(s))\nReceived 0 response(s)\n", _output.ToString());
    }

    [Fact]
    public void It_ends_in_time_at_the_first_answer_or_when_it_is_stopped()
    {
        var begun = _net.Loop.Now;
        var late = Run(new Arping(_alice) { Count = 100, Timeout = Duration.FromSeconds(2.5) }, "10.0.0.77");
        Assert.Equal((3, Duration.FromSeconds(2.5)), (late.Sent, _net.Loop.Now - begun));
        var first = Run(new Arping(_alice) { Count = 100, StopAtFirst = true }, "10.0.0.2");
        Assert.Equal((1, 1), (first.Sent, first.Received));
        using var stop = new CancellationTokenSource();
        var timer = new ActionTimer(_ => stop.Cancel());
        _net.Loop.Arm(timer, Duration.FromSeconds(4.5));
        var stopped = _net.Driver.Run(() => new Arping(_alice) { Count = 100 }.RunAsync("10.0.0.2", stop.Token), Duration.FromMinutes(1));
        Assert.Equal((5, 5), (stopped.Sent, stopped.Received));
    }

    [Fact]
    public void A_duplicate_is_found_by_one_who_has_no_address_yet_and_nobody_learns_him()
    {
        var newcomer = Add("newcomer", "");
        var taken = Run(new Arping(newcomer, _output) { DetectDuplicate = true, Device = "eth0" }, "10.0.0.2");
        Assert.Equal((1, 1), (taken.Sent, taken.Received));
        Assert.StartsWith("ARPING 10.0.0.2 from 0.0.0.0 eth0\nUnicast reply from 10.0.0.2 [", _output.ToString());
        var free = Run(new Arping(newcomer) { DetectDuplicate = true, Device = "eth0" }, "10.0.0.77");
        Assert.Equal((4, 0), (free.Sent, free.Received));
        Assert.Null(_bob.Neighbours.Find(_bob.Devices.ByName("eth0")!, InetAddress.AnyIPv4));
    }

    [Fact]
    public void Two_stations_with_one_address_are_both_named()
    {
        var twin = Add("twin", "10.0.0.2/24");
        _net.Run(Duration.FromSeconds(10));
        var result = Run(new Arping(_alice, _output) { Count = 2 }, "10.0.0.2");
        Assert.Equal(new[] { MacOf(_bob), MacOf(twin) }.Order(), result.Stations.Order());
        Assert.Equal((2, 1, 3, 2), (result.Sent, result.Broadcasts, result.Received, result.RoundTripTimes.Count));
        Assert.Contains("Received 3 response(s)\n", _output.ToString());
    }

    [Fact]
    public void What_cannot_be_asked_is_refused_as_a_socket_would()
    {
        Assert.Equal(SocketError.AddressFamilyNotSupported, Refused(new Arping(_alice), "fd00::1"));
        Assert.Equal(SocketError.NetworkUnreachable, Refused(new Arping(_alice), "192.0.2.1"));
        Assert.Equal(SocketError.AddressNotAvailable, Refused(new Arping(_alice) { Device = "eth7" }, "10.0.0.2"));
        Assert.Equal(SocketError.OperationNotSupported, Refused(new Arping(_alice), "127.0.0.1"));
        _alice.Devices.ByName("eth0")!.TakeDown();
        Assert.Equal(SocketError.NetworkDown, Refused(new Arping(_alice) { Device = "eth0", DetectDuplicate = true }, "10.0.0.2"));
    }

    private Host Add(string name, string addresses)
    {
        var host = _net.Host(name);
        _net.Connect(host, addresses, _switch);
        return host;
    }

    private static MacAddress MacOf(Host host) => host.Devices.ByName("eth0")!.Mac;

    private ArpingResult Run(Arping arping, string target) => _net.Driver.Run(() => arping.RunAsync(target), Duration.FromMinutes(5));

    private SocketError Refused(Arping arping, string target) => Assert.Throws<SocketException>(() => Run(arping, target)).SocketErrorCode;
}
