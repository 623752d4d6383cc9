using System.Text.RegularExpressions;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel;
using Catenet.Linux.Namespaces;
using Catenet.Programs.Tools;

namespace Catenet.Interop.Programs;

/// <summary>Who is on the link and on the way: arping, traceroute in its three kinds, tracepath.</summary>
public sealed class PathTests
{
    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [InlineData(Terrain.Plain)]
    [InlineData(Terrain.Rough)]
    public void Arping_finds_Catenet_and_nobody_else(Terrain terrain)
    {
        Needs.Linux("arping");
        using var pair = new Pair(terrain);
        var found = pair.Linux.Run("arping", "-f", "-c", "10", "-w", "10", "-I", "eth0", "10.0.1.2");
        Assert.True(found.Code == 0 && found.Output.Contains($"Unicast reply from 10.0.1.2 [{pair.Device.Mac}]", StringComparison.OrdinalIgnoreCase), found.All);
        Assert.NotEqual(0, pair.Linux.Run("arping", "-c", "1", "-w", "1", "-I", "eth0", "10.0.1.3").Code);
        var duplicate = pair.Linux.Run("arping", "-D", "-c", "5", "-w", "5", "-I", "eth0", "10.0.1.2");
        Assert.Equal(1, duplicate.Code);
        pair.Judge();
    }

