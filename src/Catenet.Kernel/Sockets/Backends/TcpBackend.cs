using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Stream sockets over TCP: a connection, or a listener, or neither yet.</summary>
internal sealed class TcpBackend : SocketBackend, ISocketEvents, IListenerEvents
{
    private readonly AddressFamily _family;
    private readonly TcpOptionStore _options;
    private TcpConnection? _connection;
    private TcpListener? _listener;
    private InetEndpoint _bound;
    private bool _wasConnected;
    private bool _listenerShut;
    private bool _errorTaken;

    public TcpBackend(Host host, AddressFamily family, bool dualMode)
        : this(host, family, dualMode, TcpOptionStore.Defaults(host))
    {
    }

    private TcpBackend(Host host, AddressFamily family, bool dualMode, TcpSocketOptions options)
        : base(host)
    {
        _family = family;
        DualMode = dualMode;
        _options = new TcpOptionStore(host, options);
        _bound = new InetEndpoint(Any, 0);
    }

    public override InetEndpoint? Local =>
        _connection is { LocalEndpoint.Port: > 0 } ? _connection.LocalEndpoint
        : _bound.Port != 0 ? _bound : null;

    public override InetEndpoint? Remote => _wasConnected ? _connection!.RemoteEndpoint : null;

    public override bool IsConnected => _wasConnected && _connection!.State != TcpState.Closed;

    public override int Available => _connection?.Available ?? 0;

    public override bool IsAtMark => _connection?.IsAtMark ?? false;

    public override bool DualMode { get; set; }

    private InetAddress Any => _family == AddressFamily.InterNetwork ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;

    public void OnConnected(TcpConnection connection)
    {
        _wasConnected = true;
        Core.OnWritable();
    }

    public void OnReadable(TcpConnection connection) => Core.OnReadable();

    public void OnUrgent(TcpConnection connection) => Core.OnReadable();

    public void OnWritable(TcpConnection connection) => Core.OnWritable();

    public void OnClosed(TcpConnection connection, SocketError error)
    {
        Core.OnReadable();
        Core.OnWritable();
    }

    public void OnAcceptable(TcpListener listener) => Core.OnReadable();

    public override SocketError Bind(InetEndpoint local, int scope)
    {
        if (_bound.Port != 0 || _connection is not null)
        {
            return SocketError.InvalidArgument;
        }

        if (local.Address.IsIPv4 != (_family == AddressFamily.InterNetwork) && !DualMode)
        {
            return _family == AddressFamily.InterNetwork ? SocketError.AddressFamilyNotSupported : SocketError.InvalidArgument;
        }

        if (!local.Address.IsUnspecified && !Host.Routes.IsLocal(local.Address))
        {
            return SocketError.AddressNotAvailable;
        }

        if (local.Port != 0 && IsListenedTo(local))
        {
            return SocketError.AddressAlreadyInUse;
        }

        ushort port = Host.TcpBinds.Take(local.Port);
        if (port == 0)
        {
            return SocketError.AddressAlreadyInUse;
        }

        _bound = local with { Port = port };
        return SocketError.Success;
    }

    public override SocketError Listen(int backlog)
    {
        if (_listener is not null)
        {
            _listener.Backlog = backlog;
            return SocketError.Success;
        }

        if (_connection is not null)
        {
            return SocketError.InvalidArgument;
        }

        var error = _bound.Port == 0 ? Bind(new InetEndpoint(Any, 0), 0) : SocketError.Success;
        if (error != SocketError.Success)
        {
            return error;
        }

        _listener = Host.Tcp.Listen(_bound, backlog, out error, DualMode, _options.Values);
        if (_listener is not null)
        {
            _listener.Events = this;
        }

        return error;
    }

    public override SocketError Accept(out SocketBackend? accepted)
    {
        accepted = null;
        if (_listener is null || _listenerShut)
        {
            return SocketError.InvalidArgument;
        }

        if (_listener.Accept() is not { } connection)
        {
            return SocketError.WouldBlock;
        }

        var backend = new TcpBackend(Host, _family, DualMode, connection.Options) { _connection = connection, _wasConnected = true };
        backend._options.Connection = connection;
        connection.Events = backend;
        accepted = backend;
        return SocketError.Success;
    }

    public override SocketError Connect(InetEndpoint remote, int scope)
    {
        if (_listener is not null)
        {
            return SocketError.InvalidArgument;
        }

        if (_connection is { State: not TcpState.Closed })
        {
            return _wasConnected ? SocketError.IsConnected : SocketError.AlreadyInProgress;
        }

        if (remote.Port == 0)
        {
            return SocketError.ConnectionRefused; // nobody listens at port 0
        }

        // A wildcard of the other family says nothing of the source.
        var local = _bound.Address.IsUnspecified
            ? _bound with { Address = remote.Address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6 }
            : _bound;
        _wasConnected = _errorTaken = false;
        _connection = Host.Tcp.CreateConnection(_options.Values.Clone());
        _connection.Events = this;
        _options.Connection = _connection;
        var error = _connection.Connect(local, remote);
        return error == SocketError.InProgress ? ConnectResult() : error;
    }

    public override SocketError ConnectResult()
    {
        if (_wasConnected)
        {
            return SocketError.Success;
        }

        if (_connection is not { State: TcpState.Closed })
        {
            return _connection is null ? SocketError.OperationAborted : SocketError.WouldBlock;
        }

        _errorTaken = true;
        return _connection.Error == SocketError.Success ? SocketError.ConnectionAborted : _connection.Error;
    }

