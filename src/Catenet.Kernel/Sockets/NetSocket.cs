using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Catenet.Kernel.Sockets.Backends;
using Catenet.Kernel.Sockets.Operations;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets;

/// <summary>A socket on a Catenet host, in the shape of <see cref="Socket"/>: code ports by changing the type and naming the host.</summary>
/// <remarks>
/// <para>
/// Programs on the host's loop await as usual: calls that need not wait complete at once, the others continue on the loop.
/// From other threads every call is posted to the loop in order, and the awaiting code continues where it came from.
/// The few calls that return at once (<see cref="Bind"/>, <see cref="Listen"/>, <see cref="Shutdown"/>, options) wait
/// for the loop when made from another thread, so some driver has to be running it.
/// </para>
/// <para>
/// Errors are those that .NET gives on Linux. Reading and writing at the same time is fine; several calls of one kind are
/// served in their order. A ValueTask may be awaited once. Nothing is allocated per operation once a socket is warm.
/// </para>
/// </remarks>
public sealed class NetSocket : IDisposable
{
    private int _lingerTime;
    private volatile bool _lingers;
    private volatile bool _disposed;
    private volatile bool _listening;
    private volatile bool _shutDown;

    /// <summary>Opens a socket.</summary>
    /// <param name="host">The host whose kernel it belongs to.</param>
    /// <param name="addressFamily"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="socketType"><see cref="SocketType.Stream"/> or <see cref="SocketType.Dgram"/>.</param>
    /// <param name="protocolType">The protocol; unspecified for the type's own. A datagram socket of
    /// <see cref="ProtocolType.Icmp"/> or <see cref="ProtocolType.IcmpV6"/> sends and receives echo messages (ping).</param>
    /// <exception cref="SocketException"><see cref="SocketError.AddressFamilyNotSupported"/>,
    /// <see cref="SocketError.ProtocolNotSupported"/> or <see cref="SocketError.TooManyOpenSockets"/>.</exception>
    public NetSocket(Host host, AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
        : this(host, addressFamily, socketType, protocolType, dualMode: false)
    {
    }

    /// <summary>Opens a dual-mode socket: IPv6 that carries IPv4 as well.</summary>
    public NetSocket(Host host, SocketType socketType, ProtocolType protocolType)
        : this(host, AddressFamily.InterNetworkV6, socketType, protocolType, dualMode: true)
    {
    }

    internal NetSocket(SocketCore core)
    {
        Core = core;
    }

    private NetSocket(Host host, AddressFamily family, SocketType type, ProtocolType protocol, bool dualMode)
    {
        ArgumentNullException.ThrowIfNull(host);
        Core = new SocketCore(host, SocketBackends.Create(host, family, type, protocol, dualMode), protocol);
        if (!host.Loop.IsOnLoop)
        {
            // No need to wait for the number: calls that follow are posted behind this.
            host.Loop.Post(static core => ((SocketCore)core!).Open(traced: true), Core);
        }
        else if (Core.Open(traced: true) is var error and not SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }

    /// <summary>The host whose kernel the socket belongs to.</summary>
    public Host Host => Core.Host;

    /// <summary>The family it was opened with.</summary>
    public AddressFamily AddressFamily => Core.Family;

    /// <summary>The type it was opened with.</summary>
    public SocketType SocketType => Core.Type;

    /// <summary>The protocol it was opened with.</summary>
    public ProtocolType ProtocolType => Core.Protocol;

    /// <summary>The descriptor number, as strace shows it; -1 when the socket is closed.</summary>
    public int Descriptor => Core.Descriptor;

    /// <summary>The local end; null while the socket is not bound.</summary>
    public EndPoint? LocalEndPoint => Live().LocalEndPoint;

    /// <summary>The peer; null while there is none.</summary>
    public EndPoint? RemoteEndPoint => Live().RemoteEndPoint;

    /// <summary>Whether it has a local port.</summary>
    public bool IsBound => Core.IsBound;

    /// <summary>Whether it was connected when last used. Shutting a side down or disposing ends it, as in .NET.</summary>
    public bool Connected => !_disposed && !_shutDown && Core.Backend.IsConnected;

    /// <summary>Octets that can be read without waiting; of datagrams, those of the next.</summary>
    public int Available => Live().Backend.Available;

    /// <summary>TCP_NODELAY: whether small segments leave without waiting for acknowledgments (no Nagle).</summary>
    public bool NoDelay
    {
        get => Options.Get(SocketOptionLevel.Tcp, SocketOptionName.NoDelay) != 0;
        set => Options.Set(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, value ? 1 : 0);
    }

    /// <summary>SO_LINGER. With a time of zero, disposing resets the connection; any other setting lets it close in the background.</summary>
    public LingerOption LingerState
    {
        get
        {
            Live();
            return new LingerOption(_lingers, _lingerTime);
        }

        set
        {
            Live();
            ArgumentNullException.ThrowIfNull(value);
            _lingerTime = value.LingerTime;
            _lingers = value.Enabled; // after its time, for who disposes on another thread
        }
    }

    /// <summary>SO_SNDBUF in octets, as charged: setting gives twice as much, as on Linux.</summary>
    public int SendBufferSize
    {
        get => Options.Get(SocketOptionLevel.Socket, SocketOptionName.SendBuffer);
        set => Options.SetSize(SocketOptionName.SendBuffer, value);
    }

    /// <summary>MSG_EOR for a stream: a record ends with this send, and what follows never shares a segment with it. <see cref="SocketFlags.Partial"/> is MSG_MORE.</summary>
    public const SocketFlags EndOfRecord = (SocketFlags)0x80;

    /// <summary>TCP_NOTSENT_LOWAT in octets: with so many waiting for their first transmission a send waits; zero: the host's setting.</summary>
    /// <exception cref="SocketException">The socket is no stream, or the value is negative.</exception>
    public int NotSentLowWater
    {
        get => Options.Get(SocketOptionLevel.Tcp, SocketOptionSet.NotSentLowWaterName);
        set => Options.Set(SocketOptionLevel.Tcp, SocketOptionSet.NotSentLowWaterName, value);
    }

    /// <summary>SO_RCVBUF in octets, as charged: setting gives twice as much, as on Linux.</summary>
    public int ReceiveBufferSize
    {
        get => Options.Get(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer);
        set => Options.SetSize(SocketOptionName.ReceiveBuffer, value);
    }

    /// <summary>The TTL (or hop limit) of packets sent, 1 to 255.</summary>
    public short Ttl
    {
        get => (short)Options.Get(Options.IpLevel, Options.HopLimitName);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (short)255);
            Options.Set(Options.IpLevel, Options.HopLimitName, value);
        }
    }

