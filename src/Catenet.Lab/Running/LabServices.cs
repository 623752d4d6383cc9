using Catenet.Core;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Programs.Streams;
using Catenet.Programs.Transfer;
using Microsoft.AspNetCore.Builder;

namespace Catenet.Lab.Running;

/// <summary>The services that run on a lab's hosts from the beginning, and what their users left with them.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
public sealed class LabServices
{
    private const int MostTransfers = 1000;

    private readonly LabWorld _network;
    private readonly TlsAuthority? _authority;
    private readonly NameBuilder _names;
    private readonly List<(string Node, int Port, TransferResult Result)> _transfers = [];
    private readonly Dictionary<(string Node, int Port), TaskCompletionSource<UdpStreamResult>> _streams = [];
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];

    internal LabServices(LabWorld network, TlsAuthority? authority)
    {
        _network = network;
        _authority = authority;
        _names = new NameBuilder(network.Plan);
    }

    /// <summary>What runs on a node.</summary>
    private sealed class Running
    {
        public CancellationTokenSource Stop { get; } = new();

        public List<WebApplication> Webs { get; } = [];
    }

    /// <summary>Services that could not go on, and why.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Starts everything. Await it before the first program.</summary>
    internal async Task StartAsync()
    {
        foreach (var node in _network.Plan.Nodes.Where(n => !n.IsLinux))
        {
            await StartAsync(node);
        }
    }

    /// <summary>Starts what runs on a node.</summary>
    internal async Task StartAsync(PlannedNode node)
    {
        var host = _network.Hosts[node.Name];
        var running = _running[node.Name] = new Running();
        if (_names.Build(node, host) is { } names)
        {
            Watch(node.Name, names.RunAsync(running.Stop.Token));
        }

        foreach (var app in node.Apps)
        {
            if (app is WebApp web)
            {
                var server = WebServer.Build(host, web, _authority);
                running.Webs.Add(server);
                await server.StartAsync(running.Stop.Token);
            }
            else
            {
                Watch(node.Name, RunAsync(host, app, running.Stop.Token));
            }
        }
    }

    /// <summary>Stops everything.</summary>
    internal async Task StopAsync()
    {
        foreach (string node in _running.Keys.ToList())
        {
            await StopAsync(node);
        }
    }

    /// <summary>Stops what runs on a node.</summary>
    internal async Task StopAsync(string node)
    {
        if (_running.Remove(node, out var running))
        {
            running.Stop.Cancel();
            foreach (var web in running.Webs)
            {
                await web.DisposeAsync();
            }
        }
    }

    /// <summary>What a sink took: the transfer with that content if there is one, else its last; forgets it.</summary>
    internal TransferResult? TakeTransfer(string node, int port, string sha256)
    {
        int index = _transfers.FindLastIndex(t => t.Node == node && t.Port == port && t.Result.Sha256 == sha256);
        index = index < 0 ? _transfers.FindLastIndex(t => t.Node == node && t.Port == port) : index;
        if (index < 0)
        {
            return null;
        }

        var result = _transfers[index].Result;
        _transfers.RemoveAt(index);
        return result;
    }

    /// <summary>Waits for what a viewer saw of the stream that is on its way.</summary>
    internal Task<UdpStreamResult>? Watching(string node, int port) => _streams.GetValueOrDefault((node, port))?.Task;

    private Task RunAsync(Host host, App app, CancellationToken stop) => app switch
    {
        TcpSinkApp sink => new TcpSinkServer(host, (_, result) => Keep(host.Name, app.ListeningPort, result), sink.Waits, sink.Rate).RunAsync(app.ListeningPort, stop),
        TcpEchoApp => new TcpEcho(host).RunAsync(app.ListeningPort, stop),
        TcpIdleApp idle => new IdleListener(host).RunAsync(app.ListeningPort, idle.Backlog, stop),
        UdpSinkApp => WatchStreamsAsync(host, app.ListeningPort, stop),
        UdpEchoApp => new UdpEcho(host).RunAsync(app.ListeningPort, stop),
        UdpStreamApp stream => new UdpStreamServer(host, Options(stream.Count, stream.Size, stream.Rate)).RunAsync(app.ListeningPort, stop),
        _ => throw new InvalidOperationException($"There is no service for {app.GetType().Name}."),
    };

    private void Keep(string node, int port, TransferResult result)
    {
        if (_transfers.Count == MostTransfers)
        {
            _transfers.RemoveAt(0);
        }

        _transfers.Add((node, port, result));
    }

    private async void Watch(string node, Task service)
    {
        try
        {
            await service;
        }
        catch (OperationCanceledException)
        {
            // Being told to stop is the way a service ends.
        }
        catch (Exception e)
        {
            _failures.Add($"a service on {node} stopped: {e.Message}");
        }
    }

    /// <summary>The stream's pace from its rate: datagrams of this many octets at so many bits per second.</summary>
    internal static UdpStreamOptions Options(int count, long size, long rate) => new()
    {
        Count = count,
        Size = (int)size,
        Interval = new Duration(size * 8 * 1_000_000_000 / rate),
    };

    private async Task WatchStreamsAsync(Host host, int port, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var seen = _streams[(host.Name, port)] = new TaskCompletionSource<UdpStreamResult>();
            seen.SetResult(await new UdpStreamReceiver(host).RunAsync(port, stop));
        }
    }
}
