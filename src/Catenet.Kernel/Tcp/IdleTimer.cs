using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Keepalive (RFC 9293 3.8.4) with Linux's knobs, and the end of FIN-WAIT-2 for a user who has closed.</summary>
internal static class IdleTimer
{
    /// <summary>Starts keepalive if the user wants it.</summary>
    public static void Restart(TcpConnection c)
    {
        if (c.Has(ConnectionFlags.Orphan) && c.State == TcpState.FinWait2)
        {
            return;
        }

        c.Deadlines.Idle = c.Options.KeepAlive ? c.Now + IdleTime(c) : Instant.Never;
    }

    public static void Expire(TcpConnection c)
    {
        c.Deadlines.Idle = Instant.Never;
        if (c.State == TcpState.FinWait2 && c.Has(ConnectionFlags.Orphan))
        {
            Lifecycle.End(c, SocketError.Success);
            return;
        }

        if (!c.Options.KeepAlive)
        {
            return;
        }

        // Data in flight or waiting has timers of its own that find out whether the peer lives.
        if (!c.Sent.IsEmpty || c.Unsent > 0)
        {
            c.Deadlines.Idle = c.Now + IdleTime(c);
            return;
        }

        var idle = c.Acks.LastHeard.Until(c.Now);
        if (idle < IdleTime(c))
        {
            c.Deadlines.Idle = c.Now + (IdleTime(c) - idle);
            return;
        }

        Probe(c, idle);
    }

    private static void Probe(TcpConnection c, Duration idle)
    {
        var settings = c.Layer.Settings;
        int most = c.Options.KeepAliveProbes > 0 ? c.Options.KeepAliveProbes : settings.KeepaliveProbes;
        bool pastUserTimeout = c.Options.UserTimeout > Duration.Zero && idle >= c.Options.UserTimeout && c.Probes > 0;
        if (pastUserTimeout || (c.Options.UserTimeout == Duration.Zero && c.Probes >= most))
        {
            SegmentBuilder.Send(c, c.Snd.Nxt, 0, 0, TcpFlags.Rst | TcpFlags.Ack);
            Lifecycle.End(c, SocketError.TimedOut);
            return;
        }

        c.Probes = (byte)Math.Min(c.Probes + 1, byte.MaxValue);
        WindowProbe.Wake(c);
        var interval = c.Options.KeepAliveInterval > Duration.Zero ? c.Options.KeepAliveInterval : settings.KeepaliveInterval;
        c.Deadlines.Idle = c.Now + interval;
    }

    private static Duration IdleTime(TcpConnection c) =>
        c.Options.KeepAliveTime > Duration.Zero ? c.Options.KeepAliveTime : c.Layer.Settings.KeepaliveTime;
}
