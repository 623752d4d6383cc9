using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>The options of a stream socket by Linux's numbers, with Linux's rounding.</summary>
internal sealed class TcpOptionValues(Host host)
{
    private const int MaxPacingRate = 47;

    /// <summary>Two of Linux's clock ticks, in microseconds.</summary>
    private const int LeastTimeout = 8000;

    private TcpSocketOptions _own = new()
    {
        PathMtuDiscovery = host.Settings.NoPathMtuDiscovery == 0 ? PathMtuDiscovery.Want : PathMtuDiscovery.Dont,
    };
    private TcpListener? _listener;
    private TcpConnection? _connection;
    private bool _reuseAddress;
    private bool _reusePort;

    /// <summary>What is set: for the connection or listener, if there is one.</summary>
    public TcpSocketOptions Values
    {
        get => _connection?.Options ?? _listener?.Options ?? _own;
        set
        {
            if (_connection is not null)
            {
                _connection.Options = value;
            }
            else if (_listener is not null)
            {
                _listener.Options = value;
            }
            else
            {
                _own = value;
            }
        }
    }

    /// <summary>IPV6_V6ONLY.</summary>
    public bool IPv6Only { get; private set; }

    /// <summary>A connection that was accepted has what its listener has.</summary>
    public void Inherit(TcpOptionValues listener) => (_reuseAddress, _reusePort) = (listener._reuseAddress, listener._reusePort);

    /// <summary>The connection that the options act on from now on.</summary>
    public void Attach(TcpConnection connection) => _connection = connection;

    /// <summary>The listener that the options act on from now on.</summary>
    public void Attach(TcpListener listener) => _listener = listener;

    /// <summary>TCP_CONGESTION.</summary>
    public CallOutcome SetCongestion(string name)
    {
        if (_connection is { IsCongestionControlLocked: true })
        {
            return CallOutcome.Fail("EPERM");
        }

        if (!CongestionControls.Exists(name))
        {
            return CallOutcome.Fail("ENOENT");
        }

        Values = Values with { CongestionControl = name };
        _connection?.ApplyOptions();
        return CallOutcome.Success;
    }

    /// <summary>TCP_MD5SIG and TCP_MD5SIG_EXT, with Linux's checks.</summary>
    public CallOutcome SetMd5(Md5Setting setting, bool extended, bool isIPv6)
    {
        bool hasPrefix = extended && (setting.Flags & Md5Setting.PrefixFlag) != 0;
        bool hasInterface = extended && (setting.Flags & Md5Setting.InterfaceFlag) != 0 && setting.InterfaceIndex != 0; // only devices of VRFs, which there are not
        int length = hasPrefix ? setting.PrefixLength : setting.Peer.Bits;
        if (setting.Family != (isIPv6 ? Symbols.AF_INET6 : Symbols.AF_INET) || length > setting.Peer.Bits || hasInterface)
        {
            return CallOutcome.Fail("EINVAL");
        }

        var peers = new InetPrefix(setting.Peer, length);
        if (setting.KeyLength == 0)
        {
            if (Values.Keys?.RemoveMd5(peers) != System.Net.Sockets.SocketError.Success)
            {
                return CallOutcome.Fail("ENOENT");
            }
        }
        else if (setting.KeyLength > TcpMd5Key.MaxLength || setting.KeyLength > setting.Key.Length)
        {
            return CallOutcome.Fail("EINVAL");
        }
        else
        {
            if (Values.Keys is not { } keys)
            {
                keys = host.Tcp.CreateKeyChain();
                Values = Values with { Keys = keys };
            }

            if (keys.Add(new TcpMd5Key(peers, setting.Key.AsSpan(0, setting.KeyLength))) != System.Net.Sockets.SocketError.Success)
            {
                return CallOutcome.Fail("EKEYREJECTED");
            }
        }

        _connection?.ApplyOptions();
        return CallOutcome.Success;
    }

    /// <summary>Sets an option; null if it is not there.</summary>
    public CallOutcome? Set(int level, int name, long value)
    {
        int number = (int)value;
        var outcome = level switch
        {
            Symbols.SOL_SOCKET => SetSocket(name, number),
            Symbols.SOL_TCP => SetTcp(name, number),
            Symbols.SOL_IP => SetIp(name, number),
            Symbols.SOL_IPV6 => SetIPv6(name, number),
            _ => null,
        };
        if (outcome is { Error: null })
        {
            _connection?.ApplyOptions();
        }

        return outcome;
    }

