namespace Catenet.Kernel.Udp;

/// <summary>What an endpoint tells its owner. Called on the loop, from within packet processing: note it and return soon.</summary>
public interface IUdpEvents
{
    /// <summary>A datagram was queued: <see cref="UdpEndpoint.TryReceive"/> will succeed.</summary>
    void OnReadable(UdpEndpoint endpoint);

    /// <summary>An error came back from the network: <see cref="UdpEndpoint.TakeError"/> or <see cref="UdpEndpoint.TryReceiveError"/> tells which.</summary>
    void OnError(UdpEndpoint endpoint);
}
