using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The user's calls (RFC 9293 3.9.1).</summary>
internal static class Connection
{
    public static bool MaySend(TcpConnection c) =>
        c.State is TcpState.Established or TcpState.CloseWait ? !c.Has(ConnectionFlags.FinQueued)
            : c.State == TcpState.SynReceived && c.Has(ConnectionFlags.AwaitsHandshake) && !c.Has(ConnectionFlags.ShutWhenOpen);

    /// <summary>OPEN, active (RFC 9293 3.10.1).</summary>
    public static SocketError Open(TcpConnection c, InetEndpoint local, InetEndpoint remote) => Open(c, local, remote, fast: false, default, out _);

    /// <summary>OPEN with the first data to send (RFC 7413 4.2.1).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="local">Our end.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="fast">Whether this is Fast Open.</param>
    /// <param name="data">The data.</param>
    /// <param name="taken">How many octets of it went in the SYN.</param>
    public static SocketError Open(TcpConnection c, InetEndpoint local, InetEndpoint remote, bool fast, ReadOnlySpan<byte> data, out int taken)
    {
        taken = 0;
        if (fast && c.IsConnectDeferred)
        {
            taken = Handshake.Begin(c, fast, data);
            return SocketError.InProgress;
        }

        if (c.State is not (TcpState.Closed or TcpState.Listen) || c.Has(ConnectionFlags.Hashed | ConnectionFlags.ClosedRaised))
        {
            return c.State is TcpState.SynSent or TcpState.SynReceived ? SocketError.AlreadyInProgress : SocketError.IsConnected;
        }

        if (remote.Address.IsUnspecified)
        {
            // As in BSD and Linux, "any" as a destination is this host.
            remote = new InetEndpoint(remote.Address.IsIPv4 ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6, remote.Port);
        }

        var route = c.Host.Ip.Route(remote.Address, local.Address, null, c.Options.Mark, out var error);
        if (route is null)
        {
            return error;
        }

        if (route.IsMulticast || route.IsBroadcast || remote.Port == 0)
        {
            return SocketError.NetworkUnreachable;
        }

        c.Route = route;
        c.RemoteAddress = remote.Address;
        c.RemotePort = remote.Port;
        c.LocalAddress = local.Address.IsUnspecified ? route.Source : local.Address;
        error = c.Layer.ClaimLocalPort(c, local.Port);
        if (error == SocketError.Success)
        {
            int sent = Handshake.Begin(c, fast, data);
            taken = Math.Max(sent, 0);
            error = sent < 0 ? SocketError.Success : SocketError.InProgress;
        }

        return error;
    }

    /// <summary>SEND (RFC 9293 3.10.2).</summary>
    public static int Send(TcpConnection c, ReadOnlySpan<byte> data, SendFlags flags, out SocketError error)
    {
        if (!MaySend(c))
        {
            error = WhyNotSend(c);
            return 0;
        }

        return Writing.Write(c, data, flags, out error);
    }

    /// <summary>SEND's PUSH for what is written already (RFC 9293 3.9.1.2).</summary>
    public static void Push(TcpConnection c)
    {
        if (c.Writes is { Count: > 0 } writes)
        {
            Writing.MarkPush(c, ref writes.Tail);
            Uncork(c);
        }
    }

    /// <summary>What is held back goes, whatever Nagle's algorithm and the cork say.</summary>
    public static void Uncork(TcpConnection c)
    {
        c.Flags |= ConnectionFlags.NaglePush;
        Transmission.Push(c);
        c.ArmTimer();
    }

    /// <summary>Whether there is room; who finds none is told when there is some.</summary>
    public static bool PollWritable(TcpConnection c)
    {
        if (SendSpace.IsWritable(c))
        {
            return true;
        }

        c.Flags |= ConnectionFlags.WantsWritable;
        return false;
    }

    /// <summary>The sending half of CLOSE (RFC 9293 3.10.4): our FIN goes after what was sent.</summary>
    public static SocketError Shutdown(TcpConnection c)
    {
        switch (c.State)
        {
            case TcpState.SynReceived when !c.Has(ConnectionFlags.Orphan):
                c.Flags |= ConnectionFlags.ShutWhenOpen;
                return SocketError.Success;
            case TcpState.SynReceived or TcpState.Established:
                QueueFin(c, TcpState.FinWait1);
                return SocketError.Success;
            case TcpState.CloseWait:
                QueueFin(c, TcpState.LastAck);
                return SocketError.Success;
            case TcpState.Closed or TcpState.SynSent:
                return SocketError.NotConnected;
            default:
                return SocketError.Success;
        }
    }