    /// <summary>Tells an option; null if it is not there.</summary>
    public long? Get(int level, int name) => (level, name) switch
    {
        (Symbols.SOL_SOCKET, 2) => _reuseAddress ? 1 : 0,
        (Symbols.SOL_SOCKET, 3) => Symbols.SOCK_STREAM,
        (Symbols.SOL_SOCKET, 7) => _connection?.SendBufferSize ?? (Values.SendBuffer > 0 ? Values.SendBuffer : host.Settings.Tcp.SendBuffer),
        (Symbols.SOL_SOCKET, 8) => Values.ReceiveBuffer > 0 ? Values.ReceiveBuffer : host.Settings.Tcp.ReceiveBuffer,
        (Symbols.SOL_SOCKET, 9) => Values.KeepAlive ? 1 : 0,
        (Symbols.SOL_SOCKET, 15) => _reusePort ? 1 : 0,
        (Symbols.SOL_SOCKET, 36) => (int)Values.Mark,
        (Symbols.SOL_SOCKET, 38) => 6,
        (Symbols.SOL_SOCKET, MaxPacingRate) => (int)(uint)Math.Min(Values.MaxPacingRate ?? uint.MaxValue, uint.MaxValue), // an int has no room for "no limit" but as -1
        (Symbols.SOL_TCP, 1) => Values.NoDelay ? 1 : 0,
        (Symbols.SOL_TCP, 2) => Values.MaxSegment > 0 ? Values.MaxSegment : 536,
        (Symbols.SOL_TCP, 3) => Values.Cork ? 1 : 0,
        (Symbols.SOL_TCP, 4) => Seconds(Values.KeepAliveTime, host.Settings.Tcp.KeepaliveTime),
        (Symbols.SOL_TCP, 5) => Seconds(Values.KeepAliveInterval, host.Settings.Tcp.KeepaliveInterval),
        (Symbols.SOL_TCP, 6) => Values.KeepAliveProbes > 0 ? Values.KeepAliveProbes : host.Settings.Tcp.KeepaliveProbes,
        (Symbols.SOL_TCP, 16) => Values.ThinLinearTimeouts ? 1 : 0,
        (Symbols.SOL_TCP, 25) => (int)Values.NotSentLowWater,
        (Symbols.SOL_TCP, 44) => (long)(Values.MaxRto > Duration.Zero ? Values.MaxRto : host.Settings.Tcp.MaxRto).TotalMilliseconds,
        (Symbols.SOL_TCP, 45) => (Values.MinRto > Duration.Zero ? Values.MinRto : host.Settings.Tcp.MinRto).Nanoseconds / 1000,
        (Symbols.SOL_TCP, 18) => (long)Values.UserTimeout.TotalMilliseconds,
        (Symbols.SOL_IP, 1) or (Symbols.SOL_IPV6, 67) => _connection?.TrafficClass ?? Values.TrafficClass,
        (Symbols.SOL_IP, 2) => Values.HopLimit > 0 ? Values.HopLimit : host.Settings.DefaultTtl,
        (Symbols.SOL_IP, 10) or (Symbols.SOL_IPV6, 23) => (int)Values.PathMtuDiscovery,
        (Symbols.SOL_IP, 11) or (Symbols.SOL_IPV6, 25) => Values.ReceiveErrors ? 1 : 0,
        (Symbols.SOL_IPV6, 16) => Values.HopLimit > 0 ? Values.HopLimit : host.Settings.DefaultHopLimit,
        (Symbols.SOL_IPV6, 26) => IPv6Only ? 1 : 0,
        (Symbols.SOL_TCP, _) => OpeningOptions.Get(Values, host.Settings.Tcp, name),
        _ => null,
    };

    private static long Seconds(Duration own, Duration usual) => (long)(own != Duration.Zero ? own : usual).TotalSeconds;

    private static CallOutcome Done() => CallOutcome.Success;

    private CallOutcome? SetSocket(int name, int value)
    {
        switch (name)
        {
            case 2:
                _reuseAddress = value != 0;
                return Done();
            case 15:
                _reusePort = value != 0;
                return Done();
            case 7 or 32:
                Values = Values with { SendBuffer = Math.Max(4608, 2 * (name == 32 ? Math.Min(value, int.MaxValue / 2) : Math.Min(value, host.Settings.Sockets.SendMemoryMax))) };
                return Done();
            case 8 or 33:
                Values = Values with { ReceiveBuffer = Math.Max(2304, 2 * (name == 33 ? Math.Min(value, int.MaxValue / 2) : Math.Min(value, host.Settings.Sockets.ReceiveMemoryMax))) };
                return Done();
            case 9:
                Values = Values with { KeepAlive = value != 0 };
                return Done();
            case 36:
                Values = Values with { Mark = (uint)value };
                return Done();
            case MaxPacingRate:
                Values = Values with { MaxPacingRate = (uint)value == uint.MaxValue ? null : (uint)value };
                return Done();
            default:
                return null;
        }
    }

