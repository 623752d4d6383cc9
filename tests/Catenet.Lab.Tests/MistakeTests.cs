namespace Catenet.Lab.Tests;

/// <summary>Every kind of mistake: a bar (¦) in the text marks where it has to be reported.</summary>
public class MistakeTests
{
    private const string Pair = "name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\n";
    private const string Office = "name: t\nnodes: { a: {}, b: {}, sw: { kind: switch }, r: { kind: router } }\nlinks: [a - sw, b - sw, r.lan - sw]\n";
    private const string Cloud = "name: t\nnodes: { net: { kind: router } }\nclouds:\n  aws:\n    vpc: 10.0.0.0/16\n    igw: net\n";

    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        // The text itself.
        { "empty file", "¦", "the file is empty", "begin with a name" },
        { "only a comment", "¦# nothing\n", "the file is empty", "" },
        { "tab", "name: t\nnodes:\n¦\ta: {}\n", "a tab is used to indent", "spaces" },
        { "bracket left open", "name: t\nnodes: { a: {}\n¦", "not valid YAML", "missing '}'" },
        { "duplicate key", "name: t\n¦name: u\nnodes: { a: {} }", "'name' stands here twice", "line 1" },
        { "duplicate node", "name: t\nnodes:\n  a: {}\n  ¦a: {}\n", "'a' stands here twice", "line 3" },
        { "anchor", "name: t\nnodes: { a: ¦&x {}, b: {} }", "anchors (&name)", "write the value out" },
        { "alias", "name: t\nnodes: { a: {}, b: ¦*x }", "aliases (*name)", "" },
        { "tag", "name: ¦!!str t\nnodes: { a: {} }", "tags (!name)", "" },
        { "two documents", "name: t\nnodes: { a: {} }\n¦---\nname: u\n", "a second document", "" },
        { "list as a lab", "¦[a, b]", "expected a lab", "" },

        // Keys and values.
        { "unknown key", "name: t\n¦nods: { a: {} }\nnodes: { a: {} }", "unknown key 'nods' in a lab", "did you mean 'nodes'?" },
        { "unknown key of a node", "name: t\nnodes: { a: { ¦knid: host } }", "unknown key 'knid' in a node", "did you mean 'kind'?" },
        { "no name", "¦nodes: { a: {} }", "a lab needs 'name'", "" },
        { "no nodes", "name: t\nnodes: ¦{}", "the lab has no nodes", "kind: host" },
        { "wrong type", "name: t\nnodes: ¦[a, b]", "expected a mapping from names to a node, not a list", "" },
        { "value missing", "name: t\nseed:¦ \nnodes: { a: {} }", "expected a seed", "" },
        { "seed", "name: t\nseed: ¦lucky\nnodes: { a: {} }", "'lucky' is not a whole number", "from 0" },
        { "negative seed", "name: t\nseed: ¦-1\nnodes: { a: {} }", "-1 is out of range", "" },
        { "time mode", "name: t\ntime: ¦fast\nnodes: { a: {} }", "unknown time mode 'fast'", "virtual" },
        { "bad name", "name: t\nnodes: { ¦a b: {} }", "'a b' is not a name", "letters" },
        { "unknown kind", "name: t\nnodes: { a: { kind: ¦hots } }", "unknown kind 'hots'", "did you mean 'host'?" },
        { "unknown router preset", "name: t\nnodes: { a: { kind: router, preset: ¦hoem } }", "unknown router preset 'hoem'", "'home'" },
        { "bad MAC", "name: t\nnodes: { a: { mac: ¦02:00:zz:00:00:01 }, b: {} }\nlinks: [a - b]", "is not a MAC address", "02:00:00:00:00:01" },
        { "group MAC", "name: t\nnodes: { a: { mac: ¦01:00:5e:00:00:01 }, b: {} }\nlinks: [a - b]", "cannot be an interface's address", "even" },
        { "MTU", "name: t\nnodes: { a: { mtu: ¦100 } }", "100 is out of range", "from 576 to 65535" },
        { "not a boolean", "name: t\nnodes: { a: { resolver: ¦maybe } }", "neither true nor false", "" },
        { "bad address", "name: t\nnodes: { a: { address: ¦192.168.1.256 }, b: {} }\nlinks: [a - b]", "is not an address", "192.0.2.1" },
        { "prefix length", "name: t\nnodes: { a: { address: 192.168.1.2¦/33 }, b: {} }\nlinks: [a - b]", "'/33' is not a prefix length", "/32" },
        { "multicast address", "name: t\nnodes: { a: { address: ¦224.0.0.1 }, b: {} }\nlinks: [a - b]", "multicast", "" },
        { "sysctl", "name: t\nnodes: { a: { settings: { ¦tcp_sack: 0 } } }", "is not a kernel setting", "net.ipv4.tcp_sack" },

