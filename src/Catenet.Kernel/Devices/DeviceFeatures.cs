namespace Catenet.Kernel.Devices;

/// <summary>What a port does for the kernel, and what a device lets it do (ethtool's offload features, Linux's NETIF_F_*).</summary>
[Flags]
public enum DeviceFeatures
{
    /// <summary>Nothing: frames are whole, their checksums complete, both ways. So it is with every simulated link.</summary>
    None = 0,

    /// <summary>Takes frames whose <see cref="PacketBuffer.Checksum"/> is <see cref="ChecksumState.Partial"/>, of TCP and UDP over IPv4 and IPv6 (tx-checksumming).</summary>
    TransmitChecksum = 1,

    /// <summary>Takes TCP super-packets, of IPv4 and IPv6, whose <see cref="PacketBuffer.GsoSize"/> is set (tx-tcp-segmentation). Works only with <see cref="TransmitChecksum"/>.</summary>
    TcpSegmentation = 2,

    /// <summary>What the port says of the checksums of frames that come in is believed (rx-checksumming).</summary>
    ReceiveChecksum = 4,

    /// <summary>Frames that come in may be TCP super-packets (large-receive-offload). Works only with <see cref="ReceiveChecksum"/>.</summary>
    ReceiveSegments = 8,

    /// <summary>TCP makes super-packets whatever the port can do; the device cuts them just before they leave (generic-segmentation-offload).</summary>
    GenericSegmentation = 16,

    /// <summary>The device puts TCP segments that come in one after another together to super-packets (generic-receive-offload). A port may ask for it.</summary>
    GenericReceive = 32,

    /// <summary>What the kernel does by itself, whatever the port can do.</summary>
    Generic = GenericSegmentation | GenericReceive,
}
