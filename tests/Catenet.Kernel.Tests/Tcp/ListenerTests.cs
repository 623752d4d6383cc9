using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Listeners and their two queues: RFC 9293 3.10.7.2, Linux's backlog rules.</summary>
public class ListenerTests
{
    // RFC 9293 3.10.1: an active OPEN in LISTEN sends a SYN and goes to SYN-SENT.
    [Fact]
    public void A_listener_may_become_the_one_who_calls()
    {
        using var p = new ScriptedPeer();
        var changes = new List<string>();
        using var tracing = p.Loop.Tracer.Subscribe(new StateChanges(changes));
        var listener = Listen(p, backlog: 4);
        Shake(p, 1001);
        p.Inject(TcpFlags.Syn, 0, port: 1002); // half-open
        p.Skip();
        TcpConnection? connection = null;
        p.Do(() => connection = listener.Connect(new InetEndpoint(ScriptedPeer.Peer, ScriptedPeer.PeerPort), out var error));
        p.Expect(TcpFlags.Syn, 0);
        p.LocalIssOf(ScriptedPeer.PeerPort);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack); // who was not accepted
        Assert.Equal((TcpState.SynSent, true), (connection!.State, listener.IsClosed));
        Assert.Contains("LISTEN -> SYN-SENT", changes);
        Assert.DoesNotContain("LISTEN -> CLOSED", changes);
        p.Inject(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        p.Expect(TcpFlags.Ack, 1, 1);
        Assert.Equal(TcpState.Established, connection.State);
        p.Inject(TcpFlags.Syn, 0, port: 1003);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack);
        p.Do(connection.Abort);
    }

    [Fact]
    public void A_listener_that_cannot_call_goes_on_listening()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, backlog: 4);
        var error = SocketError.Success;
        p.Do(() => Assert.Null(listener.Connect(new InetEndpoint(ScriptedPeer.Peer, 0), out error)));
        Assert.Equal((SocketError.NetworkUnreachable, false), (error, listener.IsClosed));
        Shake(p, 1001);
        Assert.Equal(1, listener.AcceptQueueLength);
        p.Do(listener.Close);
        p.Do(() => Assert.Null(listener.Connect(new InetEndpoint(ScriptedPeer.Peer, 7), out error)));
        Assert.Equal(SocketError.InvalidArgument, error);
    }

    [Fact]
    public void A_full_accept_queue_lets_SYNs_pass_unanswered()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, backlog: 1);
        Shake(p, 1001);
        Shake(p, 1002); // one more than the backlog, as in Linux
        Assert.Equal(2, listener.AcceptQueueLength);
        p.Inject(TcpFlags.Syn, 0, port: 1003);
        p.ExpectNothing();
        Assert.Equal(1, p.Host.Drops[DropReason.TcpListenOverflow]);
        p.Do(() => listener.Accept()!.Abort());
        p.Skip();
        Shake(p, 1003);
    }

    [Fact]
    public void A_handshake_that_meets_a_full_queue_is_completed_later()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, backlog: 0);
        p.Inject(TcpFlags.Syn, 0, port: 1001, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Shake(p, 1002);
        p.LocalIssOf(1001);
        p.Inject(TcpFlags.Ack, 1, 1, port: 1001);
        p.ExpectNothing();
        Assert.Equal(1, listener.AcceptQueueLength);
        p.Do(() => listener.Accept()!.Abort());
        p.Skip();
        p.Run(1_100);
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        p.LocalIssOf(1001);
        p.Inject(TcpFlags.Ack, 1, 1, port: 1001);
        Assert.Equal(1, listener.AcceptQueueLength);
    }

    [Fact]
    public void The_SYN_queue_is_bounded()
    {
        using var p = new ScriptedPeer();
        p.Host.Settings.Tcp.SynCookies = 0;
        var listener = Listen(p, backlog: 16);
        for (int i = 0; i < 100; i++)
        {
            p.Inject(TcpFlags.Syn, 0, port: (ushort)(2000 + i));
        }

        Assert.Equal(17, listener.SynQueueLength); // one more than the backlog, as in Linux
        Assert.Equal(83, p.Host.Drops[DropReason.TcpSynQueueFull]);
        p.Skip();
    }

    // RFC 9293 3.10.7.2 first and second.
    [Fact]
    public void A_listener_ignores_resets_and_resets_ACKs()
    {
        using var p = new ScriptedPeer();
        Listen(p, 5);
        p.Inject(TcpFlags.Rst, 0);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 500);
        p.Expect(TcpFlags.Rst, 500);
        p.Inject(TcpFlags.None, 1);
        p.ExpectNothing();
    }

    // RFC 9293 3.10.7.4 second, for SYN-RECEIVED: back to LISTEN.
    [Fact]
    public void A_reset_forgets_a_half_open_request()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, 5);
        p.Inject(TcpFlags.Syn, 0);
        p.Skip();
        Assert.Equal(1, listener.SynQueueLength);
        p.Inject(TcpFlags.Rst, 1);
        Assert.Equal(0, listener.SynQueueLength);
        p.Run(10_000);
        p.ExpectNothing();
    }

    // RFC 9293 3.10.7.4 fifth, for SYN-RECEIVED.
    [Fact]
    public void A_wrong_ACK_in_the_handshake_is_reset()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, 5);
        p.Inject(TcpFlags.Syn, 0);
        p.Skip();
        p.Inject(TcpFlags.Ack, 1, 999);
        p.Expect(TcpFlags.Rst, 999);
        Assert.Equal(1, listener.SynQueueLength);
    }

    [Fact]
    public void Data_with_the_ACK_of_the_handshake_is_kept()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, 5);
        p.Inject(TcpFlags.Syn, 0);
        p.Skip();
        p.Inject(TcpFlags.Ack | TcpFlags.Psh, 1, 1, 50);
        p.Skip();
        TcpConnection? connection = null;
        p.Do(() => connection = listener.Accept());
        Assert.Equal(50, connection!.Available);
        Assert.True(connection.IsReadable);
    }

    [Fact]
    public void Closing_a_listener_resets_what_was_not_accepted()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, 5);
        Shake(p, 1001);
        p.Inject(TcpFlags.Syn, 0, port: 1002);
        p.Skip();
        p.Do(listener.Close);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, ack: 1);
        p.ExpectNothing();
        Assert.Equal(0, p.Tcp.FlowCount);
    }

    [Fact]
    public void A_specific_listener_goes_before_a_wildcard_and_dual_mode_takes_IPv4()
    {
        using var p = new ScriptedPeer();
        p.Do(() =>
        {
            var dual = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv6, 80), 5, out _);
            Assert.Null(p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out var error));
            Assert.Equal(SocketError.AddressAlreadyInUse, error);
            Assert.Same(dual, p.Tcp.FindListener(ScriptedPeer.Local, 80));
            var six = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv6, 81), 5, out _, dualMode: false);
            var four = p.Tcp.Listen(new InetEndpoint(ScriptedPeer.Local, 81), 5, out error);
            Assert.Equal(SocketError.Success, error);
            Assert.Same(four, p.Tcp.FindListener(ScriptedPeer.Local, 81));
            Assert.Same(six, p.Tcp.FindListener(InetAddress.LoopbackIPv6, 81));
            Assert.Null(p.Tcp.FindListener(InetAddress.LoopbackIPv4, 81));
        });
    }

    private static TcpListener Listen(ScriptedPeer p, int backlog)
    {
        TcpListener? listener = null;
        p.Do(() => listener = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), backlog, out _));
        return listener!;
    }

    private static void Shake(ScriptedPeer p, ushort port)
    {
        p.Inject(TcpFlags.Syn, 0, port: port, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        p.Inject(TcpFlags.Ack, 1, 1, port: port);
        p.ExpectNothing();
    }

    private sealed class StateChanges(List<string> changes) : ITraceListener
    {
        public void OnEvent(in TraceEvent traceEvent)
        {
            if (traceEvent.Kind == TraceKind.TcpState)
            {
                changes.Add(traceEvent.Detail!);
            }
        }
    }
}
