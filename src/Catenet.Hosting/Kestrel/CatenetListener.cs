using System.Net;
using System.Threading.Channels;
using Catenet.Hosting.Connections;
using Catenet.Hosting.Gate;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Kestrel;

/// <summary>One endpoint on which Kestrel accepts connections from the network.</summary>
internal sealed class CatenetListener : IConnectionListener
{
    private readonly LoopDoor _door;
    private readonly string _name;
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleWriter = true, AllowSynchronousContinuations = false });

    private IStreamListener? _listener;

    private CatenetListener(IStreamNetwork network, IPEndPoint endPoint)
    {
        _door = LoopDoor.Of(network.Loop);
        _name = $"{network.Name} {endPoint}";
        EndPoint = endPoint;
    }

    public EndPoint EndPoint { get; private set; }

    /// <summary>Begins to listen. From any thread.</summary>
    public static async ValueTask<CatenetListener> BindAsync(IStreamNetwork network, IPEndPoint endPoint)
    {
        var listener = new CatenetListener(network, endPoint);
        if (network.Loop.IsOnLoop)
        {
            listener.Bind(network, endPoint);
            return listener;
        }

        var bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        listener._door.Enter($"listen {listener._name}", () =>
        {
            try
            {
                listener.Bind(network, endPoint);
                bound.SetResult();
            }
            catch (Exception failure)
            {
                bound.SetException(failure);
            }
        });
        await bound.Task.ConfigureAwait(false);
        return listener;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // Nobody waits for the loop here: a server is often stopped when its loop runs no more.
        _accepted.Writer.TryComplete();
        _door.Enter($"unlisten {_name}", () => _listener?.Close());
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private void Bind(IStreamNetwork network, IPEndPoint endPoint)
    {
        _listener = network.Listen(endPoint, Accept);
        EndPoint = _listener.LocalEndPoint;
    }

    private void Accept(IStreamTransport stream)
    {
        string name = $"{_name} < {stream.RemoteEndPoint}";
        var connection = new ApplicationConnection(_door, stream, name, accepted: true);
        if (!_accepted.Writer.TryWrite(new CatenetConnectionContext(connection)))
        {
            connection.Abort();
        }
    }
}
