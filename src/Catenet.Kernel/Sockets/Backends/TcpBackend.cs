using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Stream sockets over TCP: a connection, or a listener, or neither yet.</summary>
internal sealed class TcpBackend : SocketBackend, ISocketEvents, IListenerEvents
{
    private static readonly TcpSocketOptions Undiscovered = TcpSocketOptions.Default with { PathMtuDiscovery = PathMtuDiscovery.Dont };

    private StreamSetup? _setup;
    private bool _wasConnected;
    private bool _listenerShut;
    private bool _errorTaken;

    public TcpBackend(Host host, AddressFamily family, bool dualMode)
        : base(family)
    {
        DualMode = dualMode;
        if (host.Settings.NoPathMtuDiscovery != 0)
        {
            Setup.Options = Undiscovered;
        }
    }

    private TcpBackend(AddressFamily family, bool dualMode, TcpConnection accepted)
        : base(family)
    {
        DualMode = dualMode;
        Connection = accepted;
        _wasConnected = true;
    }

    /// <summary>The connection, or the attempt to make one; null while there is none.</summary>
    public TcpConnection? Connection { get; private set; }

    /// <summary>What is set: for the connection or listener, if there is one.</summary>
    public TcpSocketOptions Options
    {
        get => Connection?.Options ?? Listener?.Options ?? _setup?.Options ?? TcpSocketOptions.Default;
        set
        {
            value = Host.Tcp.SharedOptions.Find(value);
            if (Connection is not null)
            {
                Connection.Options = value;
            }
            else if (Listener is not null)
            {
                Listener.Options = value;
            }
            else
            {
                Setup.Options = value;
            }
        }
    }

    /// <summary>SO_REUSEADDR, which is only remembered.</summary>
    public bool ReuseAddress { get; set; }

    /// <summary>SO_BROADCAST, which is only remembered.</summary>
    public bool Broadcast { get; set; }

    public override SocketType Type => SocketType.Stream;

    public override InetEndpoint? Local =>
        Connection is { LocalEndpoint.Port: > 0 } ? Connection.LocalEndpoint : _setup?.Bound;

    public override InetEndpoint? Remote => _wasConnected ? Connection!.RemoteEndpoint : null;

    public override bool IsConnected => _wasConnected && Connection!.State != TcpState.Closed;

    public override int Available => Connection?.Available ?? 0;

    public override bool IsAtMark => Connection?.IsAtMark ?? false;

    public override bool DualMode { get; set; }

    private StreamSetup Setup => _setup ??= new StreamSetup();

    private TcpListener? Listener => _setup?.Listener;

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
        if (_setup?.Bound is not null || Connection is not null)
        {
            return SocketError.InvalidArgument;
        }

        if (local.Address.IsIPv4 != (Family == AddressFamily.InterNetwork) && !DualMode)
        {
            return Family == AddressFamily.InterNetwork ? SocketError.AddressFamilyNotSupported : SocketError.InvalidArgument;
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

        Setup.Bound = local with { Port = port };
        return SocketError.Success;
    }

    public override SocketError Listen(int backlog)
    {
        if (Listener is not null)
        {
            Listener.Backlog = backlog;
            return SocketError.Success;
        }

        if (Connection is not null)
        {
            return SocketError.InvalidArgument;
        }

        var any = Family == AddressFamily.InterNetwork ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6;
        var error = Setup.Bound is null ? Bind(new InetEndpoint(any, 0), 0) : SocketError.Success;
        if (Setup.Bound is not { } bound)
        {
            return error;
        }

        var listener = Host.Tcp.Listen(bound, backlog, out error, DualMode, Options);
        if (listener is not null)
        {
            listener.Events = this;
            Setup.Listener = listener;
        }

        return error;
    }

    public override SocketError Accept(out SocketBackend? accepted)
    {
        accepted = null;
        if (Listener is null || _listenerShut)
        {
            return SocketError.InvalidArgument;
        }

        if (Listener.Accept() is not { } connection)
        {
            return SocketError.WouldBlock;
        }

        var backend = new TcpBackend(Family, DualMode, connection);
        connection.Events = backend;
        accepted = backend;
        return SocketError.Success;
    }

    public override SocketError Connect(InetEndpoint remote, int scope)
    {
        if (Listener is not null)
        {
            return SocketError.InvalidArgument;
        }

        if (Connection is { State: not TcpState.Closed })
        {
            return _wasConnected ? SocketError.IsConnected : SocketError.AlreadyInProgress;
        }

        if (remote.Port == 0)
        {
            return SocketError.ConnectionRefused; // nobody listens at port 0
        }

        // A wildcard of the other family says nothing of the source.
        var bound = _setup?.Bound ?? default;
        var local = bound.Address.IsUnspecified
            ? bound with { Address = remote.Address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6 }
            : bound;
        _wasConnected = _errorTaken = false;
        Connection = Host.Tcp.CreateConnection(Options);
        Connection.Events = this;
        if (bound.Port == 0)
        {
            _setup = null; // the options are the connection's now
        }

        var error = Connection.Connect(local, remote);
        return error == SocketError.InProgress ? ConnectResult() : error;
    }

