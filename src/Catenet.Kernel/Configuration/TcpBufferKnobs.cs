using Catenet.Kernel.Tcp;
using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP's buffers and windows.</summary>
internal static class TcpBufferKnobs
{
    public static readonly Knob[] All =
    [
        Sizes("net.ipv4.tcp_rmem", 1, s => (s.Tcp.LeastReceiveBuffer, s.Tcp.ReceiveBuffer, s.Tcp.MaxReceiveBuffer),
            (s, v) => (s.Tcp.LeastReceiveBuffer, s.Tcp.ReceiveBuffer, s.Tcp.MaxReceiveBuffer) = v),
        Sizes("net.ipv4.tcp_wmem", 1, s => (s.Tcp.LeastSendBuffer, s.Tcp.SendBuffer, s.Tcp.MaxSendBuffer),
            (s, v) => (s.Tcp.LeastSendBuffer, s.Tcp.SendBuffer, s.Tcp.MaxSendBuffer) = v),
        Sizes("net.ipv4.tcp_mem", 0, s => (s.Tcp.Memory.Low, s.Tcp.Memory.Pressure, s.Tcp.Memory.High),
            (s, v) => s.Tcp.Memory = new MemoryLimits(v.Least, v.Usual, v.Most)),
        Number("net.ipv4.tcp_notsent_lowat", 0, uint.MaxValue, s => s.Tcp.NotSentLowWater, (s, v) => s.Tcp.NotSentLowWater = (uint)v),
        Flag("net.ipv4.tcp_moderate_rcvbuf", s => s.Tcp.ModerateReceiveBuffer, (s, v) => s.Tcp.ModerateReceiveBuffer = v, Octet),
        Flag("net.ipv4.tcp_shrink_window", s => s.Tcp.ShrinkWindow, (s, v) => s.Tcp.ShrinkWindow = v),
    ];
}
