using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>A stream socket's options: kept until there is a connection, applied to it when there is.</summary>
internal sealed class TcpOptionStore(Host host, TcpSocketOptions values)
{
    private TcpConnection? _connection;
    private bool _reuse;
    private bool _broadcast;

    /// <summary>What a socket of this host begins with.</summary>
    public static TcpSocketOptions Defaults(Host host) => new()
    {
        PathMtuDiscovery = host.Settings.NoPathMtuDiscovery == 0 ? PathMtuDiscovery.Want : PathMtuDiscovery.Dont,
    };

    /// <summary>What is set so far.</summary>
    public TcpSocketOptions Values { get; private set; } = values;

    /// <summary>The connection that the options act on from now on; its own options take over.</summary>
    public TcpConnection? Connection
    {
        get => _connection;
        set
        {
            _connection = value;
            if (value is not null)
            {
                Values = value.Options;
            }
        }
    }

    public SocketError Set(SocketOptionLevel level, SocketOptionName name, int value)
    {
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                _reuse = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse):
                _reuse = value == 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast):
                _broadcast = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.KeepAlive):
                Values.KeepAlive = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline):
                Values.OutOfBandInline = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                Values.SendBuffer = Math.Max(4608, 2 * Math.Min(value, host.Settings.Sockets.SendMemoryMax));
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                Values.ReceiveBuffer = Math.Max(2304, 2 * Math.Min(value, host.Settings.Sockets.ReceiveMemoryMax));
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment):
                // As .NET has it on Linux: the bit always, or never.
                Values.PathMtuDiscovery = value != 0 ? PathMtuDiscovery.Do : PathMtuDiscovery.Dont;
                break;
            case (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive):
            case (SocketOptionLevel.IPv6, SocketOptionName.HopLimit):
                if (value is < 1 or > 255)
                {
                    return SocketError.InvalidArgument;
                }

                Values.HopLimit = (byte)value;
                break;
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService):
                Values.TrafficClass = (byte)value;
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName):
                Values.ReceiveErrors = value != 0;
                break;
            case (SocketOptionLevel.Tcp, _):
                return SetTcp(name, value);
            default:
                return SocketError.ProtocolOption;
        }

        _connection?.ApplyOptions();
        return SocketError.Success;
    }

    public SocketError Get(SocketOptionLevel level, SocketOptionName name, out int value)
    {
        int? known = (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => Number(_reuse),
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => Number(!_reuse),
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => Number(_broadcast),
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => Number(Values.KeepAlive),
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline) => Number(Values.OutOfBandInline),
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => Or(_connection?.SendBufferSize ?? Values.SendBuffer, host.Settings.Tcp.SendBuffer),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => Or(Values.ReceiveBuffer, host.Settings.Tcp.ReceiveBuffer),
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment) => Number(Values.PathMtuDiscovery == PathMtuDiscovery.Do),
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => Or(Values.HopLimit, host.Settings.DefaultTtl),
            (SocketOptionLevel.IPv6, SocketOptionName.HopLimit) => Or(Values.HopLimit, host.Settings.DefaultHopLimit),
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => Values.TrafficClass,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName) => Number(Values.ReceiveErrors),
            (SocketOptionLevel.Tcp, SocketOptionSet.MaxSegmentName) => MaxSegment(),
            (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => Number(Values.NoDelay),
            (SocketOptionLevel.Tcp, SocketOptionSet.NotSentLowWaterName) => (int)Values.NotSentLowWater,
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime) => Seconds(Values.KeepAliveTime, host.Settings.Tcp.KeepaliveTime),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval) => Seconds(Values.KeepAliveInterval, host.Settings.Tcp.KeepaliveInterval),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) => Or(Values.KeepAliveProbes, host.Settings.Tcp.KeepaliveProbes),
            _ => null,
        };
        value = known ?? 0;
        return known is null ? SocketError.ProtocolOption : SocketError.Success;
    }

    /// <summary>Of a connection, the size of its segments; before, what was set, or what is taken for granted.</summary>
    private int MaxSegment() => _connection is { } c && (c.State != TcpState.Closed || Values.MaxSegment == 0) ? c.GetInfo().SendMss : Or(Values.MaxSegment, 536);

    private static int Number(bool value) => value ? 1 : 0;

    private static int Or(int value, int otherwise) => value != 0 ? value : otherwise;

    private static int Seconds(Duration value, Duration otherwise) =>
        (int)(value != Duration.Zero ? value : otherwise).TotalSeconds;

    private SocketError SetTcp(SocketOptionName name, int value)
    {
        if (name == SocketOptionSet.MaxSegmentName)
        {
            if (value is < 88 or > 32767 && value != 0)
            {
                return SocketError.InvalidArgument;
            }

            Values.MaxSegment = value;
            return SocketError.Success;
        }

        if (name != SocketOptionName.NoDelay && value < (name == SocketOptionSet.NotSentLowWaterName ? 0 : 1))
        {
            return SocketError.InvalidArgument;
        }

        switch (name)
        {
            case SocketOptionName.NoDelay:
                Values.NoDelay = value != 0;
                if (value != 0)
                {
                    _connection?.Uncork();
                }

                break;
            case SocketOptionSet.NotSentLowWaterName:
                Values.NotSentLowWater = (uint)value;
                break;
            case SocketOptionName.TcpKeepAliveTime:
                Values.KeepAliveTime = Duration.FromSeconds(value);
                break;
            case SocketOptionName.TcpKeepAliveInterval:
                Values.KeepAliveInterval = Duration.FromSeconds(value);
                break;
            case SocketOptionName.TcpKeepAliveRetryCount:
                Values.KeepAliveProbes = value;
                break;
            default:
                return SocketError.ProtocolOption;
        }

        _connection?.ApplyOptions();
        return SocketError.Success;
    }
}
