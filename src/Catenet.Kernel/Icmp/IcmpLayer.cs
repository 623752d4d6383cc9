using Catenet.Kernel.Ip;

namespace Catenet.Kernel.Icmp;

/// <summary>ICMP and ICMPv6 of one host.</summary>
public sealed class IcmpLayer : ITransport
{
    private readonly Host _host;

    internal IcmpLayer(Host host) => _host = host;

    /// <summary>Tells the sender of a packet that its destination is unreachable, if an error may be sent at all. The packet stays the caller's.</summary>
    /// <param name="packet">The packet; its network header offset is known.</param>
    /// <param name="reason">Why.</param>
    public void SendUnreachable(PacketBuffer packet, Unreachable reason)
    {
    }

    /// <summary>Sends an ICMP error about a packet, if one may be sent at all (RFC 1122 3.2.2, RFC 4443 2.4) and the rate limit allows it. The packet stays the caller's.</summary>
    /// <param name="packet">The packet; its network header offset is known.</param>
    /// <param name="type">The type, of the packet's family.</param>
    /// <param name="code">The code.</param>
    /// <param name="rest">The last four octets of the header: MTU, pointer or gateway.</param>
    public void SendError(PacketBuffer packet, byte type, byte code, uint rest = 0)
    {
    }

    /// <inheritdoc/>
    public void Receive(PacketBuffer packet, in IpReceiveInfo info) => _host.Drop(packet, DropReason.IcmpIgnored);

    /// <inheritdoc/>
    public void ReceiveError(in IcmpErrorInfo error)
    {
    }
}