        { "unknown setting", "name: t\nnodes: { a: { settings: { net.ipv4.tcp_sak: ¦0 } } }", "there is no setting 'net.ipv4.tcp_sak'", "did you mean 'net.ipv4.tcp_sack'?" },
        { "value of a setting", "name: t\nnodes: { a: { settings: { net.ipv4.tcp_sack: ¦maybe } } }", "net.ipv4.tcp_sack takes 0 or 1, not 'maybe'", "without a unit" },
        { "size of a setting", "name: t\nnodes: { a: { settings: { net.ipv4.tcp_syn_retries: ¦128 } } }", "takes a whole number from 1 to 127, not '128'", "without a unit" },

        // Units.
        { "no unit", Pair.Replace("[a - b]", "[a - b: { delay: ¦20 }]"), "a duration needs a unit", "units: ns, us, ms" },
        { "unknown unit", Pair.Replace("[a - b]", "[a - b: { delay: 20 ¦sec }]"), "unknown unit 'sec' for a duration", "did you mean 20 s?" },
        { "rate in Mbps", Pair.Replace("[a - b]", "[a - b: { rate: 100 ¦Mbps }]"), "unknown unit 'Mbps' for a rate", "did you mean 100 Mbit?" },
        { "negative", Pair.Replace("[a - b]", "[a - b: { delay: ¦-5 ms }]"), "cannot be negative", "20 ms" },
        { "over 100 %", Pair.Replace("[a - b]", "[a - b: { loss: ¦101 % }]"), "more than everything", "0 % to 100 %" },
        { "loss without %", Pair.Replace("[a - b]", "[a - b: { loss: ¦0.1 }]"), "a percentage needs a unit", "%" },
        { "no number", Pair.Replace("[a - b]", "[a - b: { delay: ¦soon }]"), "'soon' is not a duration", "20 ms" },

        // Links.
        { "unknown node in a link", "name: t\nnodes: { alice: {}, b: {} }\nlinks:\n  - ¦alcie - b\n", "there is no node 'alcie'", "did you mean 'alice'?" },
        { "second end of a link", "name: t\nnodes: { alice: {}, bob: {} }\nlinks:\n  - alice - ¦bbo: { delay: 1 ms }\n", "there is no node 'bbo'", "did you mean 'bob'?" },
        { "link to itself", "name: t\nnodes: { a: {} }\nlinks: [a - ¦a]", "a link from 'a' to itself", "" },
        { "link of one", "name: t\nnodes: { a: {} }\nlinks: [¦a-b]", "'a-b' is not a link", "blanks around the dash" },
        { "port taken", "name: t\nnodes: { a: {}, b: {}, c: {} }\nlinks: [a.x - b, ¦a.x - c]", "already holds a cable", "switch" },
        { "unknown link preset", Pair.Replace("[a - b]", "[a - b: { preset: ¦wfi }]"), "unknown link preset 'wfi'", "did you mean 'wifi'?" },
        { "unknown interface", "name: t\nnodes: { a: { interfaces: { ¦eth7: {} } }, b: {} }\nlinks: [a - b]", "no link is in the port 'eth7'", "eth0" },
        { "home without wan", "name: t\nnodes: { a: {}, h: { kind: router, preset: ¦home } }\nlinks: [a - h]", "no link is in that port", "h.wan - isp" },

