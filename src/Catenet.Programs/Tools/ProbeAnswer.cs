using Catenet.Core;
using Catenet.Kernel.Udp;

namespace Catenet.Programs.Tools;

/// <summary>What came back for a probe.</summary>
/// <param name="From">Who answered.</param>
/// <param name="At">When.</param>
/// <param name="Report">The ICMP error it was answered by; null if the destination answered in its own protocol.</param>
internal readonly record struct ProbeAnswer(InetAddress From, Instant At, UdpErrorReport? Report)
{
    /// <summary>Whether nothing is gained by going further.</summary>
    public bool IsEnd => Report is not { } report || !IcmpText.IsTimeExceeded(report);

    public static ProbeAnswer Of(in UdpErrorReport report) => new(report.Reporter, report.Timestamp, report);
}
