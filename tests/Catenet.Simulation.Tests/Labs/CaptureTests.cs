using System.Diagnostics;

namespace Catenet.Simulation.Tests.Labs;

/// <summary>tshark is the judge of what the labs put onto the wire.</summary>
public sealed class CaptureTests
{
    private const string Wrong = "_ws.malformed || _ws.expert.severity == 8388608 || ip.checksum.status == 0 || tcp.checksum.status == 0 || " +
        "udp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";

    public static TheoryData<string> Labs() => [.. TestLabs.All];

    [Theory]
    [MemberData(nameof(Labs))]
    public void Tshark_finds_nothing_malformed_no_wrong_checksum_and_no_expert_error(string lab)
    {
        using var file = new CaptureFile(lab);
        Assert.Equal("", Tshark(file.Path, "-Y", Wrong));
        Assert.NotEqual("", Tshark(file.Path, "-c", "1"));
    }

    [Theory]
    [InlineData("alice-and-bob", "dns")]
    [InlineData("alice-and-bob", "tls.handshake.extensions_server_name == \"www.bob.com\"")]
    [InlineData("nat", "http.response.code == 200")]
    [InlineData("arp", "arp.opcode == 1")]
    public void Tshark_recognises_the_protocols(string lab, string filter)
    {
        using var file = new CaptureFile(lab);
        Assert.NotEqual("", Tshark(file.Path, "-Y", filter));
    }

    [Fact]
    public void The_judge_sees_a_wrong_checksum()
    {
        using var file = new CaptureFile("arp", damage: true);
        Assert.NotEqual("", Tshark(file.Path, "-Y", Wrong));
    }

    private static string Tshark(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
            ["-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var tshark = Process.Start(start)!;
        var errors = tshark.StandardError.ReadToEndAsync();
        string output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        Assert.True(tshark.ExitCode == 0, errors.GetAwaiter().GetResult());
        return output.Trim();
    }

    /// <summary>A lab's capture in a file of its own, removed afterwards.</summary>
    private sealed class CaptureFile : IDisposable
    {
        public CaptureFile(string lab, bool damage = false)
        {
            TestLabs.SkipUnlessPossible(lab);
            Assert.SkipUnless(TestLabs.IsInstalled("tshark"), "tshark is not installed: apt-get install tshark");
            byte[] capture = TestLabs.Capture(lab);
            if (damage)
            {
                DamageFirstIPv4Header(capture);
            }

            File.WriteAllBytes(Path, capture);
        }

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"catenet-{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}.pcapng");

        public void Dispose() => File.Delete(Path);

        /// <summary>Changes the TTL behind the first EtherType 0x0800 with version 4 and header length 5, and leaves the checksum.</summary>
        private static void DamageFirstIPv4Header(byte[] capture)
        {
            int at = capture.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x08, 0x00, 0x45, 0x00]);
            capture[at + 2 + 8] ^= 0xFF;
        }
    }
}