    public override SocketError ConnectResult()
    {
        if (_wasConnected)
        {
            return SocketError.Success;
        }

        if (Connection is not { State: TcpState.Closed })
        {
            return Connection is null ? SocketError.OperationAborted : SocketError.WouldBlock;
        }

        _errorTaken = true;
        return Connection.Error == SocketError.Success ? SocketError.ConnectionAborted : Connection.Error;
    }

    public override void AbandonConnect()
    {
        if (Connection is not null && !_wasConnected)
        {
            Connection.Events = null;
            Connection.Abort();
            var options = Connection.Options;
            Connection = null;
            Options = options;
        }
    }

    public override SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, out int sent)
    {
        sent = 0;
        if (Connection is null)
        {
            return SocketError.Shutdown;
        }

        sent = (flags & SocketFlags.OutOfBand) != 0 ? Connection.SendUrgent(data, out var error) : Connection.Send(data, SendFlagsOf(flags), out error);
        return error switch
        {
            SocketError.Success or SocketError.WouldBlock => error,
            _ when TakeError() is var pending and not SocketError.Success => pending,
            _ => SocketError.Shutdown, // EPIPE
        };
    }

    public override SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, InetEndpoint to, int scope, InetAddress source, out int sent) =>
        Send(data, flags, out sent); // the address is ignored, as Linux does on a connected stream

    public override Instant ArrivalOf(int count) => Connection?.ArrivalOf(count) ?? default;

    public override SocketError Receive(Span<byte> buffer, SocketFlags flags, out Received received)
    {
        received = default;
        if (Connection is null || !_wasConnected)
        {
            return SocketError.NotConnected;
        }

        int count;
        var error = SocketError.Success;
        if ((flags & SocketFlags.OutOfBand) != 0)
        {
            count = Connection.ReceiveUrgent(buffer, (flags & SocketFlags.Peek) != 0, out error);
            received = new Received(count, new UdpReceiveInfo { Source = Connection.RemoteEndpoint });
            return error;
        }

        if (buffer.IsEmpty || (flags & SocketFlags.Peek) != 0)
        {
            count = Connection.Peek(buffer);
            error = Connection.Available > 0 || Connection.IsReceiveShut ? SocketError.Success
                : Connection.IsReadable ? SocketError.ConnectionReset : SocketError.WouldBlock;
        }
        else
        {
            count = Connection.Receive(buffer, out error);
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
        received = new Received(count, new UdpReceiveInfo { Source = Connection.RemoteEndpoint });
        return SocketError.Success;
    }

    public override SocketError Shutdown(SocketShutdown how)
    {
        if (Listener is not null && how != SocketShutdown.Send)
        {
            _listenerShut = true;
            Listener.Close();
            return SocketError.Success;
        }

        if (Connection is null || !_wasConnected)
        {
            return SocketError.NotConnected;
        }

        if (how != SocketShutdown.Send)
        {
            Connection.ShutdownReceive();
        }

        if (how != SocketShutdown.Receive)
        {
            // A connection that is gone already is as shut as it will be: .NET reports no error.
            Connection.ShutdownSend();
        }

        return SocketError.Success;
    }

    public override void Close(bool reset)
    {
        Listener?.Close();
        if (Connection is not null)
        {
            Connection.Events = null;
            if (reset)
            {
                Connection.Abort();
            }
            else
            {
                Connection.Close();
            }
        }

        if (_setup?.Bound is { } bound)
        {
            Host.TcpBinds.Release(bound.Port);
        }
    }

    public override SocketError TakeSoftError() => Connection is { Error: SocketError.Success } ? Connection.TakeError() : SocketError.Success;

    public override SocketError TakeError()
    {
        if (_errorTaken || Connection is null || Connection.Error == SocketError.Success)
        {
            return SocketError.Success;
        }

        _errorTaken = true;
        return Connection.Error;
    }

    public override SocketError ReceiveError(out UdpErrorReport report)
    {
        report = default;
        return Connection is not null && Connection.TryTakeReport(out report) ? SocketError.Success : SocketError.WouldBlock;
    }

    public override SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value)
    {
        if ((level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only))
        {
            if (Family != AddressFamily.InterNetworkV6 || _setup?.Bound is not null)
            {
                return SocketError.InvalidArgument;
            }

            DualMode = value == 0;
            return SocketError.Success;
        }

        return StreamOptions.Set(this, level, name, value);
    }

    public override SocketError GetOption(SocketOptionLevel level, SocketOptionName name, out int value)
    {
        if ((level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only))
        {
            value = DualMode ? 0 : 1;
            return SocketError.Success;
        }

        return StreamOptions.Get(this, level, name, out value);
    }

    public override string ToString() =>
        Connection?.ToString() ?? Listener?.ToString() ?? (_setup?.Bound is { } bound ? $"tcp {bound}" : "tcp");

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
