using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Catenet.Core;
using Catenet.Hosting.Connections;
using Catenet.Hosting.Gate;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Kestrel;

/// <summary>One endpoint on which Kestrel accepts connections from the host.</summary>
internal sealed class CatenetListener : IConnectionListener, IListenerEvents
{
    private const int Backlog = 512;

    private readonly LoopDoor _door;
    private readonly string _name;
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateUnbounded<ConnectionContext>(
        new UnboundedChannelOptions { SingleWriter = true, AllowSynchronousContinuations = false });

    private Kernel.Tcp.TcpListener? _listener;

    private CatenetListener(Host host, IPEndPoint endPoint)
    {
        _door = LoopDoor.Of(host.Loop);
        _name = $"{host.Name} {endPoint}";
        EndPoint = endPoint;
    }

    public EndPoint EndPoint { get; private set; }

    /// <summary>Begins to listen. From any thread.</summary>
    public static async ValueTask<CatenetListener> BindAsync(Host host, IPEndPoint endPoint)
    {
        var listener = new CatenetListener(host, endPoint);
        if (host.Loop.IsOnLoop)
        {
            listener.Bind(host, endPoint);
            return listener;
        }

        var bound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        listener._door.Enter($"listen {listener._name}", () =>
        {
            try
            {
                listener.Bind(host, endPoint);
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

    void IListenerEvents.OnAcceptable(Kernel.Tcp.TcpListener listener)
    {
        while (listener.Accept() is { } connection)
        {
            string name = $"{_name} < {connection.RemoteEndpoint}";
            var accepted = new ApplicationConnection(_door, connection, name, accepted: true);
            if (!_accepted.Writer.TryWrite(new CatenetConnectionContext(accepted)))
            {
                accepted.Abort();
            }
        }
    }

    private void Bind(Host host, IPEndPoint endPoint)
    {
        var wanted = InetEndpoint.From(endPoint);
        if (wanted.Port == 0)
        {
            wanted = wanted with { Port = host.Tcp.ChooseEphemeralPort(wanted.Address, new InetEndpoint(wanted.Address, 0)) };
        }

        _listener = host.Tcp.Listen(wanted, Backlog, out var error, options: ApplicationConnection.Options)
            ?? throw new SocketException((int)error);
        _listener.Events = this;
        EndPoint = _listener.LocalEndpoint.ToIPEndPoint();
    }
}