    /// <summary>Whether an IPv6 socket carries IPv4 as well; to be set before binding.</summary>
    /// <exception cref="NotSupportedException">Set on an IPv4 socket.</exception>
    public bool DualMode
    {
        get => AddressFamily == AddressFamily.InterNetworkV6 && Live().Backend.DualMode;
        set => Options.SetDualMode(value);
    }

    /// <summary>Whether datagrams leave with the DF bit and are refused when they do not fit the path.</summary>
    public bool DontFragment
    {
        get => Options.Get(SocketOptionLevel.IP, SocketOptionName.DontFragment) != 0;
        set => Options.Set(SocketOptionLevel.IP, SocketOptionName.DontFragment, value ? 1 : 0);
    }

    /// <summary>SO_BROADCAST: whether sending to broadcast addresses is allowed.</summary>
    public bool EnableBroadcast
    {
        get => Options.Get(SocketOptionLevel.Socket, SocketOptionName.Broadcast) != 0;
        set => Options.Set(SocketOptionLevel.Socket, SocketOptionName.Broadcast, value ? 1 : 0);
    }

    /// <summary>Whether nobody else may bind the same port: the opposite of SO_REUSEADDR and SO_REUSEPORT, as .NET has it on Linux.</summary>
    public bool ExclusiveAddressUse
    {
        get => Options.Get(SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) != 0;
        set => Options.Set(SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse, value ? 1 : 0);
    }

    /// <summary>Whether multicast sent here is delivered here too.</summary>
    public bool MulticastLoopback
    {
        get => Options.Get(Options.IpLevel, SocketOptionName.MulticastLoopback) != 0;
        set => Options.Set(Options.IpLevel, SocketOptionName.MulticastLoopback, value ? 1 : 0);
    }

    /// <summary>IP_RECVERR: whether ICMP errors are kept for <see cref="TryReceiveError"/>; of a stream, the one that ends an attempt to connect.</summary>
    public bool ReceiveErrors
    {
        get => Options.Get(SocketOptionLevel.IP, SocketOptionSet.ReceiveErrorsName) != 0;
        set => Options.Set(SocketOptionLevel.IP, SocketOptionSet.ReceiveErrorsName, value ? 1 : 0);
    }

    /// <summary>TCP_MAXSEG: the largest segment in octets; setting counts when a handshake begins (88 to 32767, or 0 for none).</summary>
    public int MaxSegmentSize
    {
        get => Options.Get(SocketOptionLevel.Tcp, SocketOptionSet.MaxSegmentName);
        set => Options.Set(SocketOptionLevel.Tcp, SocketOptionSet.MaxSegmentName, value);
    }

