using System.Runtime.InteropServices;
using Catenet.Core;
using Catenet.Kernel.Offload;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Linux.Devices;

/// <summary>struct virtio_net_hdr (virtio 1.2, 5.1.6): what the two sides of a device spared each other. Host byte order, as TAP and packet sockets want it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct VirtioNetHeader
{
    private const byte NeedsChecksum = 1, DataValid = 2;
    private const byte GsoTcp4 = 1, GsoTcp6 = 4, GsoEcn = 0x80;

    /// <summary>VIRTIO_NET_HDR_F_*.</summary>
    public byte Flags;

    /// <summary>VIRTIO_NET_HDR_GSO_*.</summary>
    public byte GsoType;

    /// <summary>Octets from the frame's beginning to the end of the transport header.</summary>
    public ushort HeaderLength;

    /// <summary>Payload octets of each segment.</summary>
    public ushort GsoSize;

    /// <summary>Where summing begins.</summary>
    public ushort ChecksumStart;

    /// <summary>Where, from there, the sum goes.</summary>
    public ushort ChecksumOffset;

    /// <summary>Says to Linux what is left to do with a frame.</summary>
    /// <param name="frame">The frame, from its Ethernet header on.</param>
    /// <param name="hidden">How many octets of its beginning Linux does not see.</param>
    /// <param name="header">What to put in front of it.</param>
    /// <returns>False if something is left to do and it cannot be said: the frame is not what it is said to be.</returns>
    public static bool TryDescribe(PacketBuffer frame, int hidden, out VirtioNetHeader header)
    {
        header = default;
        if (frame.Checksum != ChecksumState.Partial)
        {
            return frame.GsoSize == 0;
        }

        if (!TransportPlace.TryFind(frame, out var place))
        {
            return false;
        }

        header.Flags = NeedsChecksum;
        header.ChecksumStart = (ushort)(place.Transport - hidden);
        header.ChecksumOffset = (ushort)(place.Checksum - place.Transport);
        if (frame.GsoSize != 0)
        {
            bool ipv4 = frame.Span[place.Network] >> 4 == 4;
            bool congested = (frame.Span[place.Transport + 13] & (byte)TcpFlags.Cwr) != 0;
            header.GsoType = (byte)((ipv4 ? GsoTcp4 : GsoTcp6) | (congested ? GsoEcn : 0));
            header.GsoSize = frame.GsoSize;
            header.HeaderLength = (ushort)(place.Transport - hidden + TransportPlace.TcpHeaderLength(frame, place.Transport));
        }

        return place.Protocol == IpProtocol.Tcp || frame.GsoSize == 0;
    }

    /// <summary>Notes on a frame what Linux left to do, or has done.</summary>
    public readonly void Apply(PacketBuffer frame)
    {
        frame.Checksum = (Flags & NeedsChecksum) != 0 ? ChecksumState.Partial
            : (Flags & DataValid) != 0 ? ChecksumState.Unnecessary
            : ChecksumState.None;
        frame.GsoSize = (GsoType & ~GsoEcn) is GsoTcp4 or GsoTcp6 ? GsoSize : (ushort)0;
    }
}
