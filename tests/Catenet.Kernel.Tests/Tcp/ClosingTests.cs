using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Ending a connection: RFC 9293 3.6, 3.10.4, 3.10.5 and figures 12, 13; RFC 6191; RFC 2525 2.17.</summary>
public class ClosingTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;
    private const TcpFlags Fin = TcpFlags.Fin | TcpFlags.Ack;

    // RFC 9293 figure 12, left side.
    [Fact]
    public void The_closer_goes_through_FIN_WAIT_1_and_2_to_TIME_WAIT()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Do(connection.Close);
        p.Expect(Fin, 1, 1, 0);
        Assert.Equal(TcpState.FinWait1, connection.State);
        p.Inject(TcpFlags.Ack, 1, 2);
        Assert.Equal(TcpState.FinWait2, connection.State);
        p.Inject(Fin, 1, 2);
        p.Expect(TcpFlags.Ack, 2, 2, 0);
        Assert.Equal(TcpState.TimeWait, connection.State);
        Assert.Equal(1, p.Tcp.TimeWaitCount);
        Assert.Equal(SocketError.Success, events.ClosedWith);
        Assert.Equal(1, events.Closed);
        p.ExpectNothing();
    }

    [Fact]
    public void A_FIN_that_acknowledges_ours_leads_straight_to_TIME_WAIT()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Expect(Fin, 1, 1);
        p.Inject(Fin, 1, 2);
        p.Expect(TcpFlags.Ack, 2, 2);
        Assert.Equal(TcpState.TimeWait, connection.State);
    }

    // RFC 9293 figure 13.
    [Fact]
    public void Both_sides_may_close_at_once()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Expect(Fin, 1, 1);
        p.Inject(Fin, 1, 1);
        p.Expect(TcpFlags.Ack, 2, 2);
        Assert.Equal(TcpState.Closing, connection.State);
        p.Inject(TcpFlags.Ack, 2, 2);
        Assert.Equal(TcpState.TimeWait, connection.State);
        p.ExpectNothing();
    }

    // RFC 9293 figure 12, right side.
    [Fact]
    public void The_other_side_goes_through_CLOSE_WAIT_and_LAST_ACK()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Inject(Fin, 1, 1);
        p.Run(1);
        p.Expect(TcpFlags.Ack, 1, 2);
        Assert.Equal(TcpState.CloseWait, connection.State);
        Assert.True(connection.IsPeerDone);
        p.Send(connection, 10); // half-closed: we may go on
        p.Expect(Data, 1, 2, 10);
        p.Do(connection.Close);
        p.Expect(Fin, 11, 2);
        Assert.Equal(TcpState.LastAck, connection.State);
        p.Inject(TcpFlags.Ack, 2, 12);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(0, p.Tcp.FlowCount);
        Assert.Equal(1, events.Closed);
    }

    // RFC 9293 3.6 case 1: after our FIN the peer's data still comes.
    [Fact]
    public void After_shutdown_the_peers_data_is_still_received()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Send(connection, 10);
        p.Do(() => connection.ShutdownSend());
        p.Expect(Data, 1, 1, 10);
        p.Expect(Fin, 11, 1, 0);
        p.Inject(TcpFlags.Ack, 1, 12);
        p.Inject(Data, 1, 12, 100);
        p.Expect(TcpFlags.Ack, 12, 101);
        Assert.Equal(100, p.Read(connection).Length);
        p.Do(() =>
        {
            connection.Send([1], out var error);
            Assert.Equal(SocketError.Shutdown, error);
        });
    }

    // RFC 9293 3.10.4: the FIN goes with the last data, after what the window holds back.
    [Fact]
    public void The_FIN_follows_all_data()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(window: 1500, options: ScriptedPeer.Mss(1000), configure: o => o with { NoDelay = true });
        p.Send(connection, 2500);
        p.Do(connection.Close);
        int sent = 0;
        TcpFlags last = default;
        for (int i = 0; i < 20 && (last & TcpFlags.Fin) == 0; i++)
        {
            while (p.PendingOut > 0)
            {
                var segment = p.Next();
                sent += segment.Length;
                last = segment.Flags;
                p.Inject(TcpFlags.Ack, 1, (uint)(1 + sent) + ((last & TcpFlags.Fin) != 0 ? 1u : 0), window: 1500);
            }

            p.Run(300);
        }

        Assert.Equal(2500, sent);
        Assert.NotEqual(TcpFlags.None, last & TcpFlags.Fin);
        Assert.Equal(TcpState.FinWait2, connection.State);
    }

    // RFC 2525 2.17, RFC 9293 3.6: data that nobody read makes the close a reset.
    [Fact]
    public void Closing_with_unread_data_resets()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Inject(Data, 1, 1, 100);
        p.Skip();
        p.Do(connection.Close);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, 1, 101);
        Assert.Equal(TcpState.Closed, connection.State);
    }

    [Fact]
    public void Data_for_a_closed_user_is_answered_with_a_reset()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Expect(Fin, 1, 1);
        p.Inject(TcpFlags.Ack, 1, 2);
        p.Inject(Data, 1, 2, 100);
        p.Expect(TcpFlags.Rst, 2);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(1, p.Host.Drops[DropReason.TcpClose]);
    }

    // Linux's tcp_fin_timeout: a peer that never closes must not hold us for ever.
    [Fact]
    public void FIN_WAIT_2_of_a_closed_user_ends_after_a_minute()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Inject(TcpFlags.Ack, 1, 2);
        p.Skip();
        p.Run(59_000);
        Assert.Equal(TcpState.FinWait2, connection.State);
        p.Run(2_000);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(0, p.Tcp.FlowCount);
    }

    // RFC 9293 3.10.5.
    [Fact]
    public void Abort_resets_at_once()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Send(connection, 100);
        p.Skip();
        p.Do(connection.Abort);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, 101, 1);
        Assert.Equal(0, events.Closed);
        p.Run(10_000);
        p.ExpectNothing();
    }

    [Fact]
    public void Linger_of_zero_resets_on_close()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect(configure: o => o with { AbortOnClose = true });
        p.Do(connection.Close);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, 1, 1);
    }

    // RFC 9293 3.10.4: closing before the handshake is complete.
    [Fact]
    public void Closing_in_SYN_SENT_deletes_the_connection_silently()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.BeginConnect();
        p.Expect(TcpFlags.Syn, 0);
        p.Do(connection.Close);
        p.ExpectNothing();
        Assert.Equal(0, p.Tcp.FlowCount);
    }

    [Fact]
    public void A_lost_FIN_is_sent_again()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Expect(Fin, 1, 1);
        p.Run(450);
        p.Expect(Fin, 1, 1);
        Assert.Equal(TcpState.FinWait1, connection.State);
        p.Skip();
    }

    // RFC 9293 3.10.7.4 eighth: TIME-WAIT acknowledges a repeated FIN and waits anew; then 60 s.
    [Fact]
    public void TIME_WAIT_answers_a_repeated_FIN_and_ends_after_a_minute()
    {
        using var p = new ScriptedPeer();
        EnterTimeWait(p);
        p.Run(50_000);
        p.Inject(Fin, 1, 2);
        p.Expect(TcpFlags.Ack, 2, 2);
        p.Run(55_000);
        Assert.Equal(1, p.Tcp.TimeWaitCount);
        p.Run(6_000);
        Assert.Equal(0, p.Tcp.TimeWaitCount);
        p.ExpectNothing();
    }

    // RFC 9293 3.6.1, RFC 6191: a SYN beyond the old connection opens a new one.
    [Fact]
    public void A_new_SYN_in_TIME_WAIT_reopens_the_connection()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Do(connection.Close);
        p.Skip();
        p.Inject(Fin, 1, 2);
        p.Skip();
        Assert.Equal(1, p.Tcp.TimeWaitCount);
        uint before = p.LocalIss;
        p.Do(() => p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out _));
        p.Inject(TcpFlags.Syn, 1, options: ScriptedPeer.Mss(1460)); // not beyond: an old duplicate
        p.Expect(TcpFlags.Ack, 2, 2);
        p.Run(1000);
        p.Inject(TcpFlags.Syn, 100, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 101);
        Assert.True(new SeqNumber(p.LocalIss) > new SeqNumber(before + 2));
        Assert.Equal(0, p.Tcp.TimeWaitCount);
    }

    // RFC 9293 3.10.7.4 second.
    [Fact]
    public void A_reset_tells_the_user_and_leaves_what_was_received()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Inject(Data, 1, 1, 10);
        p.Skip();
        p.Inject(TcpFlags.Rst, 11);
        Assert.Equal(SocketError.ConnectionReset, events.ClosedWith);
        Assert.Equal(10, p.Read(connection).Length);
        p.Do(() =>
        {
            connection.Receive(new byte[1], out var error);
            Assert.Equal(SocketError.ConnectionReset, error);
            connection.Close();
        });
    }

    [Fact]
    public void Whole_lives_of_connections_leave_nothing_behind()
    {
        using var net = new TwoHosts();
        net.Wire.Both(d => d.Delay = Duration.FromMilliseconds(1));
        for (int i = 0; i < 20; i++)
        {
            var transfer = Transfer.Run(net, 1000 * i, Duration.FromSeconds(10), i % 2 == 0);
            Assert.True(transfer.EndSeen);
        }
    }

    [Fact]
    public void Every_arrow_of_the_diagram_is_legal_and_others_are_not()
    {
        Assert.True(TcpTransitions.IsLegal(TcpState.Established, TcpState.FinWait1));
        Assert.True(TcpTransitions.IsLegal(TcpState.TimeWait, TcpState.Closed));
        Assert.False(TcpTransitions.IsLegal(TcpState.Established, TcpState.SynSent));
        Assert.False(TcpTransitions.IsLegal(TcpState.LastAck, TcpState.TimeWait));
        Assert.False(TcpTransitions.IsLegal(TcpState.CloseWait, TcpState.FinWait1));
    }

    private static void EnterTimeWait(ScriptedPeer p)
    {
        var (connection, _) = p.Connect();
        p.Do(connection.Close);
        p.Inject(Fin, 1, 2);
        p.Skip();
        Assert.Equal(1, p.Tcp.TimeWaitCount);
    }
}
