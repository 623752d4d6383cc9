using Catenet.Core;
using Catenet.Programs.Tests.Dns;
using Catenet.Programs.Tools;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Tests.Tools;

public class ToolTests
{
    private readonly NameWorld _world = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Ping_prints_as_Linuxs_does()
    {
        var result = _world.Run(() => new Ping(_world.Alice, _output).RunAsync("10.0.3.2", new PingOptions { Count = 3 }));
        Assert.Equal((3, 3, 0d), (result.Transmitted, result.Received, result.LossPercent));
        string text = _output.ToString();
        Assert.StartsWith("PING 10.0.3.2 (10.0.3.2) 56(84) bytes of data.\n64 bytes from 10.0.3.2: icmp_seq=1 ttl=63 time=", text);
        Assert.Contains("\n--- 10.0.3.2 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time 2", text);
        Assert.Contains("\nrtt min/avg/max/mdev = 0.", text);
        _world.Finish();
    }

    [Fact]
    public void Ping_reports_a_ttl_that_ran_out_and_a_host_that_is_not_there()
    {
        var result = _world.Run(() => new Ping(_world.Alice, _output).RunAsync("10.0.3.2", new PingOptions { Count = 1, Ttl = 1 }));
        Assert.Equal((0, 1), (result.Received, result.Errors));
        Assert.Contains("From 10.0.5.1 icmp_seq=1 Time to live exceeded\n", _output.ToString());
        Assert.Contains("1 packets transmitted, 0 received, +1 errors, 100% packet loss", _output.ToString());

        _output.GetStringBuilder().Clear();
        result = _world.Run(() => new Ping(_world.Alice, _output).RunAsync("10.0.3.77", new PingOptions { Count = 1 }));

        // A router answers with its address on the way back to the asker.
        Assert.Contains("From 10.0.5.1 icmp_seq=1 Destination Host Unreachable\n", _output.ToString());
        Assert.Equal(1, result.Errors);
        _world.Finish();
    }

    [Fact]
    public void Ping_gives_up_on_silence_and_looks_names_up()
    {
        _world.ExampleHost.Settings.Icmp.EchoIgnoreAll = true;
        var result = _world.Run(() => new Ping(_world.Alice, _output).RunAsync(
            "ns1.example.com", new PingOptions { Count = 2, Timeout = Duration.FromSeconds(3) }));
        Assert.Equal((2, 0, 100d), (result.Transmitted, result.Received, result.LossPercent));
        Assert.InRange(result.Elapsed.TotalSeconds, 3.9, 4.1);
        _world.Finish();
    }

    [Fact]
    public void Traceroute_finds_the_routers_and_the_end()
    {
        var result = _world.Run(() => new Traceroute(_world.Alice, _output).RunAsync("10.0.3.2"));
        Assert.True(result.Reached);
        Assert.Equal([InetAddress.Parse("10.0.5.1"), InetAddress.Parse("10.0.3.2")], result.Hops.Select(h => h.Router!.Value));
        Assert.All(result.Hops, h => Assert.Equal(3, h.Times.Count));
        Assert.Contains("\n 1  10.0.5.1  0.", _output.ToString());
        _world.Finish();
    }

    [Fact]
    public void Dig_prints_sections_and_walks_on_trace()
    {
        var result = _world.Run(() => new Dig(_world.Alice, _output).RunAsync("www.example.com", DnsType.A, NameWorld.Of(4)));
        Assert.Equal(DnsResponseCode.NoError, result.Response!.ResponseCode);
        Assert.Contains(";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1", _output.ToString());
        Assert.Contains("www.example.com.\t\t60\tIN\tA\t203.0.113.10\n", _output.ToString());
        var trace = _world.Run(() => new Dig(_world.Alice, _output).TraceAsync("www.example.com", DnsType.A,
            [new Programs.Dns.RootHint(DnsName.Parse("a.root."), [NameWorld.Of(1)])]));
        Assert.Equal([NameWorld.Of(1), NameWorld.Of(2), NameWorld.Of(3)], trace.Exchanges.Select(e => e.Server.Address));
        _world.Finish();
    }
}
