using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Loss and its repair: RFC 6298, RFC 5681 3.2, RFC 6582, RFC 6675, RFC 8985, RFC 6937, RFC 5682, RFC 3522.</summary>
public class RecoveryTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    // RFC 6298 5.4 to 5.6.
    [Fact]
    public void The_timeout_doubles_with_every_retransmission()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Send(connection, 100);
        var first = p.Expect(Data, 1, 1, 100);
        double[] at = [0.2, 0.6, 1.4, 3.0, 6.2];
        p.Run(6_500);
        foreach (double time in at)
        {
            Assert.Equal(time, (p.Expect(Data, 1, 1, 100).Time - first.Time).TotalSeconds, 3);
        }

        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 101);
        p.Run(60_000);
        p.ExpectNothing();
        Assert.Equal(TcpState.Established, connection.State);
    }

    // RFC 6438: the flow label chooses among paths. Linux's sk_rethink_txhash.
    [Fact]
    public void A_timeout_has_packets_carry_another_flow_label()
    {
        using var net = new TwoHosts();
        var labels = new List<uint>();
        net.Wire.AtoB.LosesFrame = frame =>
        {
            bool isTcp = IPv6View.TryParse(frame.ToArray().AsSpan(EthernetView.Size), out var ip) && ip.NextHeader == IpProtocol.Tcp;
            if (isTcp)
            {
                labels.Add(ip.FlowLabel);
            }

            return isTcp;
        };
        net.Connect(80, ipv6: true);
        net.Run(Duration.FromSeconds(4)); // the SYN goes out again each second
        Assert.InRange(labels.Count, 4, 5);
        Assert.Equal(labels.Count, labels.Distinct().Count());
        Assert.DoesNotContain(0u, labels);
    }

    // RFC 9293 3.8.3 R2; Linux's tcp_retries2 of 15 is 924.6 s.
    [Fact]
    public void A_peer_that_never_answers_is_given_up_after_fifteen_minutes()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Send(connection, 100);
        p.Run(900_000);
        Assert.Equal(0, events.Closed);
        p.Run(200_000);
        Assert.Equal(SocketError.TimedOut, events.ClosedWith);
        p.Skip();
    }

    // RFC 9293 3.9.1 SEND's user timeout; TCP_USER_TIMEOUT.
    [Fact]
    public void The_user_timeout_ends_the_wait_earlier()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect(configure: o => o with { UserTimeout = Duration.FromSeconds(5) });
        p.Send(connection, 100);
        p.Run(4_500);
        Assert.Equal(0, events.Closed);
        p.Run(2_000);
        Assert.Equal(SocketError.TimedOut, events.ClosedWith);
        p.Skip();
    }

    // RFC 8985, RFC 6675 5: three sacked segments above a gap.
    [Fact]
    public void Three_sacked_segments_send_the_missing_one_again()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: true);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 2001)]);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 3001)]);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 4001)]);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.ExpectNothing();
        Assert.Equal(3, connection.GetInfo().CongestionState);
        Assert.Equal(3, connection.GetInfo().Sacked);
        p.Inject(TcpFlags.Ack, 1, 10_001);
        Assert.Equal(0, connection.GetInfo().CongestionState);
        Assert.Equal(8, connection.GetInfo().SendCwnd); // CUBIC's 0.7 of ten, and one of growth for the seven delivered at its end
    }

    // RFC 5681 3.2, RFC 6582 3.2: without SACK, the third duplicate; a partial acknowledgment sends the next hole.
    [Fact]
    public void Three_duplicates_and_partial_acknowledgments_repair_without_SACK()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: false);
        p.Inject(TcpFlags.Ack, 1, 1);
        p.Inject(TcpFlags.Ack, 1, 1);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 1);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.Inject(TcpFlags.Ack, 1, 4001);
        p.Expect(TcpFlags.Ack, 4001, 1, 1000);
        p.Inject(TcpFlags.Ack, 1, 10_001);
        Assert.Equal(0, connection.GetInfo().Unacked);
        p.ExpectNothing();
    }

    // RFC 3042, RFC 6675: the first duplicates let new data out.
    [Fact]
    public void The_first_sacks_let_new_data_out()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: true);
        p.Send(connection, 3000);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 2001)]);
        p.Expect(TcpFlags.Ack, 10_001, 1, 1000);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 3001)]);
        p.Expect(TcpFlags.Ack, 11_001, 1, 1000);
        p.ExpectNothing();
    }

    // RFC 6937: in recovery, what is sent follows what is delivered.
    [Fact]
    public void Recovery_sends_in_proportion_to_what_is_delivered()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: true);
        p.Send(connection, 20_000);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(3001, 7001)]); // three lost, four arrived
        int sent = p.PendingOut;
        Assert.InRange(sent, 1, 4);
        Assert.Equal(1u, p.Next().Seq);
        p.Skip();
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(3001, 9001)]);
        Assert.InRange(p.PendingOut, 1, 3);
        p.Skip();
    }

    // RFC 8985 7: the tail is probed after two round trips, long before the timeout.
    [Fact]
    public void A_lost_tail_is_probed()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: [.. ScriptedPeer.Mss(1000), 1, 1, 4, 2]);
        p.Send(connection, 10);
        p.Expect(Data, 1, 1, 10);
        p.Run(30);
        p.Inject(TcpFlags.Ack, 1, 11); // a round-trip time of 30 ms (smoothed with the handshake's)
        p.Send(connection, 2000);
        var first = p.Expect(TcpFlags.Ack, 11, 1, 1000);
        p.Expect(Data, 1011, 1, 1000);
        p.Run(100);
        var probe = p.Expect(Data, 1011, 1, 1000);
        Assert.InRange((probe.Time - first.Time).TotalMilliseconds, 1, 100);
        p.ExpectNothing();
    }

    // RFC 5682: the originals' ACKs after a timeout show that it was too early.
    [Fact]
    public void A_spurious_timeout_is_undone()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Timestamped(1, mss: 1012), drain: false);
        p.Skip();
        p.UseTimestamps = true;
        p.Send(connection, 5000);
        Assert.Equal(5, p.PendingOut);
        uint original = p.LastTimestamp;
        p.Skip();
        p.Run(1000); // probe and timeout
        Assert.True(p.PendingOut > 0);
        p.Skip();
        Assert.Equal(4, connection.GetInfo().CongestionState);
        p.Inject(TcpFlags.Ack, 1, 1001, echo: original);
        Assert.Equal(0, connection.GetInfo().CongestionState);
        Assert.True(connection.GetInfo().SendCwnd >= 10);
        p.Inject(TcpFlags.Ack, 1, 5001, echo: original);
        p.Run(5000);
        p.ExpectNothing();
    }

    // RFC 2018 8: the data receiver may renege; the sender must not rely on what was sacked.
    [Fact]
    public void Sacked_data_that_is_never_acknowledged_is_sent_again()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: true);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1001, 10_001)]);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.Inject(TcpFlags.Ack, 1, 1001); // the repair arrived, but what was sacked is gone
        p.Skip();
        p.Run(2000);
        Assert.True(p.PendingOut > 0);
        Assert.Equal(1001u, p.Next().Seq);
        p.Skip();
        Assert.Equal(0, connection.GetInfo().Sacked);
    }

    // RFC 5961 5.2 and common sense: SACK blocks that cannot be are ignored.
    [Fact]
    public void Nonsensical_SACK_blocks_are_ignored()
    {
        using var p = new ScriptedPeer();
        var connection = BeginFlight(p, sack: true);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(50_001, 60_001)]);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(3001, 2001)]);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(0x8000_0000, 0x9000_0000)]);
        Assert.Equal(0, connection.GetInfo().Sacked);
        p.ExpectNothing();
    }

    // RFC 6298 3, Karn: the ACK of a retransmitted segment says nothing about the round trip; RFC 6298 5.7: back-off stays.
    [Fact]
    public void A_retransmitted_segment_gives_no_round_trip_sample()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Send(connection, 100);
        p.Run(700);
        var before = connection.GetInfo();
        p.Inject(TcpFlags.Ack, 1, 101);
        Assert.Equal(before.Rtt, connection.GetInfo().Rtt);
        Assert.Equal(before.Rto, connection.GetInfo().Rto);
        p.Skip();
    }

    private static TcpConnection BeginFlight(ScriptedPeer p, bool sack)
    {
        byte[] options = sack ? ScriptedPeer.SackOptions(1000) : ScriptedPeer.Mss(1000);
        var connection = p.Accept(options: options, rtt: 20);
        p.Send(connection, 10_000);
        for (uint i = 0; i < 10; i++)
        {
            p.Expect(i == 9 ? Data : TcpFlags.Ack, 1 + i * 1000, 1, 1000);
        }

        p.Run(10);
        return connection;
    }
}
