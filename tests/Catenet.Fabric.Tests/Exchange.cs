using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Udp;

namespace Catenet.Fabric.Tests;

/// <summary>Datagrams asked and answered, and what was dropped meanwhile.</summary>
internal sealed class Exchange : ITraceListener, IDisposable
{
    private readonly Network _network;
    private readonly IDisposable _subscription;

    public Exchange(Network network)
    {
        _network = network;
        _subscription = network.Loop.Tracer.Subscribe(this);
    }

    /// <summary>The drops since the last question, but for what is dropped every day on a LAN: node, reason, cause.</summary>
    public List<string> Drops { get; } = [];

    /// <summary>The sender of the last datagram that a server got.</summary>
    public InetEndpoint LastClient { get; private set; }

    /// <summary>Answers every datagram on a port with the same octets.</summary>
    public void Serve(Host host, ushort port, bool six = false)
    {
        var endpoint = Open(host, port, six);
        endpoint.Events = new Echo(this);
    }

    /// <summary>Sends a datagram and says who answered; null if nobody did within three seconds.</summary>
    public InetEndpoint? Ask(Host from, InetAddress to, ushort port, ushort fromPort = 0)
    {
        Drops.Clear();
        var endpoint = Open(from, fromPort, to.IsIPv6);
        Assert.Equal(SocketError.Success, endpoint.SendTo("hello"u8, new InetEndpoint(to, port)));
        _network.Run(Duration.FromSeconds(3));
        InetEndpoint? answer = null;
        if (endpoint.TryReceive(out var packet, out var info))
        {
            Assert.Equal("hello"u8, packet.Span);
            answer = info.Source;
            packet.Release();
        }

        endpoint.Close();
        return answer;
    }

    public void OnEvent(in TraceEvent e)
    {
        if (e.Kind == TraceKind.Drop && !IsOrdinary(e.Reason))
        {
            Drops.Add($"{e.Node} {e.Reason} {e.Subject}");
        }
    }

    public void Dispose() => _subscription.Dispose();

    private static bool IsOrdinary(DropReason reason) => reason is DropReason.Consumed or DropReason.ArpConsumed or
        DropReason.OtherHost or DropReason.NoSwitchPort or DropReason.SwitchFiltered;

    private static UdpEndpoint Open(Host host, ushort port, bool six)
    {
        var endpoint = host.Udp.Open(six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        Assert.Equal(SocketError.Success, endpoint.Bind(new InetEndpoint(six ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, port)));
        return endpoint;
    }

    private sealed class Echo(Exchange exchange) : IUdpEvents
    {
        public void OnReadable(UdpEndpoint endpoint)
        {
            while (endpoint.TryReceive(out var packet, out var info))
            {
                exchange.LastClient = info.Source;
                endpoint.SendTo(packet.Span, info.Source);
                packet.Release();
            }
        }

        public void OnError(UdpEndpoint endpoint)
        {
        }
    }
}
