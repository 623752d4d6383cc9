using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Hosting.Gate;

namespace Catenet.Hosting.Connections;

/// <summary>One attempt to connect to a name and port, asked for by outside code and made on the loop: resolve, then try address after address.</summary>
internal sealed class Connector
{
    private readonly IStreamNetwork _network;
    private readonly LoopDoor _door;
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationToken _cancellation;
    private readonly TaskCompletionSource<ApplicationConnection> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IStreamTransport? _pending;

    private Connector(IStreamNetwork network, string host, int port, CancellationToken cancellation)
    {
        _network = network;
        _door = LoopDoor.Of(network.Loop);
        _host = host;
        _port = port;
        _cancellation = cancellation;
    }

    /// <summary>Connects. From any thread.</summary>
    /// <param name="network">From where.</param>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="order">Decides which of several connections asked for at one instant is made first.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SocketException">No address was found, or the last one could not be reached.</exception>
    public static async Task<ApplicationConnection> ConnectAsync(
        IStreamNetwork network, string host, int port, string order, CancellationToken cancellation)
    {
        var attempt = new Connector(network, host, port, cancellation);
        attempt._door.Enter(order, attempt.Start);
        using var registration = cancellation.UnsafeRegister(
            static (a, _) => ((Connector)a!).Cancel(), attempt);
        return await attempt._result.Task.ConfigureAwait(false);
    }

    private void Cancel() => _door.Enter($"cancel {_network.Name} > {_host}:{_port}", () =>
    {
        if (_result.TrySetCanceled(_cancellation))
        {
            _pending?.Abort();
        }
    });

    private async void Start()
    {
        try
        {
            IReadOnlyList<InetAddress> addresses = IPAddress.TryParse(_host, out var literal)
                ? [InetAddress.From(literal)]
                : await _network.ResolveAsync(_host, _cancellation).ConfigureAwait(true);
            Try(addresses, 0);
        }
        catch (Exception failure)
        {
            _result.TrySetException(failure);
        }
    }

    private void Try(IReadOnlyList<InetAddress> addresses, int index)
    {
        if (_result.Task.IsCompleted)
        {
            return;
        }

        var remote = new IPEndPoint(addresses[index].ToIPAddress(), _port);
        try
        {
            IStreamTransport? stream = null;
            stream = _pending = _network.Connect(remote, error => Done(stream!, error, addresses, index));
        }
        catch (SocketException failure)
        {
            Done(null, failure.SocketErrorCode, addresses, index);
        }
    }

    private void Done(IStreamTransport? stream, SocketError error, IReadOnlyList<InetAddress> addresses, int index)
    {
        _pending = null;
        if (_result.Task.IsCompleted)
        {
            stream?.Abort();
        }
        else if (error == SocketError.Success)
        {
            string name = $"{_network.Name} {stream!.LocalEndPoint} > {_host} {stream.RemoteEndPoint}";
            _result.TrySetResult(new ApplicationConnection(_door, stream, name, accepted: false));
        }
        else if (index + 1 < addresses.Count)
        {
            Try(addresses, index + 1);
        }
        else
        {
            _result.TrySetException(new SocketException((int)error));
        }
    }
}