    /// <summary>CLOSE (RFC 9293 3.10.4) by a user who will not read any more.</summary>
    public static void Close(TcpConnection c)
    {
        if (c.Has(ConnectionFlags.Orphan))
        {
            return;
        }

        bool unread = c.Available > 0;
        c.Flags |= ConnectionFlags.Orphan;
        c.Layer.Pools.ReceiveQueues.Return(ref c.Received);
        c.Layer.Memory.Settle(c);
        if (c.State == TcpState.Closed || c.Has(ConnectionFlags.ClosedRaised))
        {
            return;
        }

        if (c.State == TcpState.SynSent)
        {
            Lifecycle.End(c, SocketError.Success);
        }
        else if (unread)
        {
            // RFC 2525 2.17: the peer must learn that its data was not read.
            SegmentBuilder.Send(c, Acknowledgment.AcceptableSequence(c), 0, 0, TcpFlags.Rst | TcpFlags.Ack);
            Lifecycle.End(c, SocketError.Success);
        }
        else if (c.Options.AbortOnClose)
        {
            Reset(c);
        }
        else
        {
            Shutdown(c);
            if (c.State == TcpState.FinWait2)
            {
                CloseInFinWait2(c);
            }

            Orphans.Add(c);
        }

        c.DeliverEvents();
    }

    /// <summary>CLOSE in SYN-SENT (RFC 9293 3.10.4) by a user who keeps his socket.</summary>
    public static void Disconnect(TcpConnection c)
    {
        if (c.State == TcpState.SynSent)
        {
            Lifecycle.End(c, SocketError.ConnectionReset);
            c.DeliverEvents();
        }
    }

    /// <summary>ABORT (RFC 9293 3.10.5).</summary>
    public static void Abort(TcpConnection c)
    {
        c.Events = null;
        c.Flags |= ConnectionFlags.Orphan;
        c.Layer.Pools.ReceiveQueues.Return(ref c.Received);
        c.Layer.Memory.Settle(c);
        if (c.State != TcpState.Closed && !c.Has(ConnectionFlags.ClosedRaised))
        {
            Reset(c);
        }
    }

    public static void ApplyOptions(TcpConnection c)
    {
        if (c.Options.SendBuffer > 0)
        {
            c.SendLimit = c.Options.SendBuffer;
        }

        if (c.Options.ReceiveBuffer > 0)
        {
            c.Space.Buffer = c.Options.ReceiveBuffer;
            c.Space.Locked = true;
        }

        if (c.Layer.Keyed is not null)
        {
            AuthenticatedFlows.Refresh(c);
        }

        string? congestion = c.Options.CongestionControl;
        if (congestion is not null && congestion != c.Algorithm.Name)
        {
            c.Algorithm = c.Layer.CreateCongestionControl(congestion);
            if (c.IsSynchronized)
            {
                EcnNegotiation.Settle(c);
                CongestionEvents.Raise(c, CongestionEvent.Begin);
            }
        }

        if (c.Pace is not null || c.Options.MaxPacingRate is not null || c.Algorithm.Needs != CongestionNeeds.None)
        {
            Pacing.Apply(c);
        }

        if (c.IsSynchronized && c.State != TcpState.TimeWait)
        {
            IdleTimer.Restart(c);
            Transmission.Push(c);
            SendSpace.Notify(c);
            c.ArmTimer();
        }
    }

    /// <summary>The peer may still send: it is given time for its FIN, or none (TCP_LINGER2).</summary>
    private static void CloseInFinWait2(TcpConnection c)
    {
        if (c.Options.Linger2 >= Duration.Zero)
        {
            Lifecycle.AwaitFin(c);
        }
        else
        {
            Reset(c);
        }
    }

    private static void Reset(TcpConnection c)
    {
        bool unsent = c.State is TcpState.Closing or TcpState.LastAck && c.Snd.Nxt != c.Snd.WriteEnd + 1;
        if (unsent || c.State is TcpState.SynReceived or TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait)
        {
            SegmentBuilder.Send(c, Acknowledgment.AcceptableSequence(c), 0, 0, TcpFlags.Rst | TcpFlags.Ack);
        }

        Lifecycle.End(c, SocketError.Success);
    }

    public static void QueueFin(TcpConnection c, TcpState next)
    {
        c.Flags |= ConnectionFlags.FinQueued;
        Lifecycle.Enter(c, next);
        Transmission.Push(c, NagleMode.Off, PushExtent.All);
        c.ArmTimer();
    }

    private static SocketError WhyNotSend(TcpConnection c)
    {
        if (c.Error != SocketError.Success)
        {
            return c.Error;
        }

        switch (c.State)
        {
            case TcpState.SynSent or TcpState.SynReceived when !c.Has(ConnectionFlags.ShutWhenOpen):
                c.Flags |= ConnectionFlags.WantsWritable;
                return SocketError.WouldBlock;
            case TcpState.Closed when !c.Has(ConnectionFlags.FinQueued):
                return SocketError.NotConnected;
            default:
                return SocketError.Shutdown;
        }
    }
}