        // Addresses.
        { "outside the subnet", "name: t\nnodes: { a: { address: 10.0.0.2/24 }, b: { address: ¦10.0.1.2/24 } }\nlinks: [a - b]", "lies outside the subnet 10.0.0.0/24", "" },
        { "duplicate address", "name: t\nnodes: { a: { address: 10.0.0.2 }, b: { address: ¦10.0.0.2 } }\nlinks: [a - b]", "is the address of a.eth0 already", "" },
        { "overlapping subnets", "name: t\nnodes: { a: { address: 10.0.0.2/16 }, r: { kind: router }, b: { address: ¦10.0.5.2/24 } }\nlinks: [a - r, b - r]", "overlaps 10.0.0.0/16", "different subnets" },
        { "subnet's number", "name: t\nnodes: { a: { address: ¦10.0.0.0/24 }, b: {} }\nlinks: [a - b]", "its subnet's own number", "" },
        { "several interfaces", "name: t\nnodes: { a: { address: ¦10.0.0.1 }, b: {}, c: {} }\nlinks: [a - b, a - c]", "'a' has 2 interfaces", "interfaces: { eth0" },
        { "host bits", Pair.Replace("[a - b]", "[a - b: { subnet: ¦10.0.0.1/24 }]"), "has bits after its prefix", "did you mean 10.0.0.0/24?" },
        { "IPv4 in a lab of IPv6", "name: t\nip: ipv6\nnodes: { a: { address: ¦10.0.0.1 }, b: {} }\nlinks: [a - b]", "does not belong in a lab of only IPv6", "" },
        { "next hop far away", "name: t\nnodes: { a: { routes: { 10.9.0.0/16: ¦10.77.0.1 } }, b: {} }\nlinks: [a - b]", "is on no network with 10.77.0.1", "direct neighbour" },

        // Rules.
        { "switch with rules", "name: t\nnodes: { s: { kind: switch, nat: ¦[masquerade out wan] } }", "'nat' is for hosts and routers", "" },
        { "filter rule", Office.Replace("r: { kind: router }", "r: { kind: router, firewall: { forward: { rules: [¦permit tcp 80] } } }"), "unknown verdict 'permit'", "allow" },
        { "filter protocol", Office.Replace("r: { kind: router }", "r: { kind: router, firewall: { forward: { rules: [allow ¦tpc 80] } } }"), "unknown protocol 'tpc'", "did you mean 'tcp'?" },
        { "port in a rule", Office.Replace("r: { kind: router }", "r: { kind: router, nat: [¦masquerade out wan] }"), "'r' has no port 'wan'", "lan" },
        { "port number", Office.Replace("r: { kind: router }", "r: { kind: router, firewall: { in: { rules: [allow tcp ¦70000] } } }"), "is not a port", "443" },
        { "ports of icmp", Office.Replace("r: { kind: router }", "r: { kind: router, firewall: { in: { rules: [allow icmp ¦8] } } }"), "only tcp and udp have ports", "" },

        // Names.
        { "unknown record type", Pair + "dns: { \".\": { ns: a, records: { www: ¦AAA 10.0.0.1 } } }", "unknown record type 'AAA'", "did you mean 'AAAA'?" },
        { "record of an unknown node", Pair + "dns: { \".\": { ns: a, records: { www: ¦A @bobb } } }", "there is no node 'bobb'", "nodes: a, b" },
        { "unknown name server", Pair + "dns: { \".\": { ns: ¦c } }", "there is no node 'c'", "nodes: a, b" },
        { "no delegation", Pair + "dns:\n  \".\": { ns: a }\n  ¦\"bob.com.\": { ns: b }\n", "its parent com. is no zone", "add \"com.\"" },
        { "no root", Pair + "dns: ¦{ \"com.\": { ns: b } }\n", "the name system has no root", "a.root" },
        { "zone without its dot", Pair + "dns: { \".\": { ns: a }, ¦com: { ns: b } }\n", "lacks its final dot", "\"com.\"" },
        { "alias with company", Pair + "dns: { \".\": { ns: a, records: { ¦www: [CNAME x, A 10.0.0.1] } } }", "is an alias and has other records", "" },
        { "IPv6 in an A record", Pair + "dns: { \".\": { ns: a, records: { www: A ¦2001:db8::1 } } }", "does not belong in an A record", "AAAA" },

