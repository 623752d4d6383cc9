using Catenet.Core;
using Catenet.Lab.Building;
using Catenet.Lab.Model;

namespace Catenet.Lab.Tests;

public class RoundTripTests
{
    public static TheoryData<string> Labs => [.. LabFolder.Names];

    [Theory]
    [MemberData(nameof(Labs))]
    public void What_is_written_reads_back_as_the_same_lab(string name)
    {
        var lab = LabReading.OfText(LabFolder.Text(name)).Model!;
        string text = LabYaml.Write(lab);
        var again = LabReading.OfText(text);
        Assert.True(again.Mistakes.Count == 0, string.Join("\n", again.Mistakes) + "\n" + text);
        Assert.Equal(lab, again.Model);
        Assert.Equal(text, LabYaml.Write(again.Model!));
    }

    [Fact]
    public void Every_value_of_the_model_survives_writing()
    {
        var lab = Rich();
        string text = LabYaml.Write(lab);
        var again = LabReading.OfText(text);
        Assert.True(again.Mistakes.Count == 0, string.Join("\n", again.Mistakes) + "\n" + text);
        Assert.Equal(lab, again.Model);
    }

    [Fact]
    public void The_main_lab_can_be_built_in_code()
    {
        var built = new LabBuilder("alice-and-bob")
            .About("Alice asks for https://www.bob.com/ - through her home's router, two providers and Bob's cloud")
            .Seed(42)
            .Host("alice", n => n.Address("192.168.1.2"))
            .Router("home", n => n.Preset(RouterPreset.Home))
            .Router("isp", n => n.Asn(64500).Resolver())
            .Router("net", n => n.Asn(64501))
            .Host("a.root").Host("a.gtld").Host("ns1.bob")
            .Link("alice", "home.lan", l => l.Preset(LinkPreset.Wifi))
            .Link("home.wan", "isp", l => l.Down("100 Mbit").Up("20 Mbit").Delay("8 ms").Loss("0.1 %"))
            .Link("isp", "net", l => l.Rate("10 Gbit").Delay("12 ms"))
            .Link("a.root", "net", l => l.Delay("4 ms"))
            .Link("a.gtld", "net", l => l.Delay("6 ms"))
            .Link("ns1.bob", "net", l => l.Delay("10 ms"))
            .Zone(".", "a.root").Zone("com.", "a.gtld").Zone("bob.com.", "ns1.bob", "60 s", ("www", "A @bob.eip"))
            .Cloud("aws", "10.0.0.0/16", c => c
                .Igw("net")
                .Subnet("web", "10.0.1.0/24", nacl: "web", toIgw: "0.0.0.0/0")
                .Nacl("web", @in: ["100 allow tcp 443"], @out: ["100 allow tcp 1024-65535"])
                .SecurityGroup("web", @in: ["tcp 443 from any"])
                .Instance("bob", "web", eip: "auto", groups: ["web"], apps: new WebApp { Tls = true, Host = "www.bob.com" }))
            .Expect("alice", new GetProgram { Url = "https://www.bob.com/" }, new Outcome { Status = 200, Within = Duration.FromMilliseconds(500) })
            .Expect("alice", new TcpProgram { Target = new EndpointRef("bob", 22) }, new Outcome { Blocked = new Blocked { At = "nacl/web", Reason = DropReason.NetworkAclDeny } })
            .Build();
        var read = LabReading.OfText(LabFolder.Text("alice-and-bob")).Model!;
        Assert.Equal(read with { Expectations = [] }, built with { Expectations = [] });
        Assert.All(built.Expectations, e => Assert.Contains(e, read.Expectations));
    }

    [Fact]
    public void A_builder_refuses_in_the_words_of_lab_files()
    {
        var unit = Assert.Throws<ArgumentException>(() => new LabBuilder("t").Host("a").Host("b").Link("a", "b", l => l.Rate("10 Mbps")));
        Assert.Contains("did you mean 10 Mbit?", unit.Message);
        var unknown = Assert.Throws<LabException>(() => new LabBuilder("t").Host("alice").Host("b").Link("alcie", "b").Build());
        Assert.Contains("links/0/a: there is no node 'alcie'", unknown.Message);
        Assert.Contains("did you mean 'alice'?", unknown.Message);
        Assert.Contains("two nodes are called 'a'", Assert.Throws<LabException>(() => new LabBuilder("t").Host("a").Host("a").Build()).Message);
    }

