namespace Catenet.Kernel.Ip;

/// <summary>A protocol on top of IP, registered under its number by <see cref="IpLayer.Register"/>.</summary>
public interface ITransport
{
    /// <summary>Takes a whole packet for this host.</summary>
    /// <param name="packet">The packet, beginning at the transport header; it belongs to the transport now.</param>
    /// <param name="info">What the IP header said.</param>
    void Receive(PacketBuffer packet, in IpReceiveInfo info);

    /// <summary>Takes an ICMP error about a packet that this host seems to have sent.</summary>
    /// <param name="error">What it says; not to be kept.</param>
    void ReceiveError(in IcmpErrorInfo error);
}
