namespace Catenet.Interop.Oracle;

/// <summary>The addresses of the host under test, the same for Catenet and Linux. Its interface 0 is <c>eth0</c>; a router has <c>eth1</c> as well.</summary>
internal static class Network
{
    /// <summary>The port that sockets of the host are bound to.</summary>
    public const ushort HostPort = 7000;

    /// <summary>The port the peer sends from.</summary>
    public const ushort PeerPort = 5000;

    /// <summary>A port of the host that nobody is bound to.</summary>
    public const ushort ClosedPort = 7999;

    /// <summary>Whom markers come from (<see cref="Subjects.LinuxSubject"/>).</summary>
    public static readonly InetAddress Marker = InetAddress.Parse("10.1.255.254");

    /// <summary>The marker's station.</summary>
    public static readonly MacAddress MarkerMac = MacAddress.Parse("02:00:00:ff:ff:fe");

    public static MacAddress HostMac(int device) => new MacAddress([2, 0, 0, 0, 0, (byte)(1 + device)]);

    public static InetAddress HostIPv4(int device) => InetAddress.FromIPv4(0x0A01_0001u + (uint)(device << 16));

    public static InetAddress HostIPv6(int device) => new(0x2001_0DB8_0001_0000u + (ulong)(device << 16), 1);

    /// <summary>Made of the hardware address (RFC 4291 appendix A).</summary>
    public static InetAddress HostLinkLocal(int device) => new(0xFE80_0000_0000_0000, 0x00FF_FE00_0001u + (ulong)device);
}
