using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Offload;

/// <summary>What layers below and above ask of packets that a device is to finish: what they are on the wire, and whether they may be believed.</summary>
internal static class SuperPacket
{
    /// <summary>The octets of the largest packet that this becomes on the wire, IP header included (Linux's skb_gso_network_seglen).</summary>
    public static int WireLength(PacketBuffer packet) =>
        packet.GsoSize == 0 || !TransportPlace.TryFind(packet, out var place) || place.Protocol != Wire.Internet.IpProtocol.Tcp
            ? packet.Length
            : Math.Min(packet.Length, place.Transport - place.Network + TransportPlace.TcpHeaderLength(packet, place.Transport) + packet.GsoSize);

    /// <summary>Whether a device takes a packet whose checksum is partial as it is.</summary>
    public static bool IsTaken(PacketBuffer packet, DeviceFeatures features) =>
        (features & DeviceFeatures.TransmitChecksum) != 0 && (packet.GsoSize == 0 || (features & DeviceFeatures.TcpSegmentation) != 0);

    /// <summary>Takes from a frame that came in what may not be believed of it.</summary>
    /// <param name="frame">The frame, from its Ethernet header on.</param>
    /// <param name="features">Of what the port may speak.</param>
    public static void OnReceived(PacketBuffer frame, DeviceFeatures features)
    {
        if ((features & DeviceFeatures.ReceiveSegments) == 0)
        {
            frame.GsoSize = 0;
        }

        if (frame.GsoSize == 0 && frame.Checksum != ChecksumState.Partial)
        {
            return;
        }

        if (!TransportPlace.TryFind(frame, out var place))
        {
            // Nobody could finish it.
            frame.Checksum = ChecksumState.None;
            frame.GsoSize = 0;
            return;
        }

        if (frame.GsoSize < TcpSegmenter.LeastSize || place.Protocol != Wire.Internet.IpProtocol.Tcp)
        {
            frame.GsoSize = 0;
        }
        else if (frame.Checksum != ChecksumState.Partial)
        {
            PartialChecksum.Restart(frame, in place);
        }
    }
}
