using System.Runtime.InteropServices;

namespace Catenet.Linux.Devices;

/// <summary>struct virtio_net_hdr (virtio 1.2, 5.1.6): what the two sides of a device spared each other. Host byte order, as TAP and packet sockets want it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct VirtioNetHeader
{
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
}
