using System.Net.Sockets;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Language;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Packetdrill.Calls;

/// <summary>A stream socket with Linux's manners over the kernel's TCP.</summary>
internal sealed class TcpFile(Host host) : SocketFile, ISocketEvents, IListenerEvents
{
    private readonly TcpOptionValues _options = new(host);
    private readonly ReceiveOptions _receiving = new(host);
    private readonly ReceiveStamps _stamps = new();
    private readonly PlainOptions _plain = new();
    private TcpListener? _listener;
    private InetEndpoint _bound;
    private bool _connectTold;
    private bool _wasConnected;
    private bool _isAccepted;
    private bool _errorTaken;
    private Instant? _arrival;

    /// <summary>The connection; null if there is none.</summary>
    public TcpConnection? Connection { get; private set; }

    /// <summary>What the error queue tells of what was sent; null unless somebody asked.</summary>
    public TransmitReports? Reports { get; private set; }

    /// <summary>The type of the control message that SO_TIMESTAMPING asks for.</summary>
    public int StampingType => _stamps.StampingType;

    /// <summary>SO_TIMESTAMPING's flags of the next send alone; negative: the socket's.</summary>
    public int StampFlags { get; set; } = -1;

    /// <summary>Whether connecting waits for the first data (TCP_FASTOPEN_CONNECT).</summary>
    public bool IsConnectDeferred => Connection is { IsConnectDeferred: true };

    /// <summary>Whether it listens.</summary>
    public bool IsListening => _listener is { IsClosed: false };

    public override InetEndpoint Local => Connection is { LocalEndpoint.Port: > 0 } ? Connection.LocalEndpoint : _bound;

    public override InetEndpoint Remote => Connection is not null && _wasConnected ? Connection.RemoteEndpoint : default;

    public override long Available => Connection?.Available ?? 0;

    public override int LeastToRead => _options.Values.ReceiveLowWater;

    public override bool IsAtMark => Connection?.IsAtMark ?? false;

    /// <summary>SIOCINQ.</summary>
    public long AvailableToMark => Connection?.AvailableToMark ?? 0;

    /// <summary>A FIN that is not acknowledged counts as an octet (Linux's write_seq - snd_una).</summary>
    public override long Outstanding => Connection is null ? 0
        : Connection.Unacknowledged + (Connection.State is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck ? 1 : 0);

    public override long NotSent => Connection?.GetInfo().NotSent ?? 0;

    public override (bool On, int Seconds) Linger
    {
        get => base.Linger;
        set
        {
            base.Linger = value;
            _options.Values = _options.Values with { AbortOnClose = value is (true, 0) };
        }
    }

    /// <summary>Whether there is an error that was not told yet (Linux's sk_err).</summary>
    public override bool HasError => !_errorTaken && Connection is { Error: not SocketError.Success };

    public override int Readiness
    {
        get
        {
            if (_listener is not null)
            {
                return _listener.AcceptQueueLength > 0 ? Symbols.POLLIN | Symbols.POLLRDNORM : 0;
            }

            if (Connection is null)
            {
                return Symbols.POLLOUT | Symbols.POLLWRNORM | Symbols.POLLHUP;
            }

            return IsConnectDeferred ? Symbols.POLLOUT | Symbols.POLLWRNORM
                : Connection.State is TcpState.SynSent or TcpState.SynReceived && !Connection.IsOpenedFast ? 0
                : ConnectionReadiness(Connection);
        }
    }

    public override CallOutcome Bind(InetEndpoint local)
    {
        if (_bound.Port != 0 || Connection is not null)
        {
            return CallOutcome.Fail("EINVAL");
        }

        if (!local.Address.IsUnspecified && !host.Routes.IsLocal(local.Address))
        {
            return CallOutcome.Fail("EADDRNOTAVAIL");
        }

        if (local.Port != 0 && host.Tcp.Listeners.Any(l => l.LocalEndpoint.Port == local.Port))
        {
            return CallOutcome.Fail("EADDRINUSE");
        }

        ushort port = local.Port != 0 ? local.Port : host.Tcp.ChooseEphemeralPort(local.Address, default);
        _bound = local with { Port = port };
        return CallOutcome.Success;
    }

