using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Changes of state and the end of a connection.</summary>
internal static class Lifecycle
{
    /// <summary>Changes the state; a change that the diagram does not have is counted.</summary>
    public static void Enter(TcpConnection c, TcpState next)
    {
        var before = c.State;
        if (!TcpTransitions.IsLegal(before, next))
        {
            c.Layer.Counters.IllegalTransitions++;
        }

        c.State = next;
        Tell(c.Host, c, before, next);
    }

    /// <summary>Tells who traces of a change of state: of a connection, a request, a listener or what is left in TIME-WAIT.</summary>
    public static void Tell(Host host, object subject, TcpState before, TcpState next)
    {
        if (host.Loop.Tracer.Enabled)
        {
            host.Trace(TraceKind.TcpState, null, null, subject, $"{TcpStateNames.Of(before)} -> {TcpStateNames.Of(next)}");
        }
    }

    /// <summary>The handshake is complete.</summary>
    public static void Establish(TcpConnection c)
    {
        MtuProbing.Begin(c);
        Enter(c, TcpState.Established);
        PathMetrics.Begin(c);
        EcnNegotiation.Settle(c);
        CongestionEvents.Raise(c, CongestionEvent.Begin);
        Pacing.Apply(c);
        IdleTimer.Restart(c);
        SendSpace.Expand(c);
        c.Raise(PendingEvents.Connected);
        if (c.Has(ConnectionFlags.WantsWritable))
        {
            c.Flags &= ~ConnectionFlags.WantsWritable;
            c.Raise(PendingEvents.Writable);
        }
    }

    /// <summary>Deletes the TCB; what was received can still be read unless the user has closed.</summary>
    public static void End(TcpConnection c, SocketError error)
    {
        if (c.State != TcpState.Closed)
        {
            Enter(c, TcpState.Closed);
        }

        if (c.Error == SocketError.Success)
        {
            c.Error = error;
        }

        Dismantle(c);
    }

    /// <summary>Ends with a TIME-WAIT record in the connection's place (RFC 9293 3.6.1).</summary>
    public static void EnterTimeWait(TcpConnection c)
    {
        Enter(c, TcpState.TimeWait);
        Dismantle(c);
        c.Layer.AddTimeWait(c);
    }

    /// <summary>Gives the peer a limited time to send its FIN to a closed user (Linux's tcp_fin_timeout).</summary>
    public static void AwaitFin(TcpConnection c)
    {
        var time = c.Options.Linger2 > Duration.Zero ? c.Options.Linger2 : c.Layer.Settings.FinTimeout;
        Orphans.Remove(c);
        c.Deadlines.Idle = c.Now + Duration.Max(time, c.Rtt.Rto * 7 / 2);
        c.ArmTimer();
    }

    private static void Dismantle(TcpConnection c)
    {
        FastOpenChild.Release(c, penalize: false);
        FastOpenClient.OnEnd(c);
        Orphans.Remove(c);
        c.Deadlines = Deadlines.None;
        c.Host.Loop.Cancel(c);
        c.Sent.Clear(c.Layer.Pools.SentRings);
        c.Layer.Pools.SendBuffers.Return(ref c.SendData);
        Transmission.Forget(c);
        c.Layer.Pools.ReassemblyQueues.Return(ref c.Reassembly);
        c.Layer.Pools.SackReports.Return(ref c.Sacks);

        if (c.Has(ConnectionFlags.Orphan))
        {
            c.Layer.Pools.ReceiveQueues.Return(ref c.Received);
        }

        c.Layer.Memory.Settle(c);
        c.Layer.Remove(c);
        if (!c.Has(ConnectionFlags.ClosedRaised))
        {
            c.Flags |= ConnectionFlags.ClosedRaised;
            c.Raise(PendingEvents.Closed | (c.Has(ConnectionFlags.Orphan) ? 0 : PendingEvents.Readable));
        }
    }
}
