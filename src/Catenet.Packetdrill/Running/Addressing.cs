namespace Catenet.Packetdrill.Running;

/// <summary>The versions of the Internet Protocol that a script may be run with.</summary>
public enum IpMode
{
    /// <summary>IPv4 sockets and packets.</summary>
    IPv4,

    /// <summary>IPv6 sockets and packets.</summary>
    IPv6,

    /// <summary>IPv6 sockets, IPv4 packets.</summary>
    IPv4MappedIPv6,
}

/// <summary>The addresses and ports that scripts leave open.</summary>
/// <param name="Mode">Which family.</param>
internal sealed record Addressing(IpMode Mode)
{
    /// <summary>Whether a socket whose family is left open is of AF_INET6.</summary>
    public bool IsIPv6Socket => Mode != IpMode.IPv4;

    /// <summary>The stack's address.</summary>
    public InetAddress Local { get; init; } = Mode == IpMode.IPv6 ? InetAddress.Parse("fd3d:0a0b:17d6::1") : InetAddress.Parse("192.168.0.1");

    /// <summary>The peer's address.</summary>
    public InetAddress Remote { get; init; } = Mode == IpMode.IPv6 ? InetAddress.Parse("fd3d:fa7b:d17d::1") : InetAddress.Parse("192.0.2.1");

    /// <summary>The port that is bound to.</summary>
    public ushort LocalPort { get; init; } = 8080;

    /// <summary>The port that is connected to.</summary>
    public ushort RemotePort { get; init; } = 8080;

    /// <summary>The prefix length of the stack's address.</summary>
    public int PrefixLength => Local.IsIPv4 ? 16 : 64;
}