    public override CallOutcome Listen(int backlog)
    {
        if (_listener is not null)
        {
            _listener.Backlog = backlog;
            return CallOutcome.Success;
        }

        if (Connection is not null)
        {
            return CallOutcome.Fail("EINVAL");
        }

        if (_bound.Port == 0)
        {
            Bind(new InetEndpoint(Any(IsIPv6), 0));
        }

        _listener = host.Tcp.Listen(_bound, backlog, out var error, dualMode: IsIPv6 && !_options.IPv6Only, _options.Values);
        if (_listener is not null)
        {
            _listener.Events = this;
            _options.Attach(_listener);
        }

        return Errno.Outcome(error);
    }

    public override CallOutcome Accept(out SocketFile? accepted)
    {
        accepted = null;
        if (_listener is null)
        {
            return CallOutcome.Fail("EINVAL");
        }

        if (_listener.Accept() is not { } connection)
        {
            return _listener.IsClosed ? CallOutcome.Fail("EINVAL") : CallOutcome.Again;
        }

        var file = new TcpFile(host) { Conversation = Conversation, IsIPv6 = IsIPv6, Connection = connection };
        file._wasConnected = file._connectTold = file._isAccepted = true;
        file._options.Attach(connection);
        file._options.Inherit(_options);
        file._receiving.Inherit(_receiving);
        file._stamps.Inherit(_stamps);
        file._plain.Inherit(_plain);
        file.Linger = Linger;
        file.Watch(Reports?.Inherit(file.Present, file.OnReport));
        connection.Events = file;
        accepted = file;
        return CallOutcome.Success;
    }

    public override CallOutcome Connect(InetEndpoint remote)
    {
        if (_listener is not null)
        {
            return CallOutcome.Fail("EISCONN");
        }

        if (Connection is { } connection)
        {
            return ConnectAgain(connection);
        }

        var fresh = host.Tcp.CreateConnection(_options.Values);
        fresh.Events = this;
        var error = fresh.Connect(LocalFor(remote), remote);
        if (error != SocketError.InProgress && !fresh.IsConnectDeferred)
        {
            return Errno.Outcome(error);
        }

        Connection = fresh;
        Watch(Reports);
        _options.Attach(fresh);
        return fresh.IsConnectDeferred ? CallOutcome.Success : ConnectAgain(fresh) is { Error: "EALREADY" } ? CallOutcome.Fail("EINPROGRESS") : ConnectAgain(fresh);
    }

    /// <summary>Connects with the first data (MSG_FASTOPEN, or a write after TCP_FASTOPEN_CONNECT).</summary>
    /// <param name="remote">Where to; null if the call has no address.</param>
    /// <param name="data">The data.</param>
    /// <param name="waits">Whether the caller waits.</param>
    /// <param name="taken">How many octets went in the SYN.</param>
    public CallOutcome ConnectWithData(InetEndpoint? remote, ReadOnlySpan<byte> data, bool waits, out int taken)
    {
        taken = 0;
        if ((host.Settings.Tcp.FastOpen & 1) == 0)
        {
            return CallOutcome.Fail("EOPNOTSUPP");
        }

        if (_listener is not null || Connection is { IsConnectDeferred: false })
        {
            return _listener is not null ? CallOutcome.Fail("EISCONN") : ConnectAgain(Connection!);
        }

        var fresh = Connection ?? host.Tcp.CreateConnection(_options.Values);
        if (Connection is null && remote is null)
        {
            return CallOutcome.Fail("EINVAL");
        }

        fresh.Events = this;
        var error = fresh.ConnectWithData(LocalFor(remote ?? default), remote ?? default, data, out taken, waits);
        if (error != SocketError.InProgress)
        {
            return Errno.Outcome(error);
        }

        Connection = fresh;
        Watch(Reports);
        _options.Attach(fresh);
        Conversation.Local = Local;
        Conversation.Remote = fresh.RemoteEndpoint;
        return CallOutcome.Fail("EINPROGRESS");
    }

