using System.Numerics;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The window that a SYN announces and the shift for all later ones (RFC 7323 2.2), chosen as Linux does.</summary>
/// <param name="Window">Octets: whole segments, if more than one fits. A SYN can say only 65535 of it.</param>
/// <param name="Clamp">The most that may be announced later.</param>
/// <param name="Shift">The window scale.</param>
internal readonly record struct InitialWindow(int Window, int Clamp, byte Shift)
{
    private const int LargestWindow = 65535 << TcpOptions.MaxWindowScale;

    /// <summary>Chooses them.</summary>
    /// <param name="host">The host's settings.</param>
    /// <param name="options">The socket's.</param>
    /// <param name="segment">The MSS that is announced, less the timestamps' room.</param>
    /// <param name="scaling">Whether windows may be scaled.</param>
    public static InitialWindow Choose(Settings host, TcpSocketOptions options, int segment, bool scaling)
    {
        bool locked = options.ReceiveBuffer > 0;
        int space = (locked ? options.ReceiveBuffer : host.Tcp.ReceiveBuffer) / 2;
        int clamp = options.WindowClamp;
        if (locked && (clamp == 0 || clamp > space))
        {
            clamp = space;
        }

        int segments = host.Tcp.InitialReceiveWindow;
        space = Math.Max(space, segments * segment);
        clamp = clamp == 0 ? LargestWindow : clamp;
        space = Math.Min(space, clamp);
        if (space > segment)
        {
            space -= space % segment;
        }

        int window = segments > 0 ? Math.Min(space, segments * segment) : space;
        byte shift = scaling ? ShiftFor(Math.Min(clamp, Math.Max(space, Math.Max(host.Tcp.MaxReceiveBuffer, host.Sockets.ReceiveMemoryMax)))) : (byte)0;
        return new InitialWindow(window, Math.Min(65535 << shift, clamp), shift);
    }

    /// <summary>The least shift by which 16 bits say the largest window.</summary>
    private static byte ShiftFor(int largest) => (byte)Math.Clamp(BitOperations.Log2((uint)Math.Max(largest, 1)) - 15, 0, TcpOptions.MaxWindowScale);
}
