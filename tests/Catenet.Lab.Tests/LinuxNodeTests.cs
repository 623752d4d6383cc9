using Catenet.Lab.Building;
using Catenet.Lab.Model;
using Catenet.Lab.Running;

namespace Catenet.Lab.Tests;

/// <summary>Nodes that are a piece of Linux: what the reader makes of them; and, where root is at hand, that they live and leave nothing behind.</summary>
public class LinuxNodeTests
{
    [Theory]
    [InlineData("time: virtual\nnodes: { a: { kind: linux } }", "write time: real")]
    [InlineData("time: x0.5\nnodes: { a: { kind: linux } }", "write time: real")]
    [InlineData("time: real\nnodes: { a: { kind: linux, resolver: true } }", "let a host of Catenet's resolve names")]
    [InlineData("time: real\nnodes: { a: { kind: linux, apps: [tcp-echo] } }", "run a real program")]
    [InlineData("time: real\nnodes: { a: { kind: linux, nat: [masquerade out eth0] } }", "use nftables")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a.a-port-of-a-long-name - b]", "at most 15 characters")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a - b]\nrun: [{ on: a, ping: b }]", "run a real program: exec")]
    [InlineData("nodes: { a: {}, b: {} }\nlinks: [a - b]\nrun: [{ on: a, exec: ls }]", "give the node kind: linux")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a - b]\nexpect: [{ on: a, arp: b }]", "ask Linux")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a - b]\nfaults: [{ at: 1 s, crash: a }]", "take its link down")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a - b]\ndns: { \".\": { ns: a } }", "serve the zone")]
    [InlineData("time: real\nnodes: { a: { kind: linux }, b: {} }\nlinks: [a - b]\nexpect: [{ from: a, exec: ls, status: 200 }]", "known keys: ")]
    public void What_does_not_go_with_Linux_is_a_mistake_with_its_place(string yaml, string suggestion)
    {
        var mistakes = LabReading.OfText("name: t\n" + yaml + "\n").Mistakes;
        Assert.Contains(mistakes, m => m.Suggestion.Contains(suggestion, StringComparison.Ordinal));
        Assert.All(mistakes, m => Assert.NotNull(m.Span));
    }

    [Fact]
    public void The_mistake_of_virtual_time_stands_at_the_kind() => Assert.StartsWith(
        "lab.yaml:2:21: 'a' is a linux node, whose clock is the one on the wall",
        Assert.Single(LabReading.OfText("name: t\nnodes: { a: { kind: linux } }\n").Mistakes).ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_sample_of_the_page_is_a_valid_lab_and_holds()
    {
        string page = File.ReadAllText(Path.Combine(LabFolder.Root, "..", "docs", "linux.md"));
        int from = page.IndexOf("name: hello-linux", StringComparison.Ordinal);
        var plan = LabFolder.Plan(page[from..page.IndexOf("```", from, StringComparison.Ordinal)]);
        NeedsRoot();
        Assert.True(new LabRunner(plan).Run().Passed);
    }

    [Fact]
    public void A_linux_node_is_planned_like_any_other_host()
    {
        var plan = LabFolder.Plan("name: t\ntime: real\nnodes: { a: { kind: linux }, r: { kind: router }, b: {} }\nlinks: [a - r, r - b]\n");
        var node = plan.Node("a")!;
        Assert.True(node.IsLinux);
        Assert.True(plan.NeedsLinux);
        Assert.Equal(["10.0.1.2/24", "2001:db8:0:1::2/64"], node.Interfaces[0].Addresses.Select(a => a.ToString()));
        Assert.Equal(["10.0.1.1", "2001:db8:0:1::1"], node.Routes.Select(r => r.NextHop.ToString()));
    }

    [Fact]
    public void A_lab_with_Linux_runs_in_real_time_only()
    {
        var plan = LabFolder.Plan("name: t\ntime: real\nnodes: { a: { kind: linux } }\n");
        var e = Assert.Throws<ArgumentException>(() => new LabRunner(plan, new LabRunOptions { Time = TimeMode.Virtual }).Run());
        Assert.Contains("real time only", e.Message);
    }

    [Fact]
    public void Programs_of_Linux_see_the_labs_names_and_their_code_and_output_are_judged()
    {
        NeedsRoot();
        var lab = new LabBuilder("t").Time(TimeMode.Real).Linux("tux").Host("bob").Link("tux", "bob")
            .Run("tux", new ExecProgram { Command = "echo out; echo err >&2; exit 3" }, "told")
            .Expect(new OutcomeExpectation { Run = "told", Outcome = new Outcome { Exit = 3, Output = "err" } })
            .Expect(new OutcomeExpectation { Run = "told", Outcome = new Outcome { Exit = 0 } })
            .Expect("tux", new ExecProgram { Command = "ping -c 1 -W 20 bob" })
            .Expect("tux", new ExecProgram { Command = "ping -6 -c 1 -W 20 bob" })
            .Expect("tux", new ExecProgram { Command = "cat /etc/resolv.conf" }, new Outcome { Output = "nameserver" })
            .Expect("tux", new ExecProgram { Command = "no-such-program" }, new Outcome { Exit = 127 })
            .Build();
        var result = new LabRunner(LabReading.OfModel(lab).Plan!).Run();
        Assert.Equal([true, false, true, true, false, true], result.Expectations.Select(e => e.Holds));
        Assert.Equal("exit code 3: err", result.Expectations[1].Seen);
        Assert.Equal(["out", "err"], result.Programs[0].Result.Output.OrderDescending());
    }

    [Fact]
    public void A_service_is_ready_when_it_says_so_and_ends_with_the_lab()
    {
        NeedsRoot();
        string marker = $"catenet-service-{Environment.ProcessId}";
        var lab = new LabBuilder("t").Time(TimeMode.Real).Linux("tux").Host("bob").Link("tux", "bob")
            .Run("tux", new ExecProgram { Command = $"echo listening; sleep 1000; : {marker}", Ready = "listening" }, "service")
            .Run("tux", new ExecProgram { Command = "echo broken; exit 4", Ready = "listening" }, "broken")
            .Expect(new OutcomeExpectation { Run = "service" })
            .Expect(new OutcomeExpectation { Run = "broken" })
            .Build();
        var result = new LabRunner(LabReading.OfModel(lab).Plan!).Run();
        Assert.Equal([true, false], result.Expectations.Select(e => e.Holds));
        Assert.Contains("exit code 4", result.Expectations[1].Seen);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(CommandLine), c => c.Contains(marker, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_link_takes_Linuxs_carrier()
    {
        NeedsRoot();
        var reading = LabReading.OfText("""
            name: t
            time: real
            nodes: { tux: { kind: linux }, bob: {} }
            links: [tux - bob]
            faults: [{ at: 300 ms, down: tux - bob }]
            expect: [{ at: 600 ms, from: tux, exec: "ip link show eth0", output: NO-CARRIER }]
            """);
        Assert.Empty(reading.Mistakes);
        Assert.True(new LabRunner(reading.Plan!).Run().Passed);
    }

    [Fact]
    public void A_running_lab_is_in_the_register_and_gone_from_it_afterwards()
    {
        NeedsRoot();
        var lab = new LabBuilder($"held-{Environment.ProcessId}").Time(TimeMode.Real).Linux("tux").Host("bob").Link("tux", "bob").Build();
        LabEntry? seen = null;
        new LabRunner(LabReading.OfModel(lab).Plan!, new LabRunOptions
        {
            Hold = _ =>
            {
                seen = RunningLab.Find(lab.Name);
                return Task.CompletedTask;
            },
        }).Run();
        Assert.Equal(Environment.ProcessId, seen!.Process);
        Assert.Equal(["tux"], seen.Nodes.Keys);
        Assert.Null(RunningLab.Find(lab.Name));
    }

    [Fact]
    public void What_a_killed_lab_left_in_the_register_is_removed_at_the_next_start()
    {
        NeedsRoot();
        string left = Path.Combine(RunningLab.Directory, "left.999999999.1.0");
        Directory.CreateDirectory(left);
        var lab = new LabBuilder("t").Time(TimeMode.Real).Linux("tux").Host("bob").Link("tux", "bob").Build();
        new LabRunner(LabReading.OfModel(lab).Plan!).Run();
        Assert.False(Directory.Exists(left));
    }

    private static void NeedsRoot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root on Linux: network namespaces and interfaces take it");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "needs /dev/net/tun: load the module tun");
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