    /// <summary>RECEIVE. An error is told once; after it the stream has ended.</summary>
    public override CallOutcome Receive(Span<byte> buffer, int flags)
    {
        if (_listener is null && (flags & Symbols.MSG_OOB) != 0 && Connection is null)
        {
            return CallOutcome.Fail("EINVAL"); // there is no urgent octet, whatever else there is not
        }

        if (Connection is null || _listener is not null)
        {
            return CallOutcome.Fail("ENOTCONN");
        }

        SocketError error;
        int count;
        _arrival = ((flags & Symbols.MSG_PEEK) != 0 ? Connection.ArrivalOf(buffer.Length, Math.Max(0, _receiving.PeekOffset)) : Connection.ArrivalOf(buffer.Length)) ?? _arrival;
        if ((flags & Symbols.MSG_OOB) != 0)
        {
            _arrival = null;
            count = Connection.ReceiveUrgent(buffer, (flags & Symbols.MSG_PEEK) != 0, out error);
            return error == SocketError.Success ? new CallOutcome(count, null) : Errno.Outcome(error);
        }

        if ((flags & Symbols.MSG_PEEK) != 0)
        {
            count = Connection.Peek(buffer, Math.Max(0, _receiving.PeekOffset));
            error = count > 0 || Connection.IsReceiveShut || buffer.IsEmpty ? SocketError.Success : Connection.Error != SocketError.Success ? Connection.Error : SocketError.WouldBlock;
        }
        else
        {
            count = (flags & Symbols.MSG_TRUNC) != 0 ? Connection.Discard(buffer.Length, out error) : Connection.Receive(buffer, out error);
        }

        if (error == SocketError.Success)
        {
            return new CallOutcome(count, null);
        }

        if (TakeError() is { } told)
        {
            return CallOutcome.Fail(told);
        }

        return Connection.State == TcpState.Closed || error is not SocketError.WouldBlock ? CallOutcome.Success : CallOutcome.Again;
    }

    /// <summary>The control messages of what was read last: when it came, and how much is left to read, the end of data counted (TCP_CM_INQ).</summary>
    public IReadOnlyList<ToldMessage> TakeControlMessages()
    {
        var told = new List<ToldMessage>();
        if (_arrival is { } time)
        {
            told.AddRange(_stamps.Types(Reports?.Flags ?? 0).Select(type => new ToldMessage(Symbols.SOL_SOCKET, type, 0, time)));
            _arrival = null;
        }

        if (_receiving.TellsRest && Connection is not null)
        {
            told.Add(new ToldMessage(Symbols.SOL_TCP, Symbols.TCP_CM_INQ, Connection.Available + (Connection.IsPeerDone ? 1 : 0), null));
        }

        return told;
    }

    public override void OnReadEnd(int octets, int flags)
    {
        _arrival = octets > 0 ? _arrival : null;
        if ((flags & Symbols.MSG_PEEK) != 0)
        {
            _receiving.OnPeek(octets);
        }
        else
        {
            _receiving.OnRead(octets);
        }
    }

    public override CallOutcome Send(ReadOnlySpan<byte> data, int flags)
    {
        if (Connection is null || _listener is not null)
        {
            return CallOutcome.Fail("EPIPE");
        }

        if (TakeError() is { } told)
        {
            return CallOutcome.Fail(told);
        }

        Reports?.Begin(data.Length, (flags & Symbols.MSG_ZEROCOPY) != 0, (flags & Symbols.CONTINUED) != 0, (flags & Symbols.WAITS) != 0, StampFlags, joins: NotSent > 0);
        int sent = Connection.Send(data, SendFlagsOf(flags), out var error);
        Reports?.End();
        if (error is SocketError.Success && (data.IsEmpty || sent > 0))
        {
            return new CallOutcome(sent, null);
        }

        return error == SocketError.WouldBlock ? CallOutcome.Again : CallOutcome.Fail("EPIPE");
    }

    public override CallOutcome Shutdown(int how)
    {
        if (_listener is not null)
        {
            if (how != 1)
            {
                _listener.Close();
            }

            return CallOutcome.Success;
        }

        if (how is < 0 or > 2)
        {
            return CallOutcome.Fail("EINVAL");
        }

        if (Connection is null || Connection.State is TcpState.Closed or TcpState.TimeWait)
        {
            return CallOutcome.Fail("ENOTCONN");
        }

        if (Connection.State == TcpState.SynSent)
        {
            Connection.Disconnect();
            return CallOutcome.Success;
        }

        if (how != 1)
        {
            Connection.ShutdownReceive();
        }

        return how != 0 ? Errno.Outcome(Connection.ShutdownSend()) : CallOutcome.Success;
    }

