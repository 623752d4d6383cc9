using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Programs.Tools;

/// <summary>ICMP errors in ping's and traceroute's words.</summary>
internal static class IcmpText
{
    public static bool IsTimeExceeded(in UdpErrorReport report) =>
        report.Type == (report.Destination.Address.IsIPv4 ? IcmpType.TimeExceeded : IcmpV6Type.TimeExceeded);

    public static bool IsPortUnreachable(in UdpErrorReport report) =>
        report.Destination.Address.IsIPv4 ? (report.Type, report.Code) == (3, 3) : (report.Type, report.Code) == (1, 4);

    /// <summary>As ping prints it.</summary>
    public static string Describe(in UdpErrorReport report)
    {
        if (IsTimeExceeded(report))
        {
            return report.Destination.Address.IsIPv4 ? "Time to live exceeded" : "Time exceeded: Hop limit";
        }

        return report.Destination.Address.IsIPv4 ? DescribeIPv4(report) : DescribeIPv6(report);
    }

    /// <summary>As traceroute prints it behind the time: <c>!N</c>, <c>!H</c>, ...</summary>
    public static string Mark(in UdpErrorReport report) => (report.Destination.Address.IsIPv4, report.Type, report.Code) switch
    {
        (true, 3, 0) or (false, 1, 0) => " !N",
        (true, 3, 1) or (false, 1, 3) => " !H",
        (true, 3, 2) => " !P",
        (true, 3, 4) or (false, 2, _) => $" !F-{report.Mtu}",
        (true, 3, 9 or 10 or 13) or (false, 1, 1) => " !X",
        _ => "",
    };

    private static string DescribeIPv4(in UdpErrorReport report) => (report.Type, report.Code) switch
    {
        (3, 0) => "Destination Net Unreachable",
        (3, 1) => "Destination Host Unreachable",
        (3, 2) => "Destination Protocol Unreachable",
        (3, 3) => "Destination Port Unreachable",
        (3, 4) => $"Frag needed and DF set (mtu = {report.Mtu})",
        (3, 9) => "Destination Net Prohibited",
        (3, 10) => "Destination Host Prohibited",
        (3, 13) => "Packet filtered",
        _ => $"ICMP type {report.Type} code {report.Code}",
    };

    private static string DescribeIPv6(in UdpErrorReport report) => (report.Type, report.Code) switch
    {
        (1, 0) => "Destination unreachable: No route",
        (1, 1) => "Destination unreachable: Administratively prohibited",
        (1, 3) => "Destination unreachable: Address unreachable",
        (1, 4) => "Destination unreachable: Port unreachable",
        (2, _) => $"Packet too big: mtu={report.Mtu}",
        _ => $"ICMPv6 type {report.Type} code {report.Code}",
    };
}
