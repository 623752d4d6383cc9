using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Opening a connection: RFC 9293 3.5 and 3.10.7.3, RFC 7323, RFC 2018, RFC 6298.</summary>
public class HandshakeTests
{
    // RFC 9293 figure 6; Linux's option order.
    [Fact]
    public void Active_open_sends_a_SYN_with_mss_sack_timestamps_and_scale()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.BeginConnect();
        var syn = p.Expect(TcpFlags.Syn, 0, length: 0);
        Assert.Equal(TcpState.SynSent, connection.State);
        Assert.Equal(1460, syn.Options.MaximumSegmentSize);
        Assert.True(syn.Options.Has(TcpOptionSet.SackPermitted) && syn.Options.HasTimestamps);
        Assert.Equal(10, syn.Options.WindowScale);
        p.Inject(TcpFlags.Syn | TcpFlags.Ack, 0, 1, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Ack, 1, 1, 0);
        p.ExpectNothing();
        Assert.Equal(1, events.Connected);
        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void Passive_open_answers_with_a_SYN_ACK_and_is_established_by_the_ACK()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        Assert.Equal(TcpState.Established, connection.State);
        Assert.Equal(new InetEndpoint(ScriptedPeer.Peer, ScriptedPeer.PeerPort), connection.RemoteEndpoint);
    }

    // RFC 7323 1.3, RFC 2018 2: an option counts only if both sides sent it.
    [Fact]
    public void Options_that_the_peer_did_not_send_are_not_used()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        p.Send(connection, 3000);
        var first = p.Expect(TcpFlags.Ack, 1, 1, 1000);
        Assert.Equal(TcpOptionSet.None, first.Options.Present);
        Assert.False(connection.GetInfo().Sack);
        Assert.Equal(0, connection.GetInfo().ReceiveScale);
        p.Skip();
    }

    // RFC 7323 5.4; tcp_timestamps is 2.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Timestamps_may_tell_the_time(bool passive)
    {
        using var p = new ScriptedPeer();
        p.Host.Settings.Tcp.TimestampOffset = false;
        p.Run(1_234);
        if (passive)
        {
            p.Accept(options: ScriptedPeer.Timestamped(7777), drain: false);
        }
        else
        {
            p.BeginConnect();
        }

        Assert.Equal((uint)(p.Loop.Now - Instant.Zero).TotalMilliseconds, p.LastTimestamp);
    }

    // RFC 7323 3.2: every segment carries timestamps once negotiated, echoing the latest.
    [Fact]
    public void Timestamps_are_echoed()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Timestamped(7777), drain: false);
        p.Skip();
        p.Send(connection, 10);
        var data = p.Expect(TcpFlags.Ack | TcpFlags.Psh, 1, 1, 10);
        Assert.Equal(7777u, data.Options.TimestampEcho);
    }

    // RFC 6298 2.1, 5.5, Linux's tcp_syn_linear_timeouts: four seconds apart first, then the timeout doubles each time.
    [Fact]
    public void An_unanswered_SYN_is_sent_again_every_second_and_then_at_doubling_distances()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.BeginConnect();
        var first = p.Expect(TcpFlags.Syn, 0);
        double[] expected = [1, 2, 3, 4, 5, 7, 11, 19, 35, 67];
        p.Run(130_000);
        foreach (double at in expected)
        {
            Assert.Equal(at, (p.Expect(TcpFlags.Syn, 0).Time - first.Time).TotalSeconds, 3);
        }

        p.ExpectNothing();
        Assert.Equal(0, events.Closed);
        p.Run(2_000);
        Assert.Equal(SocketError.TimedOut, events.ClosedWith);
        Assert.Equal(TcpState.Closed, connection.State);
    }

    // RFC 9293 3.10.7.3: an acceptable RST in SYN-SENT refuses the connection; an unacceptable one is ignored.
    [Fact]
    public void A_reset_refuses_a_connection_only_if_it_acknowledges_the_SYN()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.BeginConnect();
        p.Expect(TcpFlags.Syn, 0);
        p.Inject(TcpFlags.Rst, 0);
        p.Inject(TcpFlags.Rst | TcpFlags.Ack, 0, 5);
        Assert.Equal(TcpState.SynSent, connection.State);
        p.Inject(TcpFlags.Rst | TcpFlags.Ack, 0, 1);
        Assert.Equal(SocketError.ConnectionRefused, events.ClosedWith);
        p.ExpectNothing();
    }

    // RFC 9293 3.10.7.3, first: an ACK of something never sent is answered with a reset that it would believe.
    [Fact]
    public void A_SYN_ACK_for_another_SYN_is_reset()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.BeginConnect();
        p.Expect(TcpFlags.Syn, 0);
        p.Inject(TcpFlags.Syn | TcpFlags.Ack, 0, 100);
        var reset = p.Expect(TcpFlags.Rst, 100);
        Assert.Equal(0, reset.Length);
        Assert.Equal(TcpState.SynSent, connection.State);
    }

    // RFC 9293 figure 8.
    [Fact]
    public void Both_sides_may_open_at_once()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.BeginConnect();
        p.Expect(TcpFlags.Syn, 0);
        p.Inject(TcpFlags.Syn, 0, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Assert.Equal(TcpState.SynReceived, connection.State);
        p.Inject(TcpFlags.Syn | TcpFlags.Ack, 0, 1, options: ScriptedPeer.Mss(1460));
        Assert.Equal(TcpState.Established, connection.State);
        Assert.Equal(1, events.Connected);
        p.Skip();
        p.Send(connection, 5);
        p.Expect(TcpFlags.Ack | TcpFlags.Psh, 1, 1, 5);
    }

    // RFC 6298 5.5 for the passive side; Linux's tcp_synack_retries of 5.
    [Fact]
    public void A_SYN_ACK_is_sent_five_times_more_and_then_forgotten()
    {
        using var p = new ScriptedPeer();
        TcpListener? listener = null;
        p.Do(() => listener = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out _));
        p.Inject(TcpFlags.Syn, 0, options: ScriptedPeer.Mss(1460));
        var first = p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Assert.Equal(1, listener!.SynQueueLength);
        p.Run(62_000);
        foreach (double at in new[] { 1.0, 3, 7, 15, 31 })
        {
            Assert.Equal(at, (p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1).Time - first.Time).TotalSeconds, 3);
        }

        p.ExpectNothing();
        p.Run(2_000);
        Assert.Equal(0, listener.SynQueueLength);
        Assert.Equal(0, p.Tcp.FlowCount);
    }

    // RFC 9293 3.10.7.4: the peer did not get our SYN-ACK.
    [Fact]
    public void A_repeated_SYN_gets_the_same_SYN_ACK()
    {
        using var p = new ScriptedPeer();
        p.Do(() => p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out _));
        p.Inject(TcpFlags.Syn, 0, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        p.Inject(TcpFlags.Syn, 0, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        p.ExpectNothing();
    }

    // RFC 6528 3: a new number for every incarnation, not guessable from another pair of endpoints.
    [Fact]
    public void Initial_sequence_numbers_differ_by_endpoint_and_advance_with_time()
    {
        var secret = new FlowSecret(new RandomStream(1, "x"));
        var a = new InetEndpoint(ScriptedPeer.Local, 1000);
        var b = new InetEndpoint(ScriptedPeer.Peer, 80);
        uint first = secret.InitialSequence(a, b, Instant.Zero);
        Assert.Equal(first + 15_625, secret.InitialSequence(a, b, new Instant(1_000_000)));
        Assert.NotEqual(first, secret.InitialSequence(a with { Port = 1001 }, b, Instant.Zero));
        Assert.NotEqual(first, new FlowSecret(new RandomStream(2, "x")).InitialSequence(a, b, Instant.Zero));
    }

    // RFC 9293 3.10.1: no route, no SYN.
    [Fact]
    public void Connecting_without_a_route_fails_at_once()
    {
        using var p = new ScriptedPeer();
        p.Do(() =>
        {
            var connection = p.Tcp.CreateConnection();
            Assert.Equal(SocketError.NetworkUnreachable, connection.Connect(default, new InetEndpoint(InetAddress.Parse("203.0.113.1"), 80)));
        });
        p.ExpectNothing();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_hosts_connect_over_either_family(bool ipv6)
    {
        using var net = new TwoHosts();
        var listener = net.Listen(80);
        var (connection, events) = net.Connect(80, ipv6);
        net.Run(Duration.FromSeconds(1));
        Assert.Equal(1, events.Connected);
        Assert.Equal(1, listener.AcceptQueueLength);
        Assert.Equal(TcpState.Established, connection.State);
    }
}