    public override void Close()
    {
        _listener?.Close();
        if (Connection is not null)
        {
            Connection.Events = null;
            Connection.Close();
        }
    }

    public override CallOutcome SetOption(int level, int name, long value)
    {
        if (_stamps.Set(level, name, value))
        {
            return CallOutcome.Success;
        }

        return SetReports(level, name, value) ?? _plain.Set(level, name, (int)value) ?? _receiving.Set(_options, Connection, level, name, (int)value) ?? _options.Set(level, name, value) ?? throw NotThere(level, name);
    }

    public override CallOutcome GetOption(int level, int name, out long value)
    {
        value = 0;
        switch (level, name)
        {
            case (Symbols.SOL_SOCKET, 4):
                value = TakeError() is { } error ? Errno.NumberOf(error) ?? 0 : 0;
                return CallOutcome.Success;
            case (Symbols.SOL_TCP, 28):
                value = Connection?.TakeSavedSyn()?.Length ?? 0; // a script can but leave it open
                return CallOutcome.Success;
            case (Symbols.SOL_SOCKET, 32 or 33): // SO_SNDBUFFORCE, SO_RCVBUFFORCE
                return CallOutcome.Fail("ENOPROTOOPT");
            case (Symbols.SOL_SOCKET, 39):
                value = IsIPv6 ? Symbols.AF_INET6 : Symbols.AF_INET;
                return CallOutcome.Success;
            case (Symbols.SOL_TCP, 23) when Connection is not null && _isAccepted:
                return CallOutcome.Success; // TCP_FASTOPEN is the listener's
            case (Symbols.SOL_SOCKET, 30):
                value = IsListening ? 1 : 0;
                return CallOutcome.Success;
            case (Symbols.SOL_TCP, 2) when Connection is not null && (Connection.State != TcpState.Closed || _options.Values.MaxSegment == 0):
                value = Connection.GetInfo().SendMss;
                return CallOutcome.Success;
            case (Symbols.SOL_IP, 14) or (Symbols.SOL_IPV6, 24):
                value = Connection?.RouteMtu ?? 0;
                return value == 0 ? CallOutcome.Fail("ENOTCONN") : CallOutcome.Success;
            default:
                value = GetReports(level, name) ?? _stamps.Get(level, name) ?? _receiving.Get(_options.Values, Connection, level, name) ?? _plain.Get(level, name) ?? _options.Get(level, name) ?? throw NotThere(level, name);
                return CallOutcome.Success;
        }
    }

    public override CallOutcome SetMd5(Md5Setting setting, bool extended) => _options.SetMd5(setting, extended, IsIPv6);

    public override CallOutcome SetOption(int level, int name, string value)
    {
        if (level == Symbols.SOL_TCP && OpeningOptions.SetText(_options, name, value) is { } outcome)
        {
            return outcome;
        }

        if ((level, name) != (Symbols.SOL_TCP, 13))
        {
            throw NotThere(level, name);
        }

        return _options.SetCongestion(value);
    }

    public override string? GetText(int level, int name) =>
        (level, name) != (Symbols.SOL_TCP, 13) ? throw NotThere(level, name)
        : Connection?.Algorithm.Name ?? _options.Values.CongestionControl ?? host.Settings.Tcp.CongestionControl;

    void ISocketEvents.OnConnected(TcpConnection connection)
    {
        _wasConnected = true;
        Wake(0);
    }

    void ISocketEvents.OnReadable(TcpConnection connection) => Wake(connection.IsPeerDone ? 0 : Symbols.POLLIN | Symbols.POLLRDNORM);

    void ISocketEvents.OnWritable(TcpConnection connection) => Wake(Symbols.POLLOUT | Symbols.POLLWRNORM);

    void ISocketEvents.OnClosed(TcpConnection connection, SocketError error) => Wake(0);

    void IListenerEvents.OnAcceptable(TcpListener listener) => Wake(Symbols.POLLIN | Symbols.POLLRDNORM);

    private InetEndpoint LocalFor(InetEndpoint remote) =>
        _bound.Address.IsUnspecified ? _bound with { Address = Any(remote.Address.IsIPv6) } : _bound;

    private static InetAddress Any(bool ipv6) => ipv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4;

