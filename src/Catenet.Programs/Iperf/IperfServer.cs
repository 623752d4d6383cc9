using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Iperf;

/// <summary>Answers iperf3 clients (3.1 and later), one test at a time: iperf3 -s.</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="finished">Called after each test that came to its end.</param>
public sealed class IperfServer(Host host, Action<IperfResult>? finished = null)
{
    /// <summary>How long a client may stay silent where it has something to say.</summary>
    private static readonly Duration Patience = Duration.FromSeconds(30);

    private IperfSession? _session;

    /// <summary>Tests that came to their end.</summary>
    public int Served { get; private set; }

    /// <summary>What ended the last test that failed; null if none did.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Serves until cancelled.</summary>
    /// <param name="port">The port to listen at.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(int port = 5201, CancellationToken cancellationToken = default)
    {
        using var listener = new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        listener.Listen(IperfOptions.MaxStreams);
        try
        {
            while (true)
            {
                // One cookie after the other, so that streams are numbered in the order in which they came.
                await ReceiveAsync(await listener.AcceptAsync(cancellationToken), port, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Being told to stop is the way a server ends.
        }
        finally
        {
            _session?.Dispose();
        }
    }

    private async Task ReceiveAsync(NetSocket connection, int port, CancellationToken stop)
    {
        byte[] cookie = new byte[IperfControl.CookieSize];
        try
        {
            using var patience = new LoopTimeout(host.Loop, Patience, stop);
            await IperfControl.ReadAsync(connection, cookie, patience.Token);
            if (_session is null)
            {
                _session = new IperfSession(host, new IperfControl(connection), cookie, port, Patience);
                _ = ServeAsync(_session, stop);
            }
            else if (!_session.TryAdd(connection, cookie))
            {
                using var denied = new IperfControl(connection);
                await denied.SendAsync(IperfState.AccessDenied, patience.Token);
            }
        }
        catch (Exception e) when (e is SocketException or IperfException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            connection.Dispose();
        }
    }

    private async Task ServeAsync(IperfSession session, CancellationToken stop)
    {
        try
        {
            var result = await session.RunAsync(stop);
            Served++;
            finished?.Invoke(result);
        }
        catch (Exception e) when (e is SocketException or IperfException or OperationCanceledException)
        {
            LastFailure = e;
        }
        finally
        {
            session.Dispose();
            _session = null;
        }
    }
}
