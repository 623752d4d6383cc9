using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Programs.Dns;
using Catenet.Programs.Streams;
using Catenet.Programs.Transfer;
using Microsoft.AspNetCore.Builder;

namespace Catenet.Lab.Running;

/// <summary>The services that run on a lab's hosts from the beginning, and what their users left with them.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
public sealed class LabServices
{
    private readonly LabWorld _network;
    private readonly TlsAuthority _authority;
    private readonly Dictionary<(string Node, int Port), TransferResult> _transfers = [];
    private readonly Dictionary<(string Node, int Port), TaskCompletionSource<UdpStreamResult>> _streams = [];
    private readonly List<WebApplication> _webs = [];
    private readonly List<Task> _running = [];
    private readonly IReadOnlyList<DnsServer> _names;

    internal LabServices(LabWorld network, TlsAuthority authority)
    {
        _network = network;
        _authority = authority;
        _names = new NameBuilder(network.Plan, network.Hosts).Build();
    }

    /// <summary>Whether code of the thread pool takes part, so that time must wait for it.</summary>
    public static bool NeedsGate(LabPlan plan) => plan.Nodes.Any(n => n.Apps.OfType<WebApp>().Any());

    /// <summary>Starts everything. Await it before the first program.</summary>
    internal async Task StartAsync(CancellationToken stop)
    {
        foreach (var server in _names)
        {
            _running.Add(server.RunAsync(stop));
        }

        foreach (var node in _network.Plan.Nodes)
        {
            foreach (var app in node.Apps)
            {
                await StartAsync(_network.Hosts[node.Name], app, stop);
            }
        }
    }

    /// <summary>Stops the web servers; the others stop with their cancellation.</summary>
    internal async Task StopAsync()
    {
        foreach (var web in _webs)
        {
            await web.DisposeAsync();
        }
    }

    /// <summary>The last transfer that a sink took, and forgets it.</summary>
    internal TransferResult? TakeTransfer(string node, int port) => _transfers.Remove((node, port), out var result) ? result : null;

    /// <summary>Waits for what a viewer saw of the stream that is on its way.</summary>
    internal Task<UdpStreamResult>? Watching(string node, int port) => _streams.GetValueOrDefault((node, port))?.Task;

    private async Task StartAsync(Host host, App app, CancellationToken stop)
    {
        switch (app)
        {
            case WebApp web:
                var server = WebServer.Build(host, web, _authority);
                _webs.Add(server);
                await server.StartAsync(stop);
                break;
            case TcpSinkApp:
                _running.Add(Again(stop, async () => _transfers[(host.Name, app.ListeningPort)] = await new TcpSink(host).RunAsync(app.ListeningPort, stop)));
                break;
            case TcpEchoApp:
                _running.Add(new TcpEcho(host).RunAsync(app.ListeningPort, stop));
                break;
            case UdpSinkApp:
                _running.Add(Again(stop, () => WatchAsync(host, app.ListeningPort, stop)));
                break;
            case UdpEchoApp:
                _running.Add(EchoAsync(host, app.ListeningPort, stop));
                break;
            case UdpStreamApp stream:
                _running.Add(new UdpStreamServer(host, Options(stream.Count, stream.Size, stream.Rate)).RunAsync(app.ListeningPort, stop));
                break;
        }
    }

    /// <summary>The stream's pace from its rate: datagrams of this many octets at so many bits per second.</summary>
    internal static UdpStreamOptions Options(int count, long size, long rate) => new()
    {
        Count = count,
        Size = (int)size,
        Interval = new Duration(size * 8 * 1_000_000_000 / rate),
    };

    private async Task WatchAsync(Host host, int port, CancellationToken stop)
    {
        var seen = new TaskCompletionSource<UdpStreamResult>();
        _streams[(host.Name, port)] = seen;
        seen.SetResult(await new UdpStreamReceiver(host).RunAsync(port, stop));
    }

    private static async Task EchoAsync(Host host, int port, CancellationToken stop)
    {
        using var socket = new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        byte[] buffer = new byte[65536];
        while (!stop.IsCancellationRequested)
        {
            var datagram = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0), stop);
            await socket.SendToAsync(buffer.AsMemory(0, datagram.ReceivedBytes), datagram.RemoteEndPoint, stop);
        }
    }

    /// <summary>A service for one user at a time, ready for the next when one is done or has failed.</summary>
    private static async Task Again(CancellationToken stop, Func<Task> once)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await once();
            }
            catch (SocketException)
            {
                // The user's connection failed; the user's own program reports it.
            }
        }
    }
}
