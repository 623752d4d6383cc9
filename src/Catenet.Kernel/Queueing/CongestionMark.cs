using Catenet.Wire.Internet;

namespace Catenet.Kernel.Queueing;

/// <summary>Marks packets as having experienced congestion (RFC 3168 5).</summary>
public static class CongestionMark
{
    private const byte CongestionExperienced = 3;

    /// <summary>Sets CE if the packet's sender speaks ECN.</summary>
    /// <param name="packet">A packet or frame whose <see cref="PacketBuffer.NetworkOffset"/> is known.</param>
    /// <returns>Whether it is marked now; false if it is not IP or not ECN-capable: it can only be dropped.</returns>
    public static bool TrySet(PacketBuffer packet)
    {
        if (packet.NetworkOffset < 0 || packet.From(packet.NetworkOffset) is not { Length: >= IPv4View.MinSize } header)
        {
            return false;
        }

        bool ipv4 = header[0] >> 4 == 4;
        if (!ipv4 && header[0] >> 4 != 6)
        {
            return false;
        }

        byte trafficClass = ipv4 ? header[1] : (byte)(header[0] << 4 | header[1] >> 4);
        if ((trafficClass & CongestionExperienced) is 0 or CongestionExperienced)
        {
            return (trafficClass & CongestionExperienced) != 0;
        }

        packet.EnsureWritable();
        header = packet.From(packet.NetworkOffset);
        if (ipv4)
        {
            IPv4View.SetTrafficClass(header, (byte)(trafficClass | CongestionExperienced));
        }
        else
        {
            IPv6View.SetTrafficClass(header, (byte)(trafficClass | CongestionExperienced));
        }

        return true;
    }
}
