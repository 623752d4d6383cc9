using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tcp;

/// <summary>What a user may ask and change of TCP-AO on a connection (Linux's TCP_AO_INFO and TCP_AO_DEL_KEY), and what ICMP may not.</summary>
internal static class AoControl
{
    public static TcpAoInfo? Info(TcpConnection c) => c.Authentication is not AoAuthentication ao ? null : new TcpAoInfo
    {
        Current = ao.Current,
        Next = ao.Next,
        Good = ao.Good,
        Bad = ao.Bad,
        KeyNotFound = ao.KeyNotFound,
        Unsigned = ao.Unsigned,
        IgnoredIcmp = ao.IgnoredIcmp,
    };

    /// <summary>Chooses the keys to sign with and to ask for.</summary>
    public static SocketError Choose(TcpConnection c, int current, int next)
    {
        if (c.Authentication is not AoAuthentication ao)
        {
            return SocketError.InvalidArgument;
        }

        var send = current < 0 ? ao.Current : ao.Chain.FindAo(c.RemoteAddress, sendId: current);
        var receive = next < 0 ? ao.Next : ao.Chain.FindAo(c.RemoteAddress, receiveId: next);
        if (send is null || receive is null)
        {
            return SocketError.AddressNotAvailable;
        }

        ao.Current = send;
        ao.Next = receive;
        return SocketError.Success;
    }

    /// <summary>Removes a key that is not in use.</summary>
    public static SocketError Remove(TcpConnection c, InetPrefix peers, byte sendId, byte receiveId)
    {
        bool InUse(TcpAoKey key) => key.Peers == peers && key.SendId == sendId && key.ReceiveId == receiveId;
        return c.Authentication is AoAuthentication ao && (InUse(ao.Current) || InUse(ao.Next)) ? SocketError.InvalidArgument
            : c.Options.Keys?.RemoveAo(peers, sendId, receiveId) ?? SocketError.AddressNotAvailable;
    }

    /// <summary>Errors that were once taken for final could come from anybody: they do not count (RFC 5925 7.8).</summary>
    public static bool Ignores(TcpConnection c, in IcmpErrorInfo error)
    {
        if (c.Authentication is not AoAuthentication { Chain.AcceptIcmp: false } ao || !c.IsSynchronized)
        {
            return false;
        }

        bool hard = error.IsIPv6
            ? error.Type == IcmpV6Type.DestinationUnreachable && error.Code is IcmpV6Code.Prohibited or IcmpV6Code.PortUnreachable
            : error.Type == IcmpType.DestinationUnreachable && error.Code is IcmpCode.ProtocolUnreachable or IcmpCode.PortUnreachable or IcmpCode.FragmentationNeeded;
        if (hard)
        {
            ao.IgnoredIcmp++;
            c.Layer.Counters.AoIgnoredIcmp++;
        }

        return hard;
    }
}