    /// <summary>The keys by which a stream's segments are signed: TCP_MD5SIG and TCP-AO.</summary>
    public SocketKeys Keys => new(Live());

    private SocketOptionSet Options => new(Live());

    internal SocketCore Core { get; }

    /// <summary>Takes a local address and port; port 0 takes an ephemeral one.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.AddressAlreadyInUse"/>, <see cref="SocketError.AddressNotAvailable"/>,
    /// <see cref="SocketError.InvalidArgument"/> if bound already, <see cref="SocketError.AddressFamilyNotSupported"/>.</exception>
    public void Bind(EndPoint localEP)
    {
        var core = Live();
        var local = SocketEndPoints.Take(localEP, nameof(localEP), out int scope);
        if (localEP.AddressFamily == AddressFamily.InterNetworkV6 && AddressFamily == AddressFamily.InterNetwork)
        {
            throw new SocketException((int)SocketError.AddressFamilyNotSupported);
        }

        Check(LoopCall.Invoke(core.Loop, static call =>
        {
            var (core, local, scope) = call;
            var error = core.OpenError == SocketError.Success ? core.Backend.Bind(local, scope) : core.OpenError;
            return core.Finish(error, static (core, error, local) => SystemCallText.Bind(core, local, error), local);
        }, (core, local, scope)));
    }

    /// <summary>Begins to take connections; binds to an ephemeral port if there was no bind.</summary>
    /// <param name="backlog">The most connections that wait to be accepted; bounded by <c>somaxconn</c>.</param>
    public void Listen(int backlog = int.MaxValue)
    {
        var core = Live();
        Check(LoopCall.Invoke(core.Loop, static call =>
        {
            var (core, backlog) = call;
            int bounded = Math.Max(backlog, 0);
            return core.Finish(core.Backend.Listen(bounded),
                static (core, error, backlog) => SystemCallText.Listen(core, backlog, error), bounded);
        }, (core, backlog)));
        _listening = true;
    }

