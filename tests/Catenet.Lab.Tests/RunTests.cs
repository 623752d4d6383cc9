using Catenet.Lab.Model;
using Catenet.Lab.Running;

namespace Catenet.Lab.Tests;

public class RunTests
{
    private const string Pair = "name: t\nnodes: { a: {}, b: { apps: [tcp-sink, tcp-echo, udp-sink, udp-echo, http, udp-stream: { count: 50, rate: 10 Mbit }] } }\nlinks: [a - b: { delay: 5 ms }]\n";
    private const string Office = "name: t\nip: ipv4\nnodes: { a: {}, b: {}, sw: { kind: switch }, r: { kind: router } }\nlinks: [a - sw, b - sw, r.lan - sw]\n";

    [Fact]
    public void Another_seed_gives_other_losses()
    {
        var plan = LabFolder.PlanOf("alice-and-bob-udp");
        string Losses(ulong seed)
        {
            var log = new RunLog();
            new LabRunner(plan, new LabRunOptions { Seed = seed, Listeners = [log] }).Run();
            return string.Join(",", log.Drops.Where(d => d.Reason == Core.DropReason.LinkLoss).Select(d => d.Time.Nanoseconds));
        }

        Assert.NotEqual(Losses(1), Losses(2));
    }

    /// <summary>Linux lets a user watch 128 sets of files; a web server of a lab must not take one.</summary>
    [Fact]
    public void A_lab_may_have_hundreds_of_web_servers()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"w{i}").ToList();
        string lab = $"name: t\nnodes:\n  a: {{}}\n  sw: {{ kind: switch }}\n{string.Concat(names.Select(n => $"  {n}: {{ apps: [http] }}\n"))}" +
            $"links:\n  - a - sw\n{string.Concat(names.Select(n => $"  - {n} - sw\n"))}expect:\n  - {{ from: a, get: \"http://w199/\", status: 200 }}\n";
        Assert.True(new LabRunner(LabFolder.Plan(lab)).Run().Passed);
    }

    /// <summary>Every kind of expectation holds when it should.</summary>
    [Theory]
    [InlineData(Pair, "{ from: a, ping: b, count: 3, received: 3, lost: 0, within: 16 ms }")]
    [InlineData(Pair, "{ from: a, ping: b.eth0 }")]
    [InlineData(Pair, "{ from: a, get: \"http://b/\", status: 200, body: Hello, within: 100 ms }")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", open: true }")]
    [InlineData(Pair, "{ from: a, tcp: \"b:10\", open: false }")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 100 kB, delivered: 100 kB, intact: true, retransmitted: 0 }")]
    [InlineData(Pair, "{ from: a, udp: \"b:9\", count: 20, received: 20, lost: 0 }")]
    [InlineData(Pair, "{ from: a, watch: \"b:5004\", received: 50, reordered: 0, duplicated: 0 }")]
    [InlineData(Pair, "{ from: a, sysctl: net.ipv4.ip_default_ttl, output: net.ipv4.ip_default_ttl = 64 }")]
    [InlineData(Pair, "{ from: a, sysctl: -w net.ipv4.ip_default_ttl=9 }\n  - { from: b, sysctl: -n net.ipv4.ip_default_ttl, output: '64' }\n  - { from: a, sysctl: -n net.ipv4.ip_default_ttl, output: '9' }")]
    [InlineData(Pair, "{ from: a, sysctl: -qw \"net.ipv4.tcp_rmem=5000 6000\" 'net.ipv4.tcp_wmem = 7000' }\n  - { from: a, sysctl: net.ipv4, output: \"wmem = 7000\\t\" }\n  - { from: a, sysctl: net.ipv4, output: \"rmem = 5000\\t6000\" }")]
    [InlineData(Pair, "{ from: a, sysctl: net.ipv4.tcp_sack=maybe, exit: 1, output: Invalid argument }")]
    [InlineData(Office, "{ from: a, ping: b, received: 1 }\n  - { on: a, arp: b, state: [reachable, stale] }\n  - { on: a, arp: b, mac: b.eth0 }")]
    [InlineData(Office, "{ from: a, ping: r.lan }\n  - { on: sw, learned: { a: port1, r.lan: port3 } }\n  - { on: sw, switched: { forwarded: 1.. } }")]
    [InlineData(Office, "{ from: a, ping: 10.0.1.99, blocked: { at: a, reason: neighbour-failed } }\n  - { on: a, arp: 10.0.1.99, state: [failed, incomplete, none] }\n  - { drops: neighbour-failed, on: a, count: 1.. }")]
    public void What_is_so_is_found_so(string lab, string expect) => Assert.True(Run(lab, expect).Passed, Describe(Run(lab, expect)));

    /// <summary>Every kind of expectation fails when it should: a check that cannot fail checks nothing.</summary>
    [Theory]
    [InlineData(Pair, "{ from: a, ping: b, within: 9 ms }", "took 15")]
    [InlineData(Pair, "{ from: a, ping: b, count: 2, received: 1 }", "received 2")]
    [InlineData(Pair, "{ from: a, ping: 10.0.1.77 }", "0 of 1")]
    [InlineData(Pair, "{ from: a, get: \"http://b/\", status: 404 }", "status 200")]
    [InlineData(Pair, "{ from: a, get: \"http://b/\", body: Goodbye }", "Hello")]
    [InlineData(Pair, "{ from: a, get: \"http://b:81/\" }", "refused")]
    [InlineData(Pair, "{ from: a, sysctl: net.ipv4.tcp_sack=maybe }", "exit code 1: sysctl: setting key \"net.ipv4.tcp_sack\": Invalid argument")]
    [InlineData(Pair, "{ from: a, sysctl: net.ipv4.tcp_sack, output: tcp_sack = 0 }", "it wrote 'net.ipv4.tcp_sack = 1'")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", open: false }", "open true")]
    [InlineData(Pair, "{ from: a, tcp: \"b:10\", open: true }", "refused")]
    [InlineData(Pair, "{ from: a, tcp: \"b:10\" }", "refused")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", blocked: {} }", "not blocked")]
    [InlineData(Pair, "{ from: a, tcp: \"b:10\", blocked: { reason: nacl-deny } }", "not as expected")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 1 kB, delivered: 2 kB }", "delivered 1000")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 1 kB, retransmitted: 1.. }", "retransmitted 0")]
    [InlineData(Pair, "{ from: a, watch: \"b:5004\", lost: 1.. }", "lost 0")]
    [InlineData(Office, "{ on: a, arp: b }", "no entry")]
    [InlineData(Office, "{ from: a, ping: b }\n  - { on: a, arp: b, mac: r.lan }", "lladdr")]
    [InlineData(Office, "{ from: a, ping: b }\n  - { on: sw, learned: { a: port2 } }", "port1")]
    [InlineData(Office, "{ on: sw, switched: { forwarded: 99.. } }", "forwarded")]
    [InlineData(Office, "{ on: a, tcp-states: [ESTABLISHED] }", "no such connection")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 1 kB }\n  - { on: a, tcp-states: [TIME-WAIT, SYN-SENT] }", "SYN-SENT ESTABLISHED")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 1 kB }\n  - { tcp-transitions: [FIN-WAIT-1 -> CLOSING] }", "nobody went FIN-WAIT-1 -> CLOSING")]
    [InlineData(Pair, "{ from: a, tcp: \"b:9\", send: 1 kB }\n  - { on: a, tcp-states: [SYN-SENT], port: 90 }", "no such connection")]
    [InlineData(Office, "{ drops: ttl-exceeded }", "0 dropped for ttl-exceeded")]
    public void What_is_not_so_is_found_out_and_told(string lab, string expect, string told)
    {
        var result = Run(lab, expect);
        Assert.False(result.Passed);
        Assert.Contains(result.Expectations, e => !e.Holds && e.Seen.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void An_untold_refusal_by_a_black_hole_is_no_refusal()
    {
        var result = Run(Office.Replace("r: { kind: router }", "r: { kind: router, firewall: { in: { rules: [drop tcp] } } }"), "{ from: a, tcp: \"r:22\", open: false }");
        Assert.False(result.Passed);
        Assert.Contains("netfilter-drop", result.Expectations[0].Cause);
    }

    [Fact]
    public void What_the_limit_cuts_off_has_failed()
    {
        var result = Run("limit: 2 s\n" + Office, "{ from: a, ping: b, count: 9 }");
        Assert.Contains("limit", Assert.Single(result.Expectations).Seen);
    }

    [Fact]
    public void Programs_without_names_run_side_by_side()
    {
        var result = Run(Pair + "run: [{ on: a, ping: b }, { on: a, ping: b, at: 1 s }, { on: b, tcp: \"b:9\", send: 1 MB }, { on: a, tcp: \"b:9\", send: 1 MB, name: x }]\n", "{ run: x, intact: true, delivered: 1 MB }");
        Assert.True(result.Passed, Describe(result));
        Assert.Equal(4, result.Programs.Count);
        Assert.All(result.Programs, p => Assert.True(p.Result.Succeeded, p.Result.Seen));
    }

    [Fact]
    public void A_link_that_is_down_stops_pings_until_it_is_up_again()
    {
        var result = Run(Office + "run: [{ name: p, on: a, ping: b, count: 10 }]\nfaults: [{ at: 2500 ms, down: sw - b, for: 3 s }]\n", "{ run: p, received: 7, lost: 3 }");
        Assert.True(result.Passed, Describe(result));
    }

    [Fact]
    public void A_link_that_changes_loses_as_it_is_told()
    {
        var result = Run(Pair + "run: [{ name: p, on: a, ping: b, count: 10 }]\nfaults: [{ at: 2500 ms, change: a - b, to: { loss: 100 % }, for: 3 s }]\n", "{ run: p, received: 7 }\n  - { drops: link-loss, count: 3.. }");
        Assert.True(result.Passed, Describe(result));
    }

    [Fact]
    public void A_node_that_crashes_forgets_everything_and_serves_again_afterwards()
    {
        string yaml = Office.Replace("b: {}", "b: { apps: [tcp-sink, http] }") + "run: [{ name: long, on: a, tcp: \"b:9\", send: 500 MB }]\nfaults: [{ at: 1 s, crash: b, for: 2 s }]\n";
        var result = Run(yaml, "{ at: 2 s, from: a, ping: b, lost: 1 }\n  - { run: long, open: true }\n  - { from: a, get: \"http://b/\", status: 200 }\n  - { from: a, tcp: \"b:9\", send: 1 kB, intact: true }");
        Assert.True(result.Expectations.Select(e => e.Holds).SequenceEqual([true, false, true, true]), Describe(result));
        Assert.Contains("broken off", result.Expectations[1].Seen);
    }

    [Fact]
    public void A_switch_that_crashes_has_to_learn_again()
    {
        var result = Run(Office + "run: [{ name: p, on: a, ping: b, count: 6 }]\nfaults: [{ at: 2500 ms, crash: sw, for: 1 s }]\n", "{ at: 3 s, on: sw, learned: { a: none, b: none } }\n  - { on: sw, learned: { a: port1, b: port2 } }");
        Assert.True(result.Passed, Describe(result));
    }

    [Fact]
    public void Parallel_links_have_chances_of_their_own()
    {
        var plan = LabFolder.Plan("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b: { subnet: 10.0.1.0/24 }, a - b: { subnet: 10.0.2.0/24 }]\nexpect: [{ from: a, ping: b }]\n");
        Assert.Equal(["a - b", "a - b #2"], new LabRunner(plan).Network.Links.Select(l => l.Name));
    }

    [Fact]
    public void A_cloud_of_IPv6_only_may_have_several_subnets()
    {
        const string Yaml = "name: t\nip: ipv6\nnodes: { a: {}, net: { kind: router } }\nlinks: [a - net]\nclouds: { c: { vpc: 10.0.0.0/16, igw: net, subnets: { x: { cidr: 10.0.1.0/24, routes: { \"::/0\": igw } }, y: { cidr: 10.0.2.0/24 } }, instances: { i: { subnet: x }, j: { subnet: y } } } }\n";
        var result = Run(Yaml, "{ from: a, ping: i }\n  - { from: i, ping: j }\n  - { from: a, ping: j, blocked: {} }");
        Assert.True(result.Passed, Describe(result));
    }

    [Fact]
    public void Real_time_and_a_pace_run_the_same_lab()
    {
        foreach (var mode in new[] { TimeMode.Real, new TimeMode(100) })
        {
            var reading = LabReading.OfText(Pair + "expect: [{ from: a, ping: b }, { from: a, get: \"http://b/\" }]\n");
            var result = new LabRunner(reading.Plan!, new LabRunOptions { Time = mode }).Run();
            Assert.True(result.Passed, Describe(result));
        }
    }

    private static LabResult Run(string lab, string expect) => new LabRunner(LabFolder.Plan($"{lab}expect:\n  - {expect}\n")).Run();

    private static string Describe(LabResult result) => string.Join("\n", result.Failures) + string.Join("\n", result.Expectations.Select(e =>
        $"{(e.Holds ? "ok  " : "FAIL")} {e.Text}\n     {e.Time} saw: {e.Seen}\n     {e.Cause}"));
}
