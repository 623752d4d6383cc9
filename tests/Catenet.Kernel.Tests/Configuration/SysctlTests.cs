using Catenet.Kernel.Configuration;

namespace Catenet.Kernel.Tests.Configuration;

/// <summary>Settings by sysctl's names. The values that stand here are what Linux 6.18 printed, refused and took in a fresh network namespace.</summary>
public class SysctlTests
{
    public static TheoryData<string> Names => [.. Sysctl.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_takes_what_it_tells(string name)
    {
        var settings = new Settings();
        string value = Get(settings, name);
        Assert.True(Sysctl.TrySet(settings, name, value, out string? error), error);
        Assert.Equal(value, Get(settings, name));
    }

    /// <summary>A setting of its own each: what is set arrives there and nowhere else, but where two names mean the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Each_sets_itself_and_no_other(string name)
    {
        var settings = new Settings();
        string value = Other(name, Get(settings, name));
        Assert.True(Sysctl.TrySet(settings, name, value, out string? error), error);
        Assert.Equal(value, Get(settings, name));
        var changed = Sysctl.Names.Where(n => Get(settings, n) != Get(new Settings(), n)).Except([name]);
        Assert.Equal(Twins.Where(t => t.Contains(name)).SelectMany(t => t).Except([name]), changed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_no_value_is_refused_with_what_is_allowed(string name)
    {
        var settings = new Settings();
        string before = Get(settings, name);
        foreach (string value in (string[])["", "maybe", "1x", "99999999999999999999999", "1,2", "-99999999999"])
        {
            Assert.False(Sysctl.TrySet(settings, name, value, out string? error), value);
            Assert.StartsWith(name + " takes ", error);
            Assert.EndsWith($", not '{value}'", error);
        }

        Assert.Equal(before, Get(settings, name));
    }

    [Theory]
    [InlineData("net.ipv4.tcp_rmem", "4096\t131072\t33554432")]
    [InlineData("net.ipv4.tcp_wmem", "4096\t16384\t4194304")]
    [InlineData("net.ipv4.ip_local_port_range", "32768\t60999")]
    [InlineData("net.ipv4.tcp_fastopen_key", "00000000-00000000-00000000-00000000")]
    [InlineData("net.ipv4.tcp_comp_sack_delay_ns", "1000000")]
    [InlineData("net.ipv4.tcp_rto_min_us", "200000")]
    [InlineData("net.ipv4.tcp_rto_max_ms", "120000")]
    [InlineData("net.ipv4.tcp_keepalive_time", "7200")]
    [InlineData("net.ipv4.neigh.default.retrans_time", "100")]
    [InlineData("net.ipv4.tcp_notsent_lowat", "4294967295")]
    [InlineData("net.ipv4.icmp_ratemask", "6168")]
    [InlineData("net.ipv4.tcp_frto", "2")]
    [InlineData("net.ipv4.tcp_early_retrans", "3")]
    [InlineData("net.ipv4.tcp_congestion_control", "cubic")]
    public void Defaults_are_printed_as_Linux_prints_them(string name, string value) => Assert.Equal(value, Get(new Settings(), name));

    [Theory]
    [InlineData("net.ipv4.tcp_syn_retries", "010", "8")]
    [InlineData("net.ipv4.tcp_syn_retries", "0x10", "16")]
    [InlineData("net.ipv4.tcp_syn_retries", "5 6", "5")]
    [InlineData("net.ipv4.tcp_syn_retries", " 7 ", "7")]
    [InlineData("net.ipv4.tcp_syn_retries", "0", null)]
    [InlineData("net.ipv4.tcp_syn_retries", "128", null)]
    [InlineData("net.ipv4.tcp_syn_retries", "08", null)]
    [InlineData("net.ipv4.tcp_syn_retries", "+5", null)]
    [InlineData("net.ipv4.tcp_rmem", "5000", "5000\t131072\t33554432")]
    [InlineData("net.ipv4.tcp_rmem", "5000 6000 7000 8000", "5000\t6000\t7000")]
    [InlineData("net.ipv4.tcp_rmem", "5000 abc", null)]
    [InlineData("net.ipv4.tcp_rmem", "0 1 2", null)]
    [InlineData("net.ipv4.ip_local_port_range", "2000", "2000\t60999")]
    [InlineData("net.ipv4.ip_local_port_range", "2000 1000", null)]
    [InlineData("net.ipv4.ip_local_port_range", "2000 65536", null)]
    [InlineData("net.ipv4.ip_local_port_range", "1023 3000", null)]
    [InlineData("net.ipv4.tcp_fastopen", "0x403", "1027")]
    [InlineData("net.ipv4.tcp_fastopen_key", "A-b-C-d", "0000000a-0000000b-0000000c-0000000d")]
    [InlineData("net.ipv4.tcp_fastopen_key", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4,1-2-3-4", "a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4,00000001-00000002-00000003-00000004")]
    [InlineData("net.ipv4.tcp_fastopen_key", "1-2-3", null)]
    [InlineData("net.ipv4.tcp_fastopen_key", "1-2-3-4-5,6-7-8", null)]
    [InlineData("net.ipv4.tcp_fin_timeout", "8589934", "8589934")]
    [InlineData("net.ipv4.tcp_fin_timeout", "8589935", null)]
    [InlineData("net.ipv4.tcp_notsent_lowat", "-1", null)]
    [InlineData("net.ipv4.icmp_ratemask", "-5", "-5")]
    [InlineData("net.ipv4.icmp_ratemask", "4294967295", null)]
    [InlineData("net.ipv4.tcp_sack", "255", "1")]
    [InlineData("net.ipv4.tcp_sack", "256", null)]
    [InlineData("net.ipv4.tcp_timestamps", "2", "2")]
    [InlineData("net.ipv4.tcp_early_retrans", "1", "0")]
    [InlineData("net.ipv4.tcp_congestion_control", "reno x", null)]
    public void Text_is_taken_as_Linux_takes_it(string name, string text, string? told)
    {
        var settings = new Settings();
        Assert.Equal(told is not null, Sysctl.TrySet(settings, name, text, out _));
        Assert.Equal(told ?? Get(new Settings(), name), Get(settings, name));
    }

    [Fact]
    public void An_unknown_name_is_refused()
    {
        Assert.False(Sysctl.TrySet(new Settings(), "net.ipv4.tcp_magic", "1", out string? error));
        Assert.Equal("there is no setting 'net.ipv4.tcp_magic'", error);
        Assert.False(Sysctl.TryGet(new Settings(), "net.ipv4.tcp_magic", out _));
    }

    /// <summary>Names that mean one setting.</summary>
    private static readonly string[][] Twins =
    [
        ["net.ipv6.conf.all.hop_limit", "net.ipv6.conf.default.hop_limit"],
        ["net.ipv4.neigh.default.base_reachable_time", "net.ipv4.neigh.default.base_reachable_time_ms"],
        ["net.ipv4.neigh.default.retrans_time", "net.ipv4.neigh.default.retrans_time_ms"],
    ];

    /// <summary>Another value than the default.</summary>
    private static string Other(string name, string value) => name switch
    {
        "net.ipv4.tcp_congestion_control" => "reno",
        "net.ipv4.tcp_fastopen_key" => "00000001-00000002-00000003-00000004",
        "net.ipv4.ip_local_port_range" => "2000\t3000",
        "net.ipv4.tcp_frto" or "net.ipv4.tcp_early_retrans" or "net.ipv4.tcp_ecn_option" or "net.ipv4.tcp_tw_reuse" => "0",
        _ when name.EndsWith("_time_ms", StringComparison.Ordinal) => "20000",
        "net.ipv4.tcp_reordering" => "5",
        "net.ipv4.tcp_rto_max_ms" => "60000",
        _ when value.Contains('\t') => "5000\t6000\t7000",
        _ when value is "1" or "3" or "4294967295" or "2147483647" => "0",
        _ when value == "0" => "1",
        _ => (long.Parse(value, System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string Get(Settings settings, string name) => Sysctl.TryGet(settings, name, out string? value) ? value : throw new ArgumentException(name);
}
