using Catenet.Fabric;
using Catenet.Kernel;
using Catenet.Kernel.Configuration;
using Catenet.Programs.Tools;

namespace Catenet.Programs.Tests.Tools;

/// <summary>sysctl on a host. What it prints is what sysctl of procps-ng 4.0.2 printed on Linux 6.18 in a fresh network namespace,
/// but that procps prints its usage after an unknown option, and that its code is then 0, as for a folder that is set.</summary>
public sealed class SysctlCommandTests
{
    private readonly Host _host = new Network().Host("alice");

    [Theory]
    [InlineData("net.ipv4.tcp_ecn", 0, "net.ipv4.tcp_ecn = 2\n", "")]
    [InlineData("net/ipv4/tcp_ecn", 0, "net.ipv4.tcp_ecn = 2\n", "")]
    [InlineData("-n net.ipv4.tcp_ecn", 0, "2\n", "")]
    [InlineData("--values net.ipv4.tcp_ecn", 0, "2\n", "")]
    [InlineData("-N net.ipv4.tcp_ecn", 0, "net.ipv4.tcp_ecn\n", "")]
    [InlineData("-b net.ipv4.tcp_ecn", 0, "2", "")]
    [InlineData("net.ipv4.tcp_rmem", 0, "net.ipv4.tcp_rmem = 4096\t131072\t33554432\n", "")]
    [InlineData("-w net.ipv4.tcp_ecn=1", 0, "net.ipv4.tcp_ecn = 1\n", "")]
    [InlineData("-w net/ipv4/tcp_ecn=1", 0, "net.ipv4.tcp_ecn = 1\n", "")]
    [InlineData("-nw net.ipv4.tcp_ecn=1", 0, "1\n", "")]
    [InlineData("-q -w net.ipv4.tcp_ecn=1", 0, "", "")]
    [InlineData("net.ipv4.tcp_fastopen=0x403 net.ipv4.tcp_fastopen", 0, "net.ipv4.tcp_fastopen = 0x403\nnet.ipv4.tcp_fastopen = 1027\n", "")]
    [InlineData("-w net.ipv4.tcp_ecn=99", 1, "", "sysctl: setting key \"net.ipv4.tcp_ecn\": Invalid argument\n")]
    [InlineData("-w net.ipv4.tcp_ecn=", 1, "", "sysctl: setting key \"net.ipv4.tcp_ecn\": Invalid argument\n")]
    [InlineData("-w net.ipv4.tcp_congestion_control=nosuch", 1, "", "sysctl: setting key \"net.ipv4.tcp_congestion_control\": No such file or directory\n")]
    [InlineData("-w net.ipv4.tcp_ecn", 1, "", "sysctl: command line(0): invalid syntax, continuing...\n")]
    [InlineData("nosuch.name net.ipv4.tcp_ecn", 1, "net.ipv4.tcp_ecn = 2\n", "sysctl: cannot stat /proc/sys/nosuch/name: No such file or directory\n")]
    [InlineData("-w nosuch=1", 1, "", "sysctl: cannot stat /proc/sys/nosuch: No such file or directory\n")]
    [InlineData("net.ipv4.tcp_ecn=1 nosuch=2 net.ipv4.tcp_ecn=0", 1, "net.ipv4.tcp_ecn = 1\nnet.ipv4.tcp_ecn = 0\n", "sysctl: cannot stat /proc/sys/nosuch: No such file or directory\n")]
    [InlineData("-e nosuch", 0, "", "")]
    [InlineData("-w", 1, "", "sysctl: no variables specified\nTry `sysctl --help' for more information.\n")]
    [InlineData("-Q", 1, "", "sysctl: invalid option -- 'Q'\n")]
    [InlineData("--bogus", 1, "", "sysctl: unrecognized option '--bogus'\n")]
    public void It_prints_and_sets_as_procps_does(string arguments, int code, string output, string errors) =>
        Assert.Equal((code, output, errors), Run(arguments.Split(' ')));

    [Fact]
    public void What_it_sets_is_printed_as_it_was_written_and_is_in_force()
    {
        Assert.Equal((0, "net.ipv4.tcp_rmem = 5000 6000\n", ""), Run(["-w", "net.ipv4.tcp_rmem = 5000 6000"]));
        Assert.Equal((5000, 6000, 33554432), (_host.Settings.Tcp.LeastReceiveBuffer, _host.Settings.Tcp.ReceiveBuffer, _host.Settings.Tcp.MaxReceiveBuffer));
        Assert.Equal((0, "5000\t6000\t33554432\n", ""), Run(["-n", "net.ipv4.tcp_rmem"]));
    }

    [Fact]
    public void A_folder_is_everything_in_it()
    {
        Assert.Equal((0, "net.ipv4.route.min_pmtu = 552\nnet.ipv4.route.mtu_expires = 600\n", ""), Run(["net.ipv4.route"]));
        Assert.Equal((1, "", "sysctl: setting key \"net.ipv4.route\": Invalid argument\n"), Run(["net.ipv4.route=1"]));
    }

    [Fact]
    public void All_prints_every_setting_and_each_line_can_be_set_again()
    {
        var (code, output, errors) = Run(["-a"]);
        Assert.Equal((0, ""), (code, errors));
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Sysctl.Names, lines.Select(l => l[..l.IndexOf(' ')]));
        Assert.Equal((0, output, ""), Run(lines));
    }

    private (int Code, string Output, string Errors) Run(IEnumerable<string> arguments)
    {
        var output = new StringWriter();
        var errors = new StringWriter();
        return (new SysctlCommand(_host, output, errors).Run(arguments), output.ToString(), errors.ToString());
    }
}
