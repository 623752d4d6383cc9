using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>The options of a socket from the caller's side: checks values, goes to the loop, throws what .NET would.</summary>
internal readonly struct SocketOptionSet(SocketCore core)
{
    /// <summary>IP_RECVERR and IPV6_RECVERR, which .NET's enumeration does not have.</summary>
    public const SocketOptionName ReceiveErrorsName = (SocketOptionName)0x100B;

    /// <summary>TCP_MAXSEG, which .NET's enumeration does not have.</summary>
    public const SocketOptionName MaxSegmentName = (SocketOptionName)0x1002;

    /// <summary>SO_BINDTODEVICE (by index), which .NET's enumeration does not have.</summary>
    public const SocketOptionName BindToDeviceName = (SocketOptionName)0x1019;

    /// <summary>TCP_NOTSENT_LOWAT, which .NET's enumeration does not have.</summary>
    public const SocketOptionName NotSentLowWaterName = (SocketOptionName)25;

    public SocketOptionLevel IpLevel =>
        core.Family == AddressFamily.InterNetwork ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;

    public SocketOptionName HopLimitName =>
        core.Family == AddressFamily.InterNetwork ? SocketOptionName.IpTimeToLive : SocketOptionName.HopLimit;

    public void SetDualMode(bool value)
    {
        if (core.Family != AddressFamily.InterNetworkV6)
        {
            throw new NotSupportedException("This protocol version is not supported.");
        }

        Set(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, value ? 0 : 1);
    }

    public int Get(SocketOptionLevel level, SocketOptionName name)
    {
        var (error, value) = LoopCall.Invoke(core.Loop, static call =>
        {
            var (core, level, name) = call;
            int value = 0;
            var error = (level, name) switch
            {
                (SocketOptionLevel.Socket, SocketOptionName.Error) => Answer((int)(core.Backend.TakeError() is var pending and not SocketError.Success ? pending : core.Backend.TakeSoftError()), out value),
                (SocketOptionLevel.Socket, SocketOptionName.Type) => Answer((int)core.Type, out value),
                _ => core.Backend.GetOption(level, name, out value),
            };
            return (error, value);
        }, (core, level, name));
        Check(error);
        return value;
    }

    public void Set(SocketOptionLevel level, SocketOptionName name, int value) =>
        Check(LoopCall.Invoke(core.Loop, static call =>
        {
            var (core, level, name, value) = call;
            return core.Finish(core.Backend.SetOption(level, name, value), static (core, error, option) =>
                SystemCallText.SetOption(core, option.level, option.name, option.value, error), (level, name, value));
        }, (core, level, name, value)));

    public void SetSize(SocketOptionName name, int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Set(SocketOptionLevel.Socket, name, value);
    }

    public void Set(SocketOptionLevel level, SocketOptionName name, object value)
    {
        switch (value)
        {
            case MulticastOption option:
                SetMembership(name, InetAddress.From(option.Group),
                    option.LocalAddress is null ? InetAddress.AnyIPv4 : InetAddress.From(option.LocalAddress), option.InterfaceIndex);
                break;
            case IPv6MulticastOption option:
                SetMembership(name, InetAddress.From(option.Group), InetAddress.AnyIPv6, (int)option.InterfaceIndex);
                break;
            default:
                throw new ArgumentException($"A {value?.GetType().Name ?? "null"} is no value for {level}/{name}.", nameof(value));
        }
    }

    private void SetMembership(SocketOptionName name, InetAddress group, InetAddress local, int interfaceIndex)
    {
        if (name is not (SocketOptionName.AddMembership or SocketOptionName.DropMembership))
        {
            throw new ArgumentException("A multicast option goes with AddMembership or DropMembership.", nameof(name));
        }

        Check(LoopCall.Invoke(core.Loop, static call => call.core.Backend.SetMembership(
            call.group, call.local, call.interfaceIndex, call.name == SocketOptionName.AddMembership),
            (core, group, local, interfaceIndex, name)));
    }

    private static SocketError Answer(int answer, out int value)
    {
        value = answer;
        return SocketError.Success;
    }

    private static void Check(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }
}
