using Catenet.Kernel.Devices;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>How many segments may leave as one packet, to be cut by the device or, just before it, by the kernel (Linux's TSO and GSO).</summary>
/// <remarks>
/// Only the packet is shared: each segment is accounted for on its own, so that windows, scoreboard, RACK and retransmission
/// know nothing of it.
/// </remarks>
internal static class SuperSegment
{
    /// <summary>What an IPv4 packet of the largest size holds behind the largest headers.</summary>
    private const int MostOctets = ushort.MaxValue - 20 - TcpView.MaxSize;

    private const DeviceFeatures Cutting = DeviceFeatures.TcpSegmentation | DeviceFeatures.GenericSegmentation;

    /// <summary>The most payload of one packet: a multiple of the segment size, or just that where nobody would cut it.</summary>
    public static int Limit(TcpConnection c, int segment) =>
        // Each is signed by itself; devices take CWR off all but the first segment (RFC 3168's meaning of it); urgent pointers differ.
        c.Authentication is not null || c.Ecn is { Mode: EcnMode.Accurate } || UrgentSending.IsActive(c) ? segment
        : c.Route is { } route && (route.Device.Features & Cutting) != 0 ? Math.Max(MostOctets / segment, 1) * segment : segment;
}
