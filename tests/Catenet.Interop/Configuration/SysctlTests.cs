using System.Globalization;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel;
using Catenet.Kernel.Configuration;
using Catenet.Linux.Namespaces;
using Catenet.Programs.Tools;

namespace Catenet.Interop.Configuration;

/// <summary>The settings beside those of a fresh network namespace of Linux 6.18 or later: the same defaults, the same ranges.</summary>
public sealed class SysctlTests
{
    /// <summary>Where the default is another, and why.</summary>
    private static readonly Dictionary<string, string> OtherDefaults = new()
    {
        ["net.ipv4.tcp_congestion_control"] = "the machine's own choice",
        ["net.ipv4.tcp_max_syn_backlog"] = "of the machine's memory",
        ["net.ipv4.tcp_max_tw_buckets"] = "of the machine's memory",
        ["net.netfilter.nf_conntrack_max"] = "of the machine's memory",
        ["net.core.rmem_default"] = "the machine's own",
        ["net.core.wmem_default"] = "the machine's own",
        ["net.core.rmem_max"] = "the machine's own",
        ["net.core.wmem_max"] = "the machine's own",
        ["net.ipv4.tcp_rmem"] = "of the machine's memory",
        ["net.ipv4.tcp_wmem"] = "of the machine's memory",
        ["net.ipv4.conf.default.accept_source_route"] = "conf.all, which is 0 in Linux, has a say too",
        ["net.ipv4.conf.default.arp_notify"] = "here addresses are announced",
        ["net.ipv6.conf.default.ndisc_notify"] = "here addresses are announced",
        ["net.ipv6.conf.default.router_solicitations"] = "without end (-1) is not there",
    };

    /// <summary>Where the range is another, and why.</summary>
    private static readonly Dictionary<string, string> OtherRanges = new()
    {
        ["net.ipv4.conf.default.rp_filter"] = "3 and above mean nothing",
        ["net.ipv4.conf.default.arp_accept"] = "2 is not there",
        ["net.ipv6.conf.default.accept_ra"] = "2 is not there",
        ["net.ipv6.auto_flowlabels"] = "2 and 3 are not there",
        ["net.ipv4.ipfrag_high_thresh"] = "there is no low threshold",
        ["net.ipv4.tcp_base_mss"] = "65536 and above mean nothing",
        ["net.ipv4.tcp_ecn"] = "accurate ECN is there",
        ["net.netfilter.nf_conntrack_max"] = "0 is no limit in Linux",
    };

    [Fact]
    public void Defaults_are_those_of_Linux()
    {
        using var linux = Fresh();
        var settings = new Settings();
        foreach (string name in Sysctl.Names.Where(n => Exists(linux, n) && !OtherDefaults.ContainsKey(n)))
        {
            Assert.True(Sysctl.TryGet(settings, name, out string? ours));
            Assert.Equal((name, linux.Sysctl(name)), (name, ours));
        }
    }

    /// <summary>What is below zero is not asked: Linux takes it where it has no meaning. Nor is what takes more than 32 bits, of which Linux forgets some.</summary>
    [Fact]
    public void What_Linux_takes_is_taken_and_what_it_refuses_is_refused()
    {
        using var linux = Fresh();
        foreach (string name in Sysctl.Names.Where(n => Exists(linux, n) && !OtherRanges.ContainsKey(n)))
        {
            string before = linux.Sysctl(name);
            if (!TrySet(linux, name, before))
            {
                continue; // The whole machine's, for a namespace to read only.
            }

            foreach (long value in (long[])[0, 1, 2, 3, 4, 5, 9, 47, 48, 67, 68, 127, 128, 255, 256, 300, 301, 1000, 1001, 1024, 60_000, 60_001, 65_535, 65_536,
                86_400, 86_401, 120_000, 120_001, 8_589_934, 8_589_935, 17_179_869, 17_179_870, 2_147_483_647, 2_147_483_648, 4_294_967_295])
            {
                string text = value.ToString(CultureInfo.InvariantCulture);
                bool theirs = TrySet(linux, name, text);
                Assert.Equal((name, text, theirs), (name, text, Sysctl.TrySet(new Settings(), name, text, out _)));
                TrySet(linux, name, before);
            }
        }
    }

    [Theory]
    [InlineData("net.ipv4.tcp_ecn")]
    [InlineData("net/ipv4/tcp_rmem", "net.ipv4.nosuch", "net.ipv4.ip_local_port_range")]
    [InlineData("-n", "net.ipv4.tcp_wmem", "net.ipv4.tcp_fastopen_key")]
    [InlineData("-N", "net.ipv4.tcp_ecn")]
    [InlineData("-b", "net.ipv4.tcp_ecn")]
    [InlineData("-w", "net.ipv4.tcp_ecn=1", "net.ipv4.tcp_ecn", "nosuch=1", "net.ipv4.tcp_rmem = 5000 6000")]
    [InlineData("-nw", "net.ipv4.tcp_fastopen=0x403")]
    [InlineData("-qw", "net.ipv4.tcp_ecn=1")]
    [InlineData("-ew", "nosuch=1", "net/ipv4/tcp_ecn=0")]
    [InlineData("net.ipv4.tcp_ecn=1", "net.ipv4.tcp_ecn", "net.ipv4.tcp_ecn=99", "net.ipv4.tcp_ecn=")]
    [InlineData("-w", "net.ipv4.tcp_congestion_control=nosuch")]
    [InlineData("-w")]
    public void Sysctl_prints_what_Linuxs_prints(params string[] arguments)
    {
        using var linux = Fresh();
        Needs.Program("sysctl");
        using var theirs = linux.Start("sysctl", arguments);
        int code = theirs.WaitForExit();
        var output = new StringWriter();
        var errors = new StringWriter();
        var host = new Host(new EventLoop(1), "alice");
        Assert.Equal((code, theirs.Output, theirs.Errors), (new SysctlCommand(host, output, errors).Run(arguments), output.ToString(), errors.ToString()));
    }

    private static NetworkNamespace Fresh()
    {
        Needs.Namespaces();
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 18), "needs Linux 6.18: others have other defaults and ranges");
        return NetworkNamespace.Create();
    }

    private static bool Exists(NetworkNamespace linux, string name)
    {
        try
        {
            return linux.Sysctl(name).Length > 0;
        }
        catch (IOException)
        {
            return false; // The whole machine's, if it is one of Linux at all.
        }
    }

    private static bool TrySet(NetworkNamespace linux, string name, string value)
    {
        try
        {
            linux.Sysctl(name, value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
