using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of sockets: memory, queues, ports, groups.</summary>
internal static class SocketKnobs
{
    /// <summary>What one packet of 2 KiB is charged: the least receive buffer; a send buffer holds two.</summary>
    private const int LeastBuffer = 2304;

    /// <summary>Ports below it are for the privileged (net.ipv4.ip_unprivileged_port_start), and never ephemeral.</summary>
    private const int LeastPort = 1024;

    public static readonly Knob[] All =
    [
        Whole("net.core.rmem_default", LeastBuffer, int.MaxValue, s => s.Sockets.ReceiveMemoryDefault, (s, v) => s.Sockets.ReceiveMemoryDefault = v),
        Whole("net.core.rmem_max", LeastBuffer, int.MaxValue, s => s.Sockets.ReceiveMemoryMax, (s, v) => s.Sockets.ReceiveMemoryMax = v),
        Whole("net.core.wmem_default", 2 * LeastBuffer, int.MaxValue, s => s.Sockets.SendMemoryDefault, (s, v) => s.Sockets.SendMemoryDefault = v),
        Whole("net.core.wmem_max", 2 * LeastBuffer, int.MaxValue, s => s.Sockets.SendMemoryMax, (s, v) => s.Sockets.SendMemoryMax = v),
        Whole("net.core.somaxconn", 0, int.MaxValue, s => s.Tcp.SoMaxConn, (s, v) => s.Tcp.SoMaxConn = v),
        Whole("net.ipv4.igmp_max_memberships", 0, int.MaxValue, s => s.Sockets.MaxMemberships, (s, v) => s.Sockets.MaxMemberships = v),
        new("net.ipv4.ip_local_port_range", $"two ports from {LeastPort} to {ushort.MaxValue}, the first not above the second", SetPorts,
            s => $"{s.Sockets.LocalPortLow}\t{s.Sockets.LocalPortHigh}"),
    ];

    private static bool SetPorts(Settings settings, string text)
    {
        long[] ports = [settings.Sockets.LocalPortLow, settings.Sockets.LocalPortHigh];
        bool valid = LinuxNumber.TryParseAll(text, ports) && ports[0] >= LeastPort && ports[0] <= ports[1] && ports[1] <= ushort.MaxValue;
        if (valid)
        {
            (settings.Sockets.LocalPortLow, settings.Sockets.LocalPortHigh) = ((ushort)ports[0], (ushort)ports[1]);
        }

        return valid;
    }
}
