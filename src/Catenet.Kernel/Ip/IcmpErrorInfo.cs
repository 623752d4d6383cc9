using System.Net.Sockets;

namespace Catenet.Kernel.Ip;

/// <summary>What an ICMP error says about a packet sent from here.</summary>
public readonly ref struct IcmpErrorInfo
{
    /// <summary>Who reports it.</summary>
    public InetAddress Reporter { get; init; }

    /// <summary>The TTL or hop limit that the report itself arrived with.</summary>
    public byte HopLimit { get; init; }

    /// <summary>The source address of the packet in error: this host's.</summary>
    public InetAddress Source { get; init; }

    /// <summary>The destination address of the packet in error.</summary>
    public InetAddress Destination { get; init; }

    /// <summary>The protocol number of the packet in error.</summary>
    public byte Protocol { get; init; }

    /// <summary>The ICMP type.</summary>
    public byte Type { get; init; }

    /// <summary>The ICMP code.</summary>
    public byte Code { get; init; }

    /// <summary>Whether type and code are ICMPv6's.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>The path MTU that the error told, in octets, if it <see cref="IsTooBig"/>; old gateways tell zero. The transport has it noted if it believes the error.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the error is that the packet did not fit a link on its way.</summary>
    public bool IsTooBig => Error == SocketError.MessageSize;

    /// <summary>The packet in error from its transport header on: at least 8 octets.</summary>
    public ReadOnlySpan<byte> Quoted { get; init; }

    /// <summary>The error as a socket reports it.</summary>
    public SocketError Error { get; init; }

    /// <summary>Whether the error is final (RFC 1122 4.2.3.9): protocol or port unreachable, prohibited.</summary>
    public bool IsHard { get; init; }
}
