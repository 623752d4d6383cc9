using Catenet.Kernel.Udp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>A datagram socket over the kernel's UDP.</summary>
internal sealed class UdpFile : SocketFile, IUdpEvents
{
    private readonly UdpEndpoint _endpoint;
    private bool _readShut;
    private bool _errorSeen;

    public UdpFile(UdpEndpoint endpoint)
    {
        _endpoint = endpoint;
        endpoint.Events = this;
    }

    public override InetEndpoint Local => _endpoint.Local;

    public override InetEndpoint Remote => _endpoint.IsConnected ? _endpoint.Remote : default;

    public override long Available => _endpoint.Available;

    public override int Readiness => (_endpoint.Pending > 0 || _readShut ? Symbols.POLLIN | Symbols.POLLRDNORM : 0)
        | (_errorSeen ? Symbols.POLLERR : 0) | Symbols.POLLOUT | Symbols.POLLWRNORM;

    /// <summary>Where the datagram read last came from.</summary>
    public InetEndpoint LastSource { get; private set; }

    /// <summary>Takes the oldest error of the queue that IP_RECVERR fills.</summary>
    public bool TryTakeQueuedError(out UdpErrorReport report) => _endpoint.TryReceiveError(out report);

    public override CallOutcome Bind(InetEndpoint local) => Errno.Outcome(_endpoint.Bind(local));

    public override CallOutcome Connect(InetEndpoint remote) => Errno.Outcome(_endpoint.Connect(remote));

    public override CallOutcome Disconnect()
    {
        _endpoint.Disconnect();
        return CallOutcome.Success;
    }

    public override CallOutcome Send(ReadOnlySpan<byte> data, int flags) =>
        TakeError() is { } error ? CallOutcome.Fail(error) : Errno.Outcome(_endpoint.Send(data), data.Length);

    public CallOutcome SendTo(ReadOnlySpan<byte> data, InetEndpoint to) =>
        TakeError() is { } error ? CallOutcome.Fail(error) : Errno.Outcome(_endpoint.SendTo(data, to), data.Length);

    public override CallOutcome Receive(Span<byte> buffer, int flags)
    {
        if (TakeError() is { } error)
        {
            return CallOutcome.Fail(error);
        }

        var packet = _endpoint.Peek(out var info);
        if (packet is null)
        {
            return _readShut ? CallOutcome.Success : CallOutcome.Again;
        }

        LastSource = info.Source;
        int length = packet.Length;
        int copied = Math.Min(length, buffer.Length);
        packet.ToArray().AsSpan(0, copied).CopyTo(buffer);
        if ((flags & Symbols.MSG_PEEK) == 0 && _endpoint.TryReceive(out var taken, out _))
        {
            taken.Release();
        }

        return new CallOutcome((flags & Symbols.MSG_TRUNC) != 0 ? length : copied, null);
    }

    public override CallOutcome Shutdown(int how)
    {
        _readShut |= how != 1;
        return _endpoint.IsConnected ? CallOutcome.Success : CallOutcome.Fail("ENOTCONN");
    }

    public override void Close() => _endpoint.Close();

    public override CallOutcome SetOption(int level, int name, long value)
    {
        switch (level, name)
        {
            case (Symbols.SOL_SOCKET, 2):
                _endpoint.ReuseAddress = value != 0;
                return CallOutcome.Success;
            case (Symbols.SOL_SOCKET, 15):
                _endpoint.ReusePort = value != 0;
                return CallOutcome.Success;
            case (Symbols.SOL_SOCKET, 6):
                _endpoint.Broadcast = value != 0;
                return CallOutcome.Success;
            case (Symbols.SOL_SOCKET, 8):
                _endpoint.ReceiveBufferSize = (int)Math.Min(int.MaxValue / 2, 2 * value);
                return CallOutcome.Success;
            case (Symbols.SOL_IP, 11) or (Symbols.SOL_IPV6, 25):
                _endpoint.ReceiveErrors = value != 0;
                return CallOutcome.Success;
            case (Symbols.SOL_IP, 1) or (Symbols.SOL_IPV6, 67):
                _endpoint.TrafficClass = (byte)value;
                return CallOutcome.Success;
            case (Symbols.SOL_IP, 2) or (Symbols.SOL_IPV6, 16):
                _endpoint.HopLimit = (byte)value;
                return CallOutcome.Success;
            case (Symbols.SOL_IP, 10) or (Symbols.SOL_IPV6, 23) when value is >= 0 and <= 2:
                _endpoint.PathMtuDiscovery = (PathMtuDiscovery)(int)value;
                return CallOutcome.Success;
            default:
                throw NotThere(level, name);
        }
    }

    public override CallOutcome GetOption(int level, int name, out long value)
    {
        value = (level, name) switch
        {
            (Symbols.SOL_SOCKET, 4) => TakeError() is { } error ? Errno.NumberOf(error) ?? 0 : 0,
            (Symbols.SOL_SOCKET, 3) => Symbols.SOCK_DGRAM,
            (Symbols.SOL_SOCKET, 8) => _endpoint.ReceiveBufferSize,
            (Symbols.SOL_IP, 1) or (Symbols.SOL_IPV6, 67) => _endpoint.TrafficClass,
            (Symbols.SOL_IP, 10) or (Symbols.SOL_IPV6, 23) => (int)_endpoint.PathMtuDiscovery,
            _ => throw NotThere(level, name),
        };
        return CallOutcome.Success;
    }

    void IUdpEvents.OnReadable(UdpEndpoint endpoint) => Wake(Symbols.POLLIN | Symbols.POLLRDNORM);

    void IUdpEvents.OnError(UdpEndpoint endpoint)
    {
        Wake(Symbols.POLLERR);
        _errorSeen = true;
    }

    private string? TakeError()
    {
        _errorSeen = false;
        var error = _endpoint.TakeError();
        return error == System.Net.Sockets.SocketError.Success ? null : Errno.NameOf(error);
    }
}