    [Theory]
    [InlineData(Terrain.Plain)]
    [InlineData(Terrain.Rough)]
    public void Catenet_arpings_Linux_and_nobody_else(Terrain terrain)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        string mac = pair.Linux.Output("ip", "-br", "link", "show", "eth0").Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
        var output = new StringWriter();
        var found = pair.World.Wait(() => new Arping(pair.Host, output) { Count = 10, StopAtFirst = true }.RunAsync("10.0.1.1"));
        Assert.Equal([MacAddress.Parse(mac)], found.Stations);
        Assert.Contains($"Unicast reply from 10.0.1.1 [{mac.ToUpperInvariant()}]  ", output.ToString());
        var steady = pair.World.Wait(() => new Arping(pair.Host) { Count = 20, Interval = Duration.FromMilliseconds(50) }.RunAsync("10.0.1.1"));
        Assert.True(steady.Received >= 10 && steady.Broadcasts < 20 && steady.Stations.Count == 1, $"{steady}");
        var nobody = pair.World.Wait(() => new Arping(pair.Host) { Count = 2, Interval = Duration.FromMilliseconds(200) }.RunAsync("10.0.1.3"));
        Assert.Equal((2, 0), (nobody.Sent, nobody.Received));
        var duplicate = pair.World.Wait(() => new Arping(pair.Host) { Count = 10, DetectDuplicate = true, Device = "eth0" }.RunAsync("10.0.1.1"));
        Assert.Equal([MacAddress.Parse(mac)], duplicate.Stations);
        var free = pair.World.Wait(() => new Arping(pair.Host) { Count = 2, Interval = Duration.FromMilliseconds(200), DetectDuplicate = true }.RunAsync("10.0.1.3"));
        Assert.Equal((2, 0), (free.Sent, free.Received));
        pair.Judge();
    }

    [Theory]
    [InlineData("-c", "3")]
    [InlineData("-f", "-c", "3")]
    [InlineData("-D", "-c", "3")]
    public void Both_arpings_print_the_same_but_for_who_and_how_fast(params string[] arguments)
    {
        Needs.Linux("arping");
        using var pair = new Pair(Terrain.Plain);
        string theirs = pair.Linux.Run("arping", [.. arguments, "-I", "eth0", "10.0.1.2"]).Output;
        var ours = new StringWriter { NewLine = "\n" };
        pair.World.Wait(() => new Arping(pair.Host, ours)
        {
            Count = 3,
            StopAtFirst = arguments[0] == "-f",
            DetectDuplicate = arguments[0] == "-D",
            Device = "eth0",
        }.RunAsync("10.0.1.1"));
        Assert.Equal(Shape(theirs, "10.0.1.2", "10.0.1.1"), Shape(ours.ToString(), "10.0.1.1", "10.0.1.2"));
        pair.Judge();

        // On a busy machine an answer may be late and a probe more be sent: how many there are is not what is compared.
        static IEnumerable<string> Shape(string text, string target, string source)
        {
            text = Regex.Replace(text.Replace(target, "TARGET").Replace(source, "SOURCE"), @"\[([0-9A-F]{2}:){5}[0-9A-F]{2}\]", "[MAC]");
            text = Regex.Replace(text, @"[0-9]+\.[0-9]{3}ms", "TIMEms");
            return Regex.Replace(text, @"\b[0-9]+ (probes|response)|\([0-9]+ (broadcast)", "N $1$2").Split('\n').Distinct();
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Linux_traces_the_way_over_routers_of_both_kinds(Terrain terrain, bool v6)
    {
        Needs.Linux("traceroute", "tracepath");
        using var chain = new Chain(terrain);
        string target = v6 ? "fd00:3::2" : "10.0.3.2";
        string[] hops = v6 ? ["fd00:1::2", "fd00:2::1", "fd00:3::2"] : ["10.0.1.2", "10.0.2.1", "10.0.3.2"];
        foreach (string kind in (string[])["-M default", "-I", "-T"])
        {
            // One probe at a time and as many as it takes: answers are rate-limited, and the rough way loses some.
            string text = chain.A.Output("traceroute", [.. kind.Split(' '), "-n", "-N", "1", "-q", terrain == Terrain.Plain ? "2" : "4", "-w", "2", "-m", "5", target]);
            var lines = text.Split('\n').Where(l => l.Length > 3 && char.IsAsciiDigit(l[1])).ToList();
            Assert.True(lines.Count == 3 && hops.Zip(lines).All(p => p.Second.Contains(p.First)), text);
        }

        string path = chain.A.Output("tracepath", v6 ? "-6" : "-4", "-n", "-m", "5", target);
        Assert.Contains("Resume: pmtu 1400 hops 3 back 3", path);
        chain.World.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Catenet_traces_the_way_over_routers_of_both_kinds(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var chain = new Chain(terrain);
        string target = v6 ? "fd00:1::1" : "10.0.1.1";
        string[] hops = v6 ? ["fd00:3::1", "fd00:2::2", "fd00:1::1"] : ["10.0.3.1", "10.0.2.2", "10.0.1.1"];
        foreach (var method in Enum.GetValues<TracerouteMethod>())
        {
            var lines = new StringWriter();
            var trace = chain.World.Wait(() => new Traceroute(chain.Host, lines)
            {
                Method = method,
                Probes = terrain == Terrain.Plain ? 2 : 4,
                MaxHops = 5,
                Timeout = Duration.FromSeconds(2),
            }.RunAsync(target));
            Assert.True(trace.Reached && hops.SequenceEqual(trace.Hops.Select(h => h.Router.ToString())), $"{method}: {lines}");
        }

        // An open port answers as the closed one did.
        using var listener = chain.A.Listen(v6 ? "::" : "0.0.0.0", 443);
        var open = chain.World.Wait(() => new Traceroute(chain.Host) { Method = TracerouteMethod.Tcp, Port = 443, MaxHops = 5 }.RunAsync(target));
        Assert.True(open.Reached);
        Assert.Equal(3, open.Hops.Count);

        // The way is narrower behind Linux: an echo that may not be fragmented learns so, and the next one fits.
        var output = new StringWriter();
        var ping = chain.World.Wait(() => new Ping(chain.Host, output).RunAsync(target,
            new PingOptions { Count = 8, Size = 1440, DontFragment = true, Interval = Duration.FromMilliseconds(50), Timeout = Duration.FromSeconds(1) }));
        Assert.Equal(0, ping.Received);
        Assert.True(ping.Errors > 0, output.ToString());
        ping = chain.World.Wait(() => new Ping(chain.Host).RunAsync(target,
            new PingOptions { Count = 8, Size = 1400 - (v6 ? 48 : 28), DontFragment = true, Interval = Duration.FromMilliseconds(50), Timeout = Duration.FromSeconds(1) }));
        Assert.True(ping.Received > 0);
        chain.World.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Catenet_finds_how_wide_the_way_is_over_routers_of_both_kinds(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var chain = new Chain(terrain);
        var output = new StringWriter();
        var path = chain.World.Wait(() => new Tracepath(chain.Host, output) { MaxHops = 5 }.RunAsync(v6 ? "fd00:1::1" : "10.0.1.1"));
        string[] hops = v6 ? ["fd00:3::1", "fd00:2::2", "fd00:1::1"] : ["10.0.3.1", "10.0.2.2", "10.0.1.1"];
        Assert.True(path.Reached && hops.SequenceEqual(path.Hops.Select(h => h.Router.ToString())), output.ToString());
        Assert.Contains("[LOCALHOST]                      pmtu 1500", output.ToString());
        Assert.Contains("Resume: pmtu 1400 hops 3 back 3", output.ToString());
        chain.World.Judge();
    }

    /// <summary>Linux A - Catenet's router - Linux as a router - a Catenet host; the middle link carries 1400 octets.</summary>
    private sealed class Chain : IDisposable
    {
        public Chain(Terrain terrain)
        {
            World = new World();
            A = World.Linux("a");
            Middle = World.Linux("middle");
            Router = World.Host("router", forwarding: true);
            Host = World.Host("host");
            World.Connect(A, Router, 1, Terrains.Of(terrain));
            World.Connect(Middle, Router, 2, mtu: 1400);
            World.Connect(Middle, Host, 3);
            Middle.Space.Sysctl("net.ipv4.ip_forward", "1");
            Middle.Space.Sysctl("net.ipv6.conf.all.forwarding", "1");
            Default(A.Space, "10.0.1.2", "fd00:1::2");
            Default(Middle.Space, "10.0.2.2", "fd00:2::2");
            Router.Routes.Add(InetPrefix.Parse("10.0.3.0/24"), InetAddress.Parse("10.0.2.1"));
            Router.Routes.Add(InetPrefix.Parse("fd00:3::/64"), InetAddress.Parse("fd00:2::1"));
            Host.Routes.AddDefault(InetAddress.Parse("10.0.3.1"));
            Host.Routes.AddDefault(InetAddress.Parse("fd00:3::1"));
            World.Start();
        }

        public World World { get; }

        public LinuxNode A { get; }

        public LinuxNode Middle { get; }

        public Host Router { get; }

        public Host Host { get; }

        public void Dispose() => World.Dispose();

        private static void Default(NetworkNamespace space, string four, string six)
        {
            space.Ip($"route add default via {four}");
            space.Ip($"route add default via {six}");
        }
    }
}
