using System.Text.Json;

namespace Catenet.Cli.Tests;

/// <summary>The <c>packetdrill</c> command as its users meet it.</summary>
[Collection("console")]
public class PacketdrillTests
{
    private const string Good = "0 socket(..., SOCK_STREAM, 0) = 3\n+0 connect(3, ..., ...) = N EINPROGRESS\n";
    private const string Open = "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, 0) = 3\n+0 connect(3, ..., ...) = -1 EINPROGRESS\n+0 > S 0:0(0) <...>\n";

    [Fact]
    public async Task Scripts_that_pass_are_0_and_counted()
    {
        string folder = await Scripts(("a.pkt", Open), ("sub/b.pkt", Open), ("c.txt", "not one"));
        var (code, output, error) = await Run("packetdrill", folder);
        Assert.Equal((0, "2 passed, 0 failed, 0 unsupported", ""), (code, output.Trim(), error));
        Assert.Contains("a.pkt: passed", (await Run("packetdrill", folder, "-v")).Output);
        Assert.Equal(0, (await Run("packetdrill", folder, "--ip_version=ipv6")).Code);
    }

    [Fact]
    public async Task A_script_that_fails_is_1_with_line_and_packets()
    {
        string folder = await Scripts(("a.pkt", Open + "+0 < S. 0:0(0) ack 1 win 100\n+0 > . 2:2(0) ack 1\n"));
        var (code, output, _) = await Run("packetdrill", folder);
        Assert.Equal(1, code);
        Assert.Contains("a.pkt:5: expected . 2:2(0) ack 1, got 0.000000 > . 1:1(0) ack 1", output);
        Assert.Contains("    0.000000 < S. 0:0(0) ack 1 win 100", output);
    }

    [Fact]
    public async Task An_unsupported_script_is_1_and_names_the_construct()
    {
        string folder = await Scripts(("a.pkt", Open + "+0 setsockopt(3, SOL_TCP, TCP_TX_DELAY, [1], 4) = 0\n"));
        var (code, output, _) = await Run("packetdrill", folder);
        Assert.Equal(1, code);
        Assert.Contains("a.pkt:4: unsupported: the socket option TCP_TX_DELAY", output);
    }

    [Fact]
    public async Task Scripts_that_are_wrong_or_missing_are_2()
    {
        string folder = await Scripts(("a.pkt", "0 socket(\n"));
        Assert.Equal(2, (await Run("packetdrill", folder)).Code);
        var (code, _, error) = await Run("packetdrill", "/nowhere/x.pkt");
        Assert.Equal(2, code);
        Assert.Contains("/nowhere/x.pkt", error);
    }

    [Fact]
    public async Task Symbols_of_the_command_line_are_used_and_results_are_JSON()
    {
        string folder = await Scripts(("a.pkt", Good.Replace("SOCK_STREAM", "SOCK_STREAM|SOCK_NONBLOCK", StringComparison.Ordinal)));
        var (code, output, _) = await Run("packetdrill", folder, "-D", "N=-1", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("passed").GetInt32());
        var script = json.RootElement.GetProperty("scripts")[0];
        Assert.Equal("passed", script.GetProperty("outcome").GetString());
        Assert.Contains("S 0:0(0)", script.GetProperty("unclaimed")[0].GetString());
    }

    private static async Task<string> Scripts(params (string Name, string Text)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("catenet").FullName;
        foreach (var (name, text) in files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
        }

        return folder;
    }

    private static Task<(int Code, string Output, string Error)> Run(params string[] args) => CommandTests.Run(args);
}
