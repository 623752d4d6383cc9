namespace Catenet.Linux.Devices;

/// <summary>What a device has moved between Catenet and Linux.</summary>
public struct LinuxDeviceCounters
{
    /// <summary>Frames that came from Linux.</summary>
    public long FromLinux { get; internal set; }

    /// <summary>Octets of those frames.</summary>
    public long OctetsFromLinux { get; internal set; }

    /// <summary>Frames given to Linux.</summary>
    public long ToLinux { get; internal set; }

    /// <summary>Octets of those frames.</summary>
    public long OctetsToLinux { get; internal set; }
}
