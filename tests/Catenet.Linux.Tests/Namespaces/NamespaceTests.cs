using System.Net;
using System.Net.Sockets;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Namespaces;

/// <summary>Namespaces and the programs that run in them leave nothing behind.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void A_namespace_has_a_loopback_of_its_own_and_nothing_else()
    {
        Needs.Linux("ping");
        using var linux = NetworkNamespace.Create();
        Assert.Single(linux.Ip("-o link show").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var ping = linux.Start("ping", "-c", "1", "127.0.0.1");
        Assert.Equal(0, ping.WaitForExit());
    }

    [Fact]
    public async Task Sockets_made_inside_belong_to_the_namespace()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var listener = linux.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 4321));
            socket.Listen();
            return socket;
        });
        using var inside = linux.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await inside.ConnectAsync(IPAddress.Loopback, 4321);
        using var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => outside.ConnectAsync(IPAddress.Loopback, 4321));
    }

    [Fact]
    public void What_a_program_writes_and_its_exit_code_are_kept()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var program = linux.Start("sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal(7, program.WaitForExit());
        Assert.Equal("out\n", program.Output);
        Assert.Equal("err\n", program.Errors);
    }

    [Fact]
    public async Task A_line_without_end_is_cut_and_the_rest_of_the_output_is_not_lost()
    {
        Needs.Linux("head", "tr");
        using var linux = NetworkNamespace.Create();
        using var program = linux.Start("sh", "-c", "head -c 200000 /dev/zero | tr '\\0' x; printf '\\nlast'");
        Assert.Equal("last", await program.Line("last"));
        Assert.Equal(0, program.WaitForExit());
        Assert.Equal(200_005, program.Output.Length);
    }

    [Fact]
    public async Task A_line_is_waited_for_and_a_program_that_ends_without_it_is_an_error()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var program = linux.Start("sh", "-c", "echo one; read x; echo got $x; exit 3");
        Assert.Equal("one", await program.Line("one"));
        program.Input.Write("two\n");
        program.Input.Flush();
        Assert.Equal("got two", await program.Line("got"));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => program.Line("never"));
        Assert.Contains("ended with code 3", e.Message);
    }

    [Fact]
    public async Task Disposing_of_the_namespace_kills_what_runs_in_it_and_what_that_started_in_the_background()
    {
        Needs.Linux();
        LinuxProcess program;
        string marker = $"catenet-test-{Environment.ProcessId}";
        using (var linux = NetworkNamespace.Create())
        {
            program = linux.Start("sh", "-c", $"sh -c 'sleep 1000; : {marker}' & echo started; wait");
            await program.Line("started");
        }

        Assert.True(program.HasExited);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(CommandLine), c => c.Contains(marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_signal_reaches_the_program()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var program = linux.Start("sh", "-c", "trap 'echo caught; exit 5' TERM; echo ready; while :; do read x || exit 1; done");
        await program.Line("ready");
        program.Signal("TERM");
        await program.Line("caught");
        Assert.Equal(5, program.WaitForExit());
    }

    [Fact]
    public void Knobs_are_the_namespaces_own()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        string outside = File.ReadAllText("/proc/sys/net/ipv4/ip_forward").Trim();
        linux.Sysctl("net.ipv4.ip_forward", outside == "1" ? "0" : "1");
        Assert.NotEqual(outside, linux.Sysctl("net.ipv4.ip_forward"));
        Assert.Equal(outside, File.ReadAllText("/proc/sys/net/ipv4/ip_forward").Trim());
    }

    [Fact]
    public void A_file_can_be_put_in_the_place_of_another_for_its_programs_alone()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        string mine = Path.GetTempFileName();
        try
        {
            File.WriteAllText(mine, "nameserver 192.0.2.53\n");
            linux.Bind(mine, "/etc/resolv.conf");
            using var cat = linux.Start("cat", "/etc/resolv.conf");
            Assert.Equal(0, cat.WaitForExit());
            Assert.Equal("nameserver 192.0.2.53\n", cat.Output);
            Assert.NotEqual("nameserver 192.0.2.53\n", File.ReadAllText("/etc/resolv.conf"));
        }
        finally
        {
            File.Delete(mine);
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