    [Fact]
    public void A_fluent_sample_is_as_short_as_the_file()
    {
        var lab = new LabBuilder("t").Host("a").Host("b").Link("a", "b", l => l.Delay("5 ms")).Expect("a", new PingProgram { Target = "b" }).Build();
        Assert.Equal("name: t\nnodes:\n  a: {}\n  b: {}\nlinks:\n  - a - b: { delay: 5 ms }\nexpect:\n  - { from: a, ping: b }\n", LabYaml.Write(lab));
    }

    /// <summary>A lab in which every property of the model has another value than the usual one.</summary>
    internal static LabModel Rich()
    {
        var figures = new Impairment
        {
            Rate = 1_500_000,
            Delay = Duration.FromMilliseconds(1.5),
            Jitter = new Duration(123),
            Loss = 0.001,
            BurstLoss = new BurstLoss { Enter = 0.01, Leave = 0.25, Bad = 0.9, Good = 0.0001 },
            Reorder = 0.05,
            ReorderDelay = Duration.FromSeconds(1),
            Duplicate = 1,
            Damage = 0.33,
            FrameCheck = false,
            Queue = 100,
        };
        return new LabBuilder("rich").About("quotes: \"a\", 'b', # and\nlines, é").Seed(ulong.MaxValue).Time(new TimeMode(0.1)).Limit("2 h")
            .Host("a", n => n.Interface("eth0", "10.0.1.9/24", "02:00:00:00:00:09", 1400).Route("10.9.0.0/16", "r.lan").Dns("r").Setting("net.ipv4.tcp_sack", "0").Mtu(1300)
                .App(new TcpSinkApp { Waits = Duration.FromSeconds(1), Rate = 56_000 }).App(new TcpEchoApp { Port = 70 }).App(new TcpIdleApp { Port = 81, Backlog = 5 }).App(new UdpSinkApp { Port = 90 }).App(new UdpEchoApp()).App(new UdpStreamApp { Count = 3, Size = 100, Rate = 56_000 })
                .App(new WebApp { Port = 8080, Body = "null" }).App(new WebApp { Tls = true, Host = "h.example", Size = 1 << 20 }))
            .Host("b", n => n.Address("2001:db8:77::2").Mac("02:00:00:00:00:0b").Forwarding(true))
            .Router("r", n => n.Preset(RouterPreset.Home).Asn(4_200_000_000).Resolver()
                .Nat("masquerade out wan from 10.0.0.0/8").Nat("forward udp 53-54 in wan to a:5353").Nat("map 203.0.113.200 to a")
                .FilterIn(FilterVerdict.Drop, true, "allow tcp 22 from a in lan", "reject icmp").FilterOut(FilterVerdict.Allow, false, "drop udp to 10.0.0.1").FilterForward(FilterVerdict.Reject, true, "allow all in lan out wan"))
            .Switch("s", n => n.Ageing("7 s"))
            .Link("a", "s", l => l.Preset(LinkPreset.Lte).Both(figures).Up(figures with { Queue = 1 }).Down("1 Gbit").Mtu(1400))
            .Link("s", "r.lan").Link("r.wan", "b", l => l.Subnet("203.0.113.0/24"))
            .Zone(".", "a").Zone("x.", "b", "90 s", ("www", "A @a"), ("www", "AAAA 2001:db8::1"), ("@", "MX 10 mail.x."), ("t", "TXT a: b"), ("p", "PTR www"), ("*", "CNAME www"))
            .Cloud("c", "10.77.0.0/16", c => c.Igw("r").Subnet("n", "10.77.1.0/24", "acl", "0.0.0.0/0", "::/0").Nacl("acl", ["10 deny icmp from 10.0.0.0/8", "20 allow all"], [])
                .SecurityGroup("g", ["udp 1-5 from g"], ["tcp 1 to any"]).Instance("i", "n", "198.51.100.99", ["g"], new TcpEchoApp()).Instance("j", "n"))
            .Run("a", new PingProgram { Target = "b", Count = 2, Interval = Duration.FromSeconds(3), Size = 100 }, "p", "1 s").Run("a", new GetProgram { Url = "http://b:81/x?y=1" })
            .Run("a", new TcpProgram { Target = new EndpointRef("2001:db8::1", 80), Send = 5_000_000, Congestion = "reno", FromPort = 7, Sample = Duration.FromMilliseconds(20) }).Run("a", new UdpProgram { Target = new EndpointRef("b", 9), Count = 7, Size = 64, Rate = 1_000 }, "u")
            .Run("b", new SysctlProgram { Arguments = "-w 'net.ipv4.tcp_rmem=1 2'" }).Run("b", new TcpOpenProgram { Target = new EndpointRef("a", 82), FromPort = 8, Listens = Duration.FromSeconds(2), Closes = Duration.FromSeconds(3) }).Run("b", new SynFloodProgram { Target = new EndpointRef("a", 81), Count = 5, Interval = Duration.FromSeconds(1) })
            .Run("b", new WatchProgram { Target = new EndpointRef("a", 5004) }).Run("b", new DigProgram { Name = "www.x", Type = DnsRecordType.Aaaa })
            .Fault(new Fault { At = Duration.FromSeconds(1), For = Duration.FromSeconds(2), Kind = FaultKind.Down, Target = "a - s" }).Fault(new Fault { Kind = FaultKind.Up, Target = "s - r.lan" })
            .Fault(new Fault { Kind = FaultKind.Change, Target = "a - s", To = figures }).Fault(new Fault { Kind = FaultKind.Crash, Target = "b", For = Duration.FromSeconds(1) })
            .Expect(new OutcomeExpectation { Run = "u", At = Duration.FromSeconds(9), Outcome = new Outcome { Within = Duration.FromSeconds(1), Received = new CountRange(1, 5), Lost = new CountRange(0, 9), Reordered = new CountRange(2, long.MaxValue), Duplicated = new CountRange(3, 3) } })
            .Expect("a", new GetProgram { Url = "https://b/" }, new Outcome { Status = 404, Body = "a: b", Retransmitted = new CountRange(1, 2) })
            .Expect("a", new TcpProgram { Target = new EndpointRef("b", 1) }, new Outcome { Open = false, Intact = true, Delivered = 1 << 20 })
            .Expect("a", new DigProgram { Name = "www.x" }, new Outcome { Answer = [new AddressOrText("a", null), new AddressOrText(null, "10 mail.x.")], Code = DnsCode.NxDomain })
            .Expect("a", new PingProgram { Target = "10.1.1.1" }, new Outcome { Blocked = new Blocked { At = "sg/g", Reason = DropReason.SecurityGroupDeny } })
            .Expect(new TcpTransitionsExpectation { On = "a", Transitions = ["SYN-SENT -> ESTABLISHED", "LAST-ACK -> CLOSED"] })
            .Expect(new NeighbourExpectation { On = "a", Target = AddressRef.To("r.lan"), Mac = "r.lan", States = ["stale", "none"] })
            .Expect(new NeighbourExpectation { On = "a", Target = AddressRef.Of(InetAddress.Parse("2001:db8::7")), IPv6 = true })
            .Expect(new LearnedExpectation { On = "s", Ports = [new LearnedPort("a", "port1"), new LearnedPort("r.lan", null)] })
            .Expect(new SwitchedExpectation { On = "s", Forwarded = new CountRange(1, 1), Flooded = new CountRange(0, 5), Filtered = new CountRange(0, 0), Broadcast = new CountRange(1, long.MaxValue) })
            .Expect(new NatExpectation { On = "r", Protocol = RuleProtocol.Udp, From = AddressRef.To("a"), To = AddressRef.To("r.wan") })
            .Expect(new TcpStatesExpectation { On = "a", Port = 80, States = ["SYN-SENT", "CLOSED"] })
            .Expect(new QueuesExpectation { On = "a", Port = 81, Requests = new CountRange(1, 5), Waiting = new CountRange(0, 0), Cookies = new CountRange(2, long.MaxValue) })
            .Expect(new DropsExpectation { Reason = DropReason.TtlExceeded, On = "nacl/acl", Count = new CountRange(0, 0) })
            .Build();
    }
}
