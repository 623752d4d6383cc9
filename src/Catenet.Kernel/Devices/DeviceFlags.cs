namespace Catenet.Kernel.Devices;

/// <summary>What a device is and how it is set (Linux's IFF_* flags).</summary>
[Flags]
public enum DeviceFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Switched on by the administrator.</summary>
    Up = 1,

    /// <summary>Frames to all stations exist.</summary>
    Broadcast = 2,

    /// <summary>The loopback device.</summary>
    Loopback = 4,

    /// <summary>There is a carrier.</summary>
    Running = 8,

    /// <summary>No link addresses are to be resolved.</summary>
    NoArp = 16,

    /// <summary>Frames to other stations are taken in too.</summary>
    Promiscuous = 32,

    /// <summary>Frames to all groups are taken in.</summary>
    AllMulticast = 64,

    /// <summary>Frames to groups exist.</summary>
    Multicast = 128,

    /// <summary>There is one station at the other end.</summary>
    PointToPoint = 256,
}