    private CallOutcome? SetTcp(int name, int value)
    {
        if ((name is 4 or 5 && value is < 1 or > 32767) || (name is 6 && value is < 1 or > 127))
        {
            return CallOutcome.Fail("EINVAL");
        }

        switch (name)
        {
            case 1:
                Values = Values with { NoDelay = value != 0 };
                return Uncork(value != 0);
            case 2:
                if (value != 0 && value is < 88 or > 32767)
                {
                    return CallOutcome.Fail("EINVAL");
                }

                Values = Values with { MaxSegment = value };
                return Done();
            case 3:
                Values = Values with { Cork = value != 0 };
                return Uncork(value == 0 && Values.NoDelay);
            case 4:
                Values = Values with { KeepAliveTime = Duration.FromSeconds(value) };
                return Done();
            case 5:
                Values = Values with { KeepAliveInterval = Duration.FromSeconds(value) };
                return Done();
            case 6:
                Values = Values with { KeepAliveProbes = value };
                return Done();
            case 25:
                Values = Values with { NotSentLowWater = (uint)value };
                return Done();
            case 18:
                if (value < 0)
                {
                    return CallOutcome.Fail("EINVAL");
                }

                Values = Values with { UserTimeout = Duration.FromMilliseconds(value) };
                return Done();
            case 16:
                Values = Values with { ThinLinearTimeouts = value == 1 };
                return value is 0 or 1 ? Done() : CallOutcome.Fail("EINVAL");
            case 44:
                Values = Values with { MaxRto = value is >= 1000 and <= 120_000 ? Duration.FromMilliseconds(value) : Values.MaxRto };
                return value is >= 1000 and <= 120_000 ? Done() : CallOutcome.Fail("EINVAL");
            case 45:
                Values = Values with { MinRto = value is >= LeastTimeout and <= 200_000 ? Duration.FromMicroseconds(value) : Values.MinRto };
                return value is >= LeastTimeout and <= 200_000 ? Done() : CallOutcome.Fail("EINVAL");
            default:
                return OpeningOptions.Set(this, host.Settings.Tcp, name, value, _connection is { State: not TcpState.Closed }, _listener is not null);
        }
    }

    /// <summary>No-delay lets what waits go once, even against a cork (Linux's TCP_NAGLE_PUSH).</summary>
    private CallOutcome? Uncork(bool now)
    {
        if (now)
        {
            _connection?.Uncork();
        }

        return Done();
    }

    private CallOutcome? SetIp(int name, int value)
    {
        switch (name)
        {
            case 1:
                Values = Values with { TrafficClass = (byte)(value & ~3) }; // TCP's ECN bits are its own (Linux's __ip_sock_set_tos)
                return Done();
            case 2:
                return Limit(value);
            case 10:
                return Discover(value);
            case 11:
                Values = Values with { ReceiveErrors = value != 0 };
                return Done();
            default:
                return null;
        }
    }

    private CallOutcome? SetIPv6(int name, int value)
    {
        switch (name)
        {
            case 67:
                Values = Values with { TrafficClass = (byte)(value & ~3) };
                return Done();
            case 16:
                return Limit(value);
            case 23:
                return Discover(value);
            case 25:
                Values = Values with { ReceiveErrors = value != 0 };
                return Done();
            case 26:
                IPv6Only = value != 0;
                return Done();
            case 70:
                return Done();
            default:
                return null;
        }
    }

    private CallOutcome Limit(int hops)
    {
        if (hops is not (-1 or (>= 1 and <= 255)))
        {
            return CallOutcome.Fail("EINVAL");
        }

        Values = Values with { HopLimit = (byte)(hops == -1 ? 0 : hops) };
        return Done();
    }

    private CallOutcome Discover(int value)
    {
        if (value is < 0 or > 5)
        {
            return CallOutcome.Fail("EINVAL");
        }

        Values = Values with { PathMtuDiscovery = (PathMtuDiscovery)value };
        return Done();
    }
}
