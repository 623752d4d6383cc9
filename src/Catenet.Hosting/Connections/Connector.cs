using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Hosting.Connections;

/// <summary>One attempt to connect to a name and port, asked for by outside code and made on the loop: resolve, then try address after address.</summary>
internal sealed class Connector : ISocketEvents
{
    private readonly Host _from;
    private readonly LoopDoor _door;
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationToken _cancellation;
    private readonly TaskCompletionSource<ApplicationConnection> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<InetAddress> _addresses = [];
    private int _next;
    private TcpConnection? _pending;

    private Connector(Host from, string host, int port, CancellationToken cancellation)
    {
        _from = from;
        _door = LoopDoor.Of(from.Loop);
        _host = host;
        _port = port;
        _cancellation = cancellation;
    }

    /// <summary>Connects. From any thread.</summary>
    /// <param name="from">From where.</param>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="order">Decides which of several connections asked for at one instant is made first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No address was found, or the last one could not be reached.</exception>
    public static async Task<ApplicationConnection> ConnectAsync(
        Host from, string host, int port, string order, CancellationToken cancellation)
    {
        var attempt = new Connector(from, host, port, cancellation);
        attempt._door.Enter(order, attempt.Start);
        using var registration = cancellation.UnsafeRegister(
            static (a, _) => ((Connector)a!).Cancel(), attempt);
        return await attempt._result.Task.ConfigureAwait(false);
    }

    void ISocketEvents.OnConnected(TcpConnection connection)
    {
        _pending = null;
        string name = $"{_from.Name} {connection.LocalEndpoint} > {_host} {connection.RemoteEndpoint}";
        _result.TrySetResult(new ApplicationConnection(_door, connection, name, accepted: false));
    }

    void ISocketEvents.OnReadable(TcpConnection connection)
    {
    }

    void ISocketEvents.OnWritable(TcpConnection connection)
    {
    }

    void ISocketEvents.OnClosed(TcpConnection connection, SocketError error)
    {
        if (connection == _pending)
        {
            connection.Close();
            TryNext(error);
        }
    }

    private void Cancel() => _door.Enter($"cancel {_from.Name} > {_host}:{_port}", () =>
    {
        if (_result.TrySetCanceled(_cancellation))
        {
            var pending = _pending;
            _pending = null;
            pending?.Abort();
        }
    });

    private async void Start()
    {
        try
        {
            _addresses = IPAddress.TryParse(_host, out var literal)
                ? [InetAddress.From(literal)]
                : await Resolve().ConfigureAwait(true);
            TryNext(SocketError.HostNotFound);
        }
        catch (Exception failure)
        {
            _result.TrySetException(failure);
        }
    }

    private ValueTask<IReadOnlyList<InetAddress>> Resolve() => _from.Resolver is { } resolver
        ? resolver.ResolveAsync(_host, AddressFamily.Unspecified, _cancellation)
        : throw new SocketException((int)SocketError.HostNotFound, $"{_from.Name} has no resolver to look {_host} up with.");

    private void TryNext(SocketError error)
    {
        while (!_result.Task.IsCompleted && _next < _addresses.Count)
        {
            var remote = new InetEndpoint(_addresses[_next++], (ushort)_port);
            var connection = _from.Tcp.CreateConnection(ApplicationConnection.Options);
            connection.Events = this;
            error = connection.Connect(new InetEndpoint(remote.Address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6, 0), remote);
            if (error == SocketError.InProgress)
            {
                _pending = connection;
                return;
            }
        }

        _pending = null;
        _result.TrySetException(new SocketException((int)error));
    }
}