    private static SendFlags SendFlagsOf(int flags) =>
        ((flags & Symbols.MSG_MORE) != 0 ? SendFlags.More : SendFlags.None)
        | ((flags & Symbols.MSG_OOB) != 0 ? SendFlags.Urgent : SendFlags.None)
        | ((flags & Symbols.MSG_EOR) != 0 ? SendFlags.EndOfRecord : SendFlags.None)
        | ((flags & Symbols.NEWBUFFER) != 0 ? SendFlags.NewBuffer : SendFlags.None)
        | ((flags & Symbols.CONTINUED) != 0 ? SendFlags.Continued : SendFlags.None);

    private Instant Present() => host.Loop.Now;

    private void OnReport() => Wake(Symbols.POLLERR);

    private void Watch(TransmitReports? reports)
    {
        Reports = reports;
        if (Connection is not null && reports is not null)
        {
            Connection.Transmissions = reports;
        }
    }

    /// <summary>SO_ZEROCOPY and SO_TIMESTAMPING.</summary>
    private CallOutcome? SetReports(int level, int name, long value)
    {
        const int OptId = 128, Known = (1 << 19) - 1;
        switch (level, name)
        {
            case (Symbols.SOL_SOCKET, 60):
                if (value is not (0 or 1))
                {
                    return CallOutcome.Fail("EINVAL");
                }

                Watch(Reports ?? new TransmitReports(Present, OnReport));
                Reports!.ZeroCopy = value != 0;
                return CallOutcome.Success;
            case (Symbols.SOL_SOCKET, 37 or 65):
                if ((value & ~Known) != 0 || ((value & OptId) != 0 && Connection is null))
                {
                    return CallOutcome.Fail("EINVAL");
                }

                Watch(Reports ?? new TransmitReports(Present, OnReport));
                Reports!.SetFlags((int)value, Connection?.AcknowledgedPosition ?? 1);
                _stamps.OnStamping(name);
                return CallOutcome.Success;
            default:
                return null;
        }
    }

    private long? GetReports(int level, int name) => (level, name) switch
    {
        (Symbols.SOL_SOCKET, 60) => Reports is { ZeroCopy: true } ? 1 : 0,
        (Symbols.SOL_SOCKET, 37) => Reports?.Flags ?? 0,
        _ => null,
    };

    private CallOutcome ConnectAgain(TcpConnection connection)
    {
        if (!_wasConnected && connection.State == TcpState.Closed)
        {
            // The attempt has failed and been told of: another may be made.
            string error = TakeError() ?? "ECONNABORTED";
            Connection = null;
            _errorTaken = false;
            return CallOutcome.Fail(error);
        }

        if (!_wasConnected)
        {
            return CallOutcome.Fail(IsConnectDeferred ? "EISCONN" : "EALREADY");
        }

        bool told = _connectTold;
        _connectTold = true;
        return told ? CallOutcome.Fail("EISCONN") : CallOutcome.Success;
    }

    private int ConnectionReadiness(TcpConnection c)
    {
        bool over = c.State is TcpState.Closed or TcpState.TimeWait or TcpState.LastAck or TcpState.Closing;
        bool sendShut = over || c.State is TcpState.FinWait1 or TcpState.FinWait2;
        bool readShut = over || c.IsReceiveShut;
        int ready = 0;
        ready |= c.IsReadable || readShut ? Symbols.POLLIN | Symbols.POLLRDNORM : 0;
        ready |= readShut ? Symbols.POLLIN | Symbols.POLLRDNORM | Symbols.POLLRDHUP : 0;
        ready |= sendShut || c.PollWritable() ? Symbols.POLLOUT | Symbols.POLLWRNORM : 0;
        ready |= c.State == TcpState.Closed || (sendShut && readShut) ? Symbols.POLLHUP : 0;
        ready |= c.HasUrgent ? Symbols.POLLPRI : 0;
        return ready | (HasError || Reports is { HasReports: true } ? Symbols.POLLERR : 0);
    }

    /// <summary>The pending error, which is told once (Linux's sk_err).</summary>
    private string? TakeError()
    {
        if (!HasError)
        {
            return null;
        }

        _errorTaken = true;
        return Errno.NameOf(Connection!.Error);
    }
}
