using System.Globalization;
using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>What tells one direction of a connection from every other: addresses, protocol and ports.</summary>
/// <remarks>
/// Of ICMP queries <see cref="SourcePort"/> is the identifier and <see cref="DestinationPort"/> type and code; of
/// protocols without ports both are zero. Immutable.
/// </remarks>
/// <param name="Source">The source address.</param>
/// <param name="Destination">The destination address, of the same family.</param>
/// <param name="SourcePort">The source port or ICMP identifier.</param>
/// <param name="DestinationPort">The destination port, or ICMP type (high octet) and code.</param>
/// <param name="Protocol">The transport protocol.</param>
public readonly record struct ConnectionTuple(
    InetAddress Source, InetAddress Destination, ushort SourcePort, ushort DestinationPort, byte Protocol)
{
    /// <summary>Whether the protocol is ICMP or ICMPv6.</summary>
    public bool IsIcmp => Protocol is IpProtocol.Icmp or IpProtocol.IcmpV6;

    /// <summary>Whether NAT may choose a port (or identifier) for this protocol.</summary>
    public bool HasPorts => Protocol is IpProtocol.Tcp or IpProtocol.Udp || IsIcmp;

    /// <summary>The tuple of a packet's headers.</summary>
    public static ConnectionTuple From(in PacketFields fields) => new(fields.Source, fields.Destination, fields.SourcePort,
        fields.IsIcmp ? (ushort)(fields.IcmpType << 8 | fields.IcmpCode) : fields.DestinationPort, fields.Protocol);

    /// <summary>The tuple of the answers. Of an ICMP type that has none, the tuple itself with its addresses exchanged.</summary>
    public ConnectionTuple Inverse() => IsIcmp
        ? new(Destination, Source, SourcePort, (ushort)(AnswerTo((byte)(DestinationPort >> 8)) << 8 | (DestinationPort & 0xFF)), Protocol)
        : new(Destination, Source, DestinationPort, SourcePort, Protocol);

    /// <summary>Whether a packet of this tuple may begin a connection: an ICMP message only if it asks for an answer.</summary>
    public bool MayBegin => !IsIcmp || ((byte)(DestinationPort >> 8) is var type && (Protocol == IpProtocol.Icmp
        ? type is IcmpType.EchoRequest or IcmpType.TimestampRequest or IcmpType.InformationRequest or IcmpType.AddressMaskRequest
        : type == IcmpV6Type.EchoRequest));

    /// <summary>A hash that an attacker who does not know the secret cannot aim.</summary>
    internal uint Hash(ulong secret)
    {
        ulong ports = (ulong)SourcePort << 32 | (uint)DestinationPort << 8 | Protocol;
        ulong h = Fold(Source.High ^ secret, Source.Low ^ 0x9E37_79B9_7F4A_7C15);
        h = Fold(Destination.High ^ h, Destination.Low ^ secret);
        h = Fold(ports ^ secret, h ^ 0xD6E8_FEB8_6659_FD93);
        return (uint)(h ^ h >> 32);
    }

    /// <summary>Equal in every field.</summary>
    public bool Equals(ConnectionTuple other) =>
        Source == other.Source && Destination == other.Destination && SourcePort == other.SourcePort &&
        DestinationPort == other.DestinationPort && Protocol == other.Protocol;

    /// <summary>The same in every run.</summary>
    public override int GetHashCode() => (int)Hash(0);

    /// <summary>Prints as <c>conntrack -L</c> does: <c>src=192.168.1.2 dst=198.51.100.10 sport=49152 dport=80</c>.</summary>
    public override string ToString()
    {
        string addresses = $"src={Source} dst={Destination}";
        return IsIcmp
            ? string.Create(CultureInfo.InvariantCulture, $"{addresses} type={DestinationPort >> 8} code={DestinationPort & 0xFF} id={SourcePort}")
            : HasPorts
                ? string.Create(CultureInfo.InvariantCulture, $"{addresses} sport={SourcePort} dport={DestinationPort}")
                : addresses;
    }

    private byte AnswerTo(byte type) => Protocol == IpProtocol.Icmp
        ? type switch
        {
            IcmpType.EchoRequest => IcmpType.EchoReply,
            IcmpType.EchoReply => IcmpType.EchoRequest,
            IcmpType.TimestampRequest or IcmpType.InformationRequest or IcmpType.AddressMaskRequest => (byte)(type + 1),
            IcmpType.TimestampReply or IcmpType.InformationReply or IcmpType.AddressMaskReply => (byte)(type - 1),
            _ => type,
        }
        : type switch
        {
            IcmpV6Type.EchoRequest => IcmpV6Type.EchoReply,
            IcmpV6Type.EchoReply => IcmpV6Type.EchoRequest,
            _ => type,
        };

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
