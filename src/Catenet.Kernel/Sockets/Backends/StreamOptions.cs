using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>A stream socket's options that are numbers: applied to its connection if there is one.</summary>
internal static class StreamOptions
{
    public static SocketError Set(TcpBackend stream, SocketOptionLevel level, SocketOptionName name, int value)
    {
        var options = stream.Options;
        var settings = stream.Host.Settings;
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                stream.ReuseAddress = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse):
                stream.ReuseAddress = value == 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast):
                stream.Broadcast = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.KeepAlive):
                stream.Options = options with { KeepAlive = value != 0 };
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline):
                stream.Options = options with { OutOfBandInline = value != 0 };
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                stream.Options = options with { SendBuffer = Math.Max(4608, 2 * Math.Min(value, settings.Sockets.SendMemoryMax)) };
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                stream.Options = options with { ReceiveBuffer = Math.Max(2304, 2 * Math.Min(value, settings.Sockets.ReceiveMemoryMax)) };
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment):
                // As .NET has it on Linux: the bit always, or never.
                stream.Options = options with { PathMtuDiscovery = value != 0 ? PathMtuDiscovery.Do : PathMtuDiscovery.Dont };
                break;
            case (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive):
            case (SocketOptionLevel.IPv6, SocketOptionName.HopLimit):
                if (value is < 1 or > 255)
                {
                    return SocketError.InvalidArgument;
                }

                stream.Options = options with { HopLimit = (byte)value };
                break;
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService):
                stream.Options = options with { TrafficClass = (byte)value };
                break;
            case (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName):
                stream.Options = options with { ReceiveErrors = value != 0 };
                break;
            case (SocketOptionLevel.Tcp, _):
                return SetTcp(stream, name, value);
            default:
                return SocketError.ProtocolOption;
        }

        stream.Connection?.ApplyOptions();
        return SocketError.Success;
    }

    public static SocketError Get(TcpBackend stream, SocketOptionLevel level, SocketOptionName name, out int value)
    {
        var options = stream.Options;
        var settings = stream.Host.Settings;
        int? known = (level, name) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => Number(stream.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => Number(!stream.ReuseAddress),
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => Number(stream.Broadcast),
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => Number(options.KeepAlive),
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline) => Number(options.OutOfBandInline),
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => Or(stream.Connection?.SendBufferSize ?? options.SendBuffer, settings.Tcp.SendBuffer),
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => Or(options.ReceiveBuffer, settings.Tcp.ReceiveBuffer),
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionName.DontFragment) => Number(options.PathMtuDiscovery == PathMtuDiscovery.Do),
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => Or(options.HopLimit, settings.DefaultTtl),
            (SocketOptionLevel.IPv6, SocketOptionName.HopLimit) => Or(options.HopLimit, settings.DefaultHopLimit),
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => options.TrafficClass,
            (SocketOptionLevel.IP or SocketOptionLevel.IPv6, SocketOptionSet.ReceiveErrorsName) => Number(options.ReceiveErrors),
            (SocketOptionLevel.Tcp, SocketOptionSet.MaxSegmentName) => MaxSegment(stream, options),
            (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => Number(options.NoDelay),
            (SocketOptionLevel.Tcp, SocketOptionSet.NotSentLowWaterName) => (int)options.NotSentLowWater,
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime) => Seconds(options.KeepAliveTime, settings.Tcp.KeepaliveTime),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval) => Seconds(options.KeepAliveInterval, settings.Tcp.KeepaliveInterval),
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) => Or(options.KeepAliveProbes, settings.Tcp.KeepaliveProbes),
            _ => null,
        };
        value = known ?? 0;
        return known is null ? SocketError.ProtocolOption : SocketError.Success;
    }

    /// <summary>Of a connection, the size of its segments; before, what was set, or what is taken for granted.</summary>
    private static int MaxSegment(TcpBackend stream, TcpSocketOptions options) => stream.Connection is { } c && (c.State != TcpState.Closed || options.MaxSegment == 0) ? c.GetInfo().SendMss : Or(options.MaxSegment, 536);

    private static int Number(bool value) => value ? 1 : 0;

    private static int Or(int value, int otherwise) => value != 0 ? value : otherwise;

    private static int Seconds(Duration value, Duration otherwise) =>
        (int)(value != Duration.Zero ? value : otherwise).TotalSeconds;

    private static SocketError SetTcp(TcpBackend stream, SocketOptionName name, int value)
    {
        var options = stream.Options;
        if (name == SocketOptionSet.MaxSegmentName)
        {
            if (value is < 88 or > 32767 && value != 0)
            {
                return SocketError.InvalidArgument;
            }

            stream.Options = options with { MaxSegment = value };
            return SocketError.Success;
        }

        if (name != SocketOptionName.NoDelay && value < (name == SocketOptionSet.NotSentLowWaterName ? 0 : 1))
        {
            return SocketError.InvalidArgument;
        }

        switch (name)
        {
            case SocketOptionName.NoDelay:
                stream.Options = options with { NoDelay = value != 0 };
                if (value != 0)
                {
                    stream.Connection?.Uncork();
                }

                break;
            case SocketOptionSet.NotSentLowWaterName:
                stream.Options = options with { NotSentLowWater = (uint)value };
                break;
            case SocketOptionName.TcpKeepAliveTime:
                stream.Options = options with { KeepAliveTime = Duration.FromSeconds(value) };
                break;
            case SocketOptionName.TcpKeepAliveInterval:
                stream.Options = options with { KeepAliveInterval = Duration.FromSeconds(value) };
                break;
            case SocketOptionName.TcpKeepAliveRetryCount:
                stream.Options = options with { KeepAliveProbes = value };
                break;
            default:
                return SocketError.ProtocolOption;
        }

        stream.Connection?.ApplyOptions();
        return SocketError.Success;
    }
}