        // Clouds.
        { "duplicate number", Cloud + "    nacl: { web: { in: [100 allow tcp 443, ¦100 deny all] } }\n", "rule 100 stands here twice", "110" },
        { "number missing", Cloud + "    nacl: { web: { in: [¦allow tcp 443] } }\n", "begins with its number", "100 allow" },
        { "clause of a list", Cloud + "    nacl: { web: { in: [100 allow tcp 443 ¦form any] } }\n", "'form' does not belong here", "did you mean 'from'?" },
        { "group rule", Cloud + "    sg: { web: { in: [tcp 443 ¦frm any] } }\n", "'frm' does not belong here", "tcp 443 from any" },
        { "subnet outside", Cloud + "    subnets: { web: { cidr: ¦10.1.0.0/24 } }\n", "lies outside the cloud's block", "" },
        { "subnets overlap", Cloud + "    subnets: { a: { cidr: 10.0.0.0/20 }, b: { cidr: ¦10.0.1.0/24 } }\n", "overlaps the subnet 'a'", "" },
        { "unknown list", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24, nacl: ¦wbe } }\n    nacl: { web: {} }\n", "no network ACL 'wbe'", "did you mean 'web'?" },
        { "unknown subnet", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: ¦wbe } }\n", "no subnet 'wbe'", "did you mean 'web'?" },
        { "unknown group", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: web, sg: ¦[all] } }\n", "no security group 'all'", "" },
        { "unknown gateway", Cloud.Replace("igw: net", "igw: ¦ent"), "there is no node 'ent'", "did you mean 'net'?" },
        { "reserved address", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: web, address: ¦10.0.1.1 } }\n", "is reserved", "10.0.1.4" },
        { "no certificate name", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: web, apps: [{ https: ¦{ ca: lab } }] } }\n", "needs 'host'", "" },
        { "unknown service", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: web, apps: [¦htps] } }\n", "unknown service 'htps'", "did you mean 'https'?" },

        // Programs, faults, expectations.
        { "unknown host of a program", Pair + "run: [{ on: ¦c, ping: b }]", "there is no node 'c'", "" },
        { "unknown program", Pair + "run: [{ on: a, ¦pnig: b }]", "unknown key 'pnig' in a program to run", "did you mean 'ping'?" },
        { "no program", Pair + "run: [¦{ on: a }]", "does not say what it is", "ping" },
        { "two programs", Pair + "run: [{ on: a, ping: b, ¦tcp: \"b:7\" }]", "both 'ping' and 'tcp'", "" },
        { "bad URL", Pair + "run: [{ on: a, get: ¦\"htp:/b\" }]", "is not a web address", "https://" },
        { "no port", Pair + "run: [{ on: a, tcp: ¦b }]", "lacks a port", "bob:80" },
        { "no resolver", Pair + "run: [{ on: a, ping: ¦www.bob.com }]", "no name system", "dns:" },
        { "too late", Pair + "limit: 5 s\nrun: [{ on: a, ping: b, at: ¦6 s }]", "the run is over", "limit" },
        { "fault without time", Pair + "faults: [¦{ down: a - b }]", "needs 'at'", "" },
        { "bad time of a fault", Pair + "faults: [{ at: ¦later, down: a - b }]", "'later' is not a duration", "" },
        { "unknown link of a fault", Pair + "faults: [{ at: 1 s, down: ¦a - c }]", "there is no link 'a - c'", "did you mean 'a - b'?" },
        { "unknown node of a fault", Pair + "faults: [{ at: 1 s, crash: ¦c }]", "there is no node 'c'", "" },
        { "instance of a fault", Cloud + "    subnets: { web: { cidr: 10.0.1.0/24 } }\n    instances: { bob: { subnet: web } }\nfaults: [{ at: 1 s, crash: ¦bob }]", "'bob' is an instance", "crash a node" },
        { "block of a cloud", Cloud.Replace("10.0.0.0/16", "¦10.0.0.0/8"), "no usable size for the cloud", "/16 to /28" },
        { "expectation on an unknown node", Pair + "expect: [{ from: ¦alice, ping: b }]", "there is no node 'alice'", "nodes: a, b" },
        { "key that does not go with it", Pair + "expect: [{ from: a, ping: b, ¦status: 200 }]", "unknown key 'status'", "" },
        { "unknown reason", Pair + "expect: [{ from: a, ping: b, blocked: { reason: ¦nacl-dney } }]", "unknown drop reason", "did you mean 'nacl-deny'?" },
        { "unknown list in an expectation", Pair + "expect: [{ from: a, ping: b, blocked: { at: ¦nacl/web } }]", "no network ACL 'web'", "" },
        { "not a switch", Pair + "expect: [{ on: ¦a, learned: { b: port1 } }]", "'a' is not a switch", "" },
        { "unknown port of a switch", Office + "expect: [{ on: sw, learned: { a: ¦port9 } }]", "'sw' has no port 'port9'", "port1" },
        { "no arrow of the state diagram", Pair + "expect: [{ tcp-transitions: [¦SYN-SENT to ESTABLISHED] }]", "is not an arrow between TCP states", "write SYN-SENT -> ESTABLISHED" },
        { "unknown congestion control", Pair + "run: [{ on: a, tcp: \"b:9\", congestion: ¦cubik }]", "unknown congestion control", "did you mean 'cubic'?" },
        { "unknown TCP state", Pair + "expect: [{ on: a, tcp-states: [¦ESTABLISED] }]", "unknown TCP state", "did you mean 'ESTABLISHED'?" },
        { "unnamed run", Pair + "run: [{ on: a, ping: b }]\nexpect: [{ run: ¦p, received: 1 }]", "no program of run: is called 'p'", "name under run:" },
        { "not connected", "name: t\nnodes: { a: {}, b: {}, c: {} }\nlinks: [a - b]\nexpect: [{ from: a, ping: ¦c }]", "no cable leads from 'a' to 'c'", "add a link" },
        { "more than was sent", Pair + "expect: [{ from: a, ping: b, count: 3, received: ¦4 }]", "4 cannot arrive of 3", "" },
        { "nothing translates", Office + "expect: [{ on: ¦r, nat: { from: a, to: b } }]", "'r' translates nothing", "" },
        { "bad range", Pair + "expect: [{ from: a, ping: b, received: ¦9..1 }]", "the range 9..1 is empty", "1..9" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_where_it_is_with_a_way_out(string what, string marked, string message, string suggestion)
    {
        int at = marked.IndexOf('¦');
        int line = marked[..at].Count(c => c == '\n') + 1;
        int column = at - (marked.LastIndexOf('\n', Math.Max(0, at - 1)) + 1) + 1;
        var reading = LabReading.OfText(marked.Replace("¦", ""), "lab.yaml");
        string all = string.Join("\n", reading.Mistakes);
        Assert.Null(reading.Plan);
        Assert.True(reading.Mistakes.Any(m => m.Span?.Line == line && m.Span?.Column == column &&
            m.Message.Contains(message, StringComparison.Ordinal) && m.Suggestion.Contains(suggestion, StringComparison.Ordinal)), $"{what}: expected at {line}:{column}, got\n{all}");
        Assert.StartsWith("lab.yaml:", all);
        Assert.DoesNotContain("   at ", all);
    }

    [Fact]
    public void Several_mistakes_are_reported_at_once_in_the_order_of_the_file()
    {
        var reading = LabReading.OfText("name: t\nseed: x\nnodes: { a: { knid: host }, b: {} }\nlinks: [a - c]\n");
        Assert.Equal([2, 3, 4], reading.Mistakes.Select(m => m.Span!.Value.Line));
    }

    [Fact]
    public void The_text_is_shown_with_a_caret_below_the_mistake()
    {
        var mistake = Assert.Single(LabReading.OfText("name: t\nnodes:\n  alice: { kind: hots }\n", "labs/t/lab.yaml").Mistakes);
        Assert.Equal(
            "labs/t/lab.yaml:3:18: unknown kind 'hots'\n      alice: { kind: hots }\n                     ^^^^\n  did you mean 'host'? (known: host, router, switch, linux)",
            mistake.ToString());
    }

    [Fact]
    public void A_missing_file_and_a_folder_without_a_lab_are_mistakes_too()
    {
        Assert.Contains("there is no such file", LabReading.OfFile("/nowhere/at/all.yaml").Mistakes[0].Message);
        Assert.Contains("no lab.yaml", LabReading.OfFile(Path.GetTempPath()).Mistakes[0].Suggestion);
    }

    [Fact]
    public void A_file_that_is_no_text_is_a_mistake()
    {
        Assert.Contains("control character", LabReading.OfText("name: t\n\0\0").Mistakes[0].Message);
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, [0x6E, 0xFF, 0xFE, 0x80]);
        Assert.Contains("UTF-8", LabReading.OfFile(file).Mistakes[0].Message);
        File.Delete(file);
    }

    [Fact]
    public void Deep_and_huge_files_are_refused_quickly()
    {
        Assert.Contains("nested deeper", LabReading.OfText(new string('[', 100_000)).Mistakes[0].Message);
        Assert.Contains("too large", LabReading.OfText(new string('x', 3 << 20)).Mistakes[0].Message);
        Assert.NotEmpty(LabReading.OfText("name: t\nnodes: [" + string.Concat(Enumerable.Repeat("a, ", 300_000)) + "]").Mistakes);
    }
}
