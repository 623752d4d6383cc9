using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Udp;

namespace Catenet.Bench;

/// <summary>Counts the datagrams that come in on a port.</summary>
internal sealed class UdpSink : IUdpEvents
{
    public UdpSink(Host host, ushort port)
    {
        var endpoint = host.Udp.Open();
        endpoint.Bind(new InetEndpoint(InetAddress.AnyIPv4, port));
        endpoint.Events = this;
    }

    public long Received { get; private set; }

    public void OnReadable(UdpEndpoint endpoint)
    {
        while (endpoint.TryReceive(out var packet, out _))
        {
            Received++;
            packet.Release();
        }
    }

    public void OnError(UdpEndpoint endpoint)
    {
    }
}