    public override void AbandonConnect()
    {
        if (_connection is not null && !_wasConnected)
        {
            _connection.Events = null;
            _connection.Abort();
            _connection = null;
        }
    }

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, out int sent)
    {
        sent = 0;
        if (_connection is null)
        {
            return SocketError.Shutdown;
        }

        sent = (flags & SocketFlags.OutOfBand) != 0 ? _connection.SendUrgent(data, out var error) : _connection.Send(data, SendFlagsOf(flags), out error);
        return error switch
        {
            SocketError.Success or SocketError.WouldBlock => error,
            _ when TakeError() is var pending and not SocketError.Success => pending,
            _ => SocketError.Shutdown, // EPIPE
        };
    }

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, InetEndpoint to, int scope, InetAddress source, out int sent) =>
        Send(data, flags, out sent); // the address is ignored, as Linux does on a connected stream

    public override Instant ArrivalOf(int count) => _connection?.ArrivalOf(count) ?? default;

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, out Received received)
    {
        received = default;
        if (_connection is null || !_wasConnected)
        {
            return SocketError.NotConnected;
        }

        int count;
        var error = SocketError.Success;
        if ((flags & SocketFlags.OutOfBand) != 0)
        {
            count = _connection.ReceiveUrgent(buffer, (flags & SocketFlags.Peek) != 0, out error);
            received = new Received(count, new UdpReceiveInfo { Source = _connection.RemoteEndpoint });
            return error;
        }

        if (buffer.IsEmpty || (flags & SocketFlags.Peek) != 0)
        {
            count = _connection.Peek(buffer);
            error = _connection.Available > 0 || _connection.IsReceiveShut ? SocketError.Success
                : _connection.IsReadable ? SocketError.ConnectionReset : SocketError.WouldBlock;
        }
        else
        {
            count = _connection.Receive(buffer, out error);
        }

        if (error == SocketError.WouldBlock)
        {
            return error;
        }

        if (error != SocketError.Success && TakeError() is var pending and not SocketError.Success)
        {
            return pending;
        }

        // An error is told once; after it, and after shutting down, the stream has ended.
        received = new Received(count, new UdpReceiveInfo { Source = _connection.RemoteEndpoint });
        return SocketError.Success;
    }

    public override SocketError Shutdown(SocketShutdown how)
    {
        if (_listener is not null && how != SocketShutdown.Send)
        {
            _listenerShut = true;
            _listener.Close();
            return SocketError.Success;
        }

        if (_connection is null || !_wasConnected)
        {
            return SocketError.NotConnected;
        }

        if (how != SocketShutdown.Send)
        {
            _connection.ShutdownReceive();
        }

        if (how != SocketShutdown.Receive)
        {
            // A connection that is gone already is as shut as it will be: .NET reports no error.
            _connection.ShutdownSend();
        }

        return SocketError.Success;
    }

    public override void Close(bool reset)
    {
        _listener?.Close();
        if (_connection is not null)
        {
            _connection.Events = null;
            if (reset)
            {
                _connection.Abort();
            }
            else
            {
                _connection.Close();
            }
        }

        if (_bound.Port != 0)
        {
            Host.TcpBinds.Release(_bound.Port);
        }
    }

    public override SocketError TakeSoftError() => _connection is { Error: SocketError.Success } ? _connection.TakeError() : SocketError.Success;

    public override SocketError TakeError()
    {
        if (_errorTaken || _connection is null || _connection.Error == SocketError.Success)
        {
            return SocketError.Success;
        }

        _errorTaken = true;
        return _connection.Error;
    }

    public override SocketError ReceiveError(out UdpErrorReport report)
    {
        report = default;
        return _connection is not null && _connection.TryTakeReport(out report) ? SocketError.Success : SocketError.WouldBlock;
    }

    public override SocketError WithStream(Func<TcpSocketOptions, TcpConnection?, SocketError> act) => act(_options.Values, _connection);

    public override SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        if ((level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only))
        {
            if (_family != AddressFamily.InterNetworkV6 || _bound.Port != 0)
            {
                return SocketError.InvalidArgument;
            }

            DualMode = value == 0;
            return SocketError.Success;
        }

        return _options.Set(level, name, value);
    }

    public override SocketError GetOption(SocketOptionLevel level, SocketOptionName name, out int value)
    {
        if ((level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only))
        {
            value = DualMode ? 0 : 1;
            return SocketError.Success;
        }

        return _options.Get(level, name, out value);
    }

    public override string ToString() =>
        _connection?.ToString() ?? _listener?.ToString() ?? (_bound.Port != 0 ? $"tcp {_bound}" : "tcp");

    private static SendFlags SendFlagsOf(SocketFlags flags) =>
        ((flags & SocketFlags.Partial) != 0 ? SendFlags.More : SendFlags.None)
        | ((flags & NetSocket.EndOfRecord) != 0 ? SendFlags.EndOfRecord : SendFlags.None)
        | ((flags & Continued) != 0 ? SendFlags.Continued : SendFlags.None);

    private bool IsListenedTo(InetEndpoint local)
    {
        foreach (var other in Host.Tcp.Listeners)
        {
            var address = other.LocalEndpoint.Address;
            if (other.LocalEndpoint.Port == local.Port &&
                (address == local.Address || Covers(address, other.IsDualMode, local.Address) || Covers(local.Address, DualMode, address)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Covers(InetAddress wildcard, bool dual, InetAddress address) =>
        wildcard.IsUnspecified && (wildcard.IsIPv4 == address.IsIPv4 || (wildcard.IsIPv6 && dual));
}
