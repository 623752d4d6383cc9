using System.Diagnostics;

namespace Catenet.Interop.Programs.Support;

/// <summary>tshark, with every checksum validated, says whether a capture is in order.</summary>
internal static class Judge
{
    /// <summary>Malformed, an expert's error, or a wrong checksum.</summary>
    /// <remarks>
    /// A TCP checksum of 0xFFFF is as good as 0 in ones' complement (RFC 1071), and Linux sends it where its software finishes
    /// a checksum; tshark alone minds. And tshark's own reassembly stumbles over what comes twice, out of order, on a rough link.
    /// An ICMP error quotes what it complains of as it was: with offloads, its checksum was not finished yet. Linux does so too.
    /// </remarks>
    public const string Wrong = "(_ws.malformed || _ws.expert.severity == 8388608 || ip.checksum.status == 0 || tcp.checksum.status == 0 || " +
        "udp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0) && !(tcp.checksum == 0xffff) && !_ws.malformed.reassembly && " +
        "!((udp.checksum.status == 0 || tcp.checksum.status == 0) && (icmp.checksum.status == 1 || icmpv6.checksum.status == 1))";

    /// <summary>Where payload is not of the protocol that tshark takes it for: iperf3's, traceroute's.</summary>
    private static readonly string[] Payload = ["-d", "tcp.port==5201,data", "-d", "udp.port==5201,data", "-d", "tcp.port==7-9,data", "-d", "tcp.port==1000-1100,data"];

    /// <summary>Fails with what is wrong in a capture, and keeps the file then.</summary>
    /// <param name="file">The capture.</param>
    /// <param name="only">A display filter for what is judged; everything if empty.</param>
    public static void Verdict(string file, string only = "")
    {
        string found = Read(file, only.Length == 0 ? Wrong : $"({Wrong}) && ({only})");
        if (found.Length > 0)
        {
            string kept = Path.ChangeExtension(file, ".kept.pcapng");
            File.Copy(file, kept, overwrite: true);
            Assert.Fail($"tshark finds fault with {kept}:\n{string.Join('\n', found.Split('\n').Take(20))}");
        }
    }

    /// <summary>The lines that tshark prints for the packets that a display filter picks; fields if any are named.</summary>
    public static string Read(string file, string filter, params string[] fields)
    {
        var start = new ProcessStartInfo("tshark") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] preferences =
        [
            "-n", "-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
            "-o", "tcp.reassemble_out_of_order:TRUE",
            .. Payload, "-Y", filter,
        ];
        string[] columns = fields.Length == 0 ? [] : ["-T", "fields", .. fields.SelectMany(f => new[] { "-e", f })];
        foreach (string argument in (string[])[.. preferences, .. columns])
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
}