    /// <summary>Takes the next connection.</summary>
    /// <exception cref="InvalidOperationException">The socket does not listen.</exception>
    public ValueTask<NetSocket> AcceptAsync(CancellationToken cancellationToken = default)
    {
        var core = Live();
        if (!_listening)
        {
            throw new InvalidOperationException(IsBound
                ? "You must call the Listen method before performing this operation."
                : "You must call the Bind method before performing this operation.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<NetSocket>(cancellationToken);
        }

        var operation = Host.Operations.Accept.Rent(core);
        var result = new ValueTask<NetSocket>(operation, operation.Version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Connects to an address, or to a name by way of the host's resolver, each address in turn.</summary>
    /// <param name="remoteEP">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The last attempt failed: <see cref="SocketError.ConnectionRefused"/>, <see cref="SocketError.TimedOut"/>,
    /// <see cref="SocketError.NetworkUnreachable"/>, <see cref="SocketError.HostUnreachable"/>, <see cref="SocketError.HostNotFound"/>, ...</exception>
    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken = default)
    {
        var core = Live();
        ArgumentNullException.ThrowIfNull(remoteEP);
        if (_listening)
        {
            throw new InvalidOperationException("You may not perform this operation after calling the Listen method.");
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (remoteEP is DnsEndPoint name)
        {
            return new ValueTask(NameConnector.ConnectAsync(this, name, cancellationToken));
        }

        var remote = SocketEndPoints.Take(remoteEP, nameof(remoteEP), out int scope);
        if (!SocketEndPoints.Fits(AddressFamily, core.Backend.DualMode, remoteEP.AddressFamily))
        {
            throw new NotSupportedException("This protocol version is not supported.");
        }

        var operation = new ConnectOperation(remote, scope) { Core = core };
        var result = new ValueTask(operation, operation.Version);
        _shutDown = false;
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Connects to an address and port.</summary>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(new IPEndPoint(address, port), cancellationToken);

    /// <summary>Connects to a name (or an address in text) and port.</summary>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port), cancellationToken);

    /// <summary>Sends to the peer: of a stream, all of the data; of datagrams, one.</summary>
    /// <returns>The octets sent.</returns>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags = SocketFlags.None, CancellationToken cancellationToken = default)
    {
        var core = Live();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        var operation = Host.Operations.Send.Rent(core);
        operation.Prepare(buffer, socketFlags);
        var result = new ValueTask<int>(operation, operation.Version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Sends to the peer: of a stream, all of the data; of datagrams, one.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Sends one datagram to an address.</summary>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        SendToAsync(buffer, SocketFlags.None, remoteEP, cancellationToken);

    /// <summary>Sends one datagram to an address.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.MessageSize"/>, <see cref="SocketError.NetworkUnreachable"/>,
    /// <see cref="SocketError.AccessDenied"/> for a broadcast without permission, <see cref="SocketError.ConnectionRefused"/> for an earlier datagram, ...</exception>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        SendMessageAsync(buffer, remoteEP, default, cancellationToken);

    /// <summary>Sends one datagram from one of the host's addresses (sendmsg with IP_PKTINFO): a server answers from where it was asked.</summary>
    /// <param name="buffer">The data.</param>
    /// <param name="remoteEP">Whom to.</param>
    /// <param name="source">The source address; unspecified: the socket's own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<int> SendMessageAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, InetAddress source, CancellationToken cancellationToken = default)
    {
        var core = Live();
        var remote = SocketEndPoints.Take(remoteEP, nameof(remoteEP), out int scope);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        var operation = Host.Operations.Send.Rent(core);
        operation.Prepare(buffer, SocketFlags.None, remote, scope, source);
        var result = new ValueTask<int>(operation, operation.Version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Asks of the state of reading: <see cref="IOControlCode.DataToRead"/> how many octets can be read, <see cref="IOControlCode.OobDataRead"/>
    /// whether the next is the urgent one (SIOCATMARK).</summary>
    /// <param name="ioControlCode">What to ask.</param>
    /// <param name="optionInValue">Not used.</param>
    /// <param name="optionOutValue">Where to put the answer, a number of four octets in the machine's order.</param>
    /// <returns>Four: how many octets the answer has.</returns>
    /// <exception cref="SocketException"><see cref="SocketError.OperationNotSupported"/> for other codes, <see cref="SocketError.Fault"/> if the answer does not fit.</exception>
    public int IOControl(IOControlCode ioControlCode, byte[]? optionInValue, byte[]? optionOutValue)
    {
        var core = Live();
        if (ioControlCode is not (IOControlCode.DataToRead or IOControlCode.OobDataRead))
        {
            throw new SocketException((int)SocketError.OperationNotSupported);
        }

        if (optionOutValue is not { Length: >= sizeof(int) })
        {
            throw new SocketException((int)SocketError.Fault);
        }

        int value = LoopCall.Invoke(core.Loop, static call =>
            call.ioControlCode == IOControlCode.DataToRead ? call.core.Backend.Available : call.core.Backend.IsAtMark ? 1 : 0, (core, ioControlCode));
        BitConverter.TryWriteBytes(optionOutValue, value);
        return sizeof(int);
    }

    /// <summary>Receives what has come, one octet at least; an empty buffer waits until there is something.</summary>
    /// <returns>The octets received; 0 when the peer has sent all it will. A datagram longer than the buffer is cut.</returns>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags socketFlags = SocketFlags.None, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Live();
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        var operation = BeginReceive(buffer, socketFlags, wantsSource: false, out short version);
        var result = new ValueTask<int>(operation, version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Receives what has come, one octet at least.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Receives one datagram and tells who sent it.</summary>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ReceiveFromAsync(buffer, SocketFlags.None, remoteEndPoint, cancellationToken);

    /// <summary>Receives one datagram and tells who sent it.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <param name="socketFlags"><see cref="SocketFlags.Peek"/> leaves it in the queue.</param>
    /// <param name="remoteEndPoint">Any end point of the socket's family, as .NET wants it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The socket is not bound.</exception>
    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        RequireBound();
        if (!SocketEndPoints.Fits(AddressFamily, Core.Backend.DualMode, remoteEndPoint.AddressFamily))
        {
            throw new ArgumentException(
                $"The supplied EndPoint of AddressFamily {remoteEndPoint.AddressFamily} is not valid for this Socket, use {AddressFamily} instead.",
                nameof(remoteEndPoint));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<SocketReceiveFromResult>(cancellationToken);
        }

        var operation = BeginReceive(buffer, socketFlags, wantsSource: true, out short version);
        var result = new ValueTask<SocketReceiveFromResult>(operation, version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Receives one datagram with what came along with it: source, destination, TTL, time. Of a stream there is the peer and the time.</summary>
    public ValueTask<SocketMessage> ReceiveMessageAsync(Memory<byte> buffer, SocketFlags socketFlags = SocketFlags.None, CancellationToken cancellationToken = default)
    {
        RequireBound();
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<SocketMessage>(cancellationToken);
        }

        var operation = BeginReceive(buffer, socketFlags, wantsSource: true, out short version);
        var result = new ValueTask<SocketMessage>(operation, version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Takes an ICMP error from the error queue (recvmsg with MSG_ERRQUEUE); see <see cref="ReceiveErrors"/>.</summary>
    public bool TryReceiveError(out UdpErrorReport report)
    {
        var (error, found) = LoopCall.Invoke(Host.Loop, static core => (core.Backend.ReceiveError(out var found), found), Live());
        report = found;
        return error == SocketError.Success;
    }

    /// <summary>Ends one or both directions; of a stream, the peer reads to the end of what was sent.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.NotConnected"/>.</exception>
    public void Shutdown(SocketShutdown how)
    {
        var core = Live();
        Check(LoopCall.Invoke(core.Loop, static call =>
        {
            var (core, how) = call;
            var error = core.Backend.Shutdown(how);
            core.Finish(error, static (core, error, how) => SystemCallText.Shutdown(core, how, error), how);
            core.OnReadable();
            core.OnWritable();
            return error;
        }, (core, how)));
        _shutDown = true;
    }

    /// <summary>Joins a group by <see cref="SocketOptionName.AddMembership"/>, or leaves one by <see cref="SocketOptionName.DropMembership"/>.</summary>
    /// <param name="optionLevel"><see cref="SocketOptionLevel.IP"/> or <see cref="SocketOptionLevel.IPv6"/>.</param>
    /// <param name="optionName">Which option.</param>
    /// <param name="optionValue">A <see cref="MulticastOption"/>, an <see cref="IPv6MulticastOption"/> or a <see cref="LingerOption"/>.</param>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, object optionValue)
    {
        if (optionName == SocketOptionName.Linger && optionValue is LingerOption linger)
        {
            LingerState = linger;
        }
        else
        {
            Options.Set(optionLevel, optionName, optionValue);
        }
    }

    /// <summary>Sets an option.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.ProtocolOption"/>: there is no such option here;
    /// <see cref="SocketError.InvalidArgument"/>: the value is out of range.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue) =>
        Options.Set(optionLevel, optionName, optionValue);

    /// <summary>Sets an option that is on or off.</summary>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue) =>
        Options.Set(optionLevel, optionName, optionValue ? 1 : 0);

    /// <summary>Reads an option: an <see cref="int"/>, or a <see cref="LingerOption"/>.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.ProtocolOption"/>: there is no such option here.</exception>
    public object GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName) =>
        (optionLevel, optionName) == (SocketOptionLevel.Socket, SocketOptionName.Linger)
            ? LingerState
            : Options.Get(optionLevel, optionName);

    /// <summary>Closes the socket: calls that wait end with <see cref="SocketError.OperationAborted"/>; a connection says its goodbyes in the background.</summary>
    public void Close() => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        bool reset = _lingers && _lingerTime == 0;
        if (Host.Loop.IsOnLoop)
        {
            Core.Close(reset);
        }
        else
        {
            Host.Loop.Post(static close =>
            {
                var (core, reset) = ((SocketCore, bool))close!;
                core.Close(reset);
            }, (Core, reset));
        }
    }

    /// <summary>Prints the descriptor, protocol and ends.</summary>
    public override string ToString() => Core.ToString();

    /// <summary>Receives for a stream: failures are IOExceptions.</summary>
    internal ValueTask<int> ReadAsync(Memory<byte> buffer, string failure, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        var operation = Host.Operations.Receive.Rent(Core);
        operation.Prepare(buffer, SocketFlags.None, wantsSource: false);
        operation.StreamFailure = failure;
        var result = new ValueTask<int>(operation, operation.Version);
        operation.Begin(cancellationToken);
        return result;
    }

    /// <summary>Sends for a stream: failures are IOExceptions.</summary>
    internal ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, string failure, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var operation = Host.Operations.Send.Rent(Core);
        operation.Prepare(buffer, SocketFlags.None);
        operation.StreamFailure = failure;
        var result = new ValueTask(operation, operation.Version);
        operation.Begin(cancellationToken);
        return result;
    }

    private static void Check(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SocketCore Live()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Core;
    }

    private void RequireBound()
    {
        if (!IsBound && Live() is var core && !core.Loop.IsOnLoop)
        {
            // A bind or send may just be on its way to the loop.
            LoopCall.Invoke(core.Loop, static core => core.IsBound, core);
        }

        if (!Live().IsBound)
        {
            throw new InvalidOperationException("You must call the Bind method before performing this operation.");
        }
    }

    private ReceiveOperation BeginReceive(Memory<byte> buffer, SocketFlags flags, bool wantsSource, out short version)
    {
        var operation = Host.Operations.Receive.Rent(Live());
        operation.Prepare(buffer, flags, wantsSource);
        version = operation.Version;
        return operation;
    }
}
