using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Receiving data: RFC 9293 3.10.7.4 seventh, 3.8.6.3; RFC 5681 4.2; RFC 2018; RFC 2883.</summary>
public class ReceivingTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    [Fact]
    public void Data_in_sequence_is_delivered_and_acknowledged()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(Data, 1, 1, 100);
        p.Expect(TcpFlags.Ack, 1, 101, 0);
        Assert.Equal(ScriptedPeer.Pattern(0, 100), p.Read(connection));
        p.ExpectNothing();
    }

    // Linux's quick ACKs at the start of a flow, so that the peer's slow start is not held up.
    [Fact]
    public void The_first_segments_are_acknowledged_at_once()
    {
        using var p = new ScriptedPeer();
        p.Accept();
        for (uint i = 0; i < 5; i++)
        {
            p.Inject(TcpFlags.Ack, 1 + i * 1000, 1, 1000);
            p.Expect(TcpFlags.Ack, 1, 1001 + i * 1000);
        }
    }

    // RFC 9293 3.8.6.3, RFC 5681 4.2: a lone segment's ACK may wait, here for something to carry it.
    [Fact]
    public void In_a_dialogue_the_ACK_of_a_lone_segment_waits_forty_milliseconds()
    {
        using var p = new ScriptedPeer();
        BeginDialogue(p);
        p.Inject(Data, 101, 101, 100);
        p.ExpectNothing();
        p.Run(39);
        p.ExpectNothing();
        p.Run(2);
        p.Expect(TcpFlags.Ack, 101, 201);
    }

    [Fact]
    public void The_answer_carries_the_ACK()
    {
        using var p = new ScriptedPeer();
        var connection = BeginDialogue(p);
        p.Inject(Data, 101, 101, 100);
        p.Run(10);
        p.Send(connection, 50);
        p.Expect(Data, 101, 201, 50);
        p.Run(100);
        p.ExpectNothing();
    }

    // RFC 5681 4.2: an ACK for at least every second full-sized segment.
    [Fact]
    public void Every_second_full_segment_is_acknowledged_at_once()
    {
        using var p = new ScriptedPeer();
        BeginDialogue(p);
        p.Inject(TcpFlags.Ack, 101, 101, 1460);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1561, 101, 1460);
        p.Expect(TcpFlags.Ack, 101, 3021);
        p.ExpectNothing();
    }

    // RFC 5681 4.2, RFC 2018 4: a duplicate ACK at once, the latest block first.
    [Fact]
    public void Data_ahead_of_a_gap_is_reported_by_SACK_latest_first()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data, 101, 1, 100);
        Assert.Equal([(101u, 201u)], p.Expect(TcpFlags.Ack, 1, 1).Sack);
        p.Inject(Data, 301, 1, 100);
        Assert.Equal([(301u, 401u), (101u, 201u)], p.Expect(TcpFlags.Ack, 1, 1).Sack);
        p.Inject(Data, 201, 1, 100);
        Assert.Equal([(101u, 401u)], p.Expect(TcpFlags.Ack, 1, 1).Sack);
        Assert.Equal(0, connection.Available);
        p.Inject(Data, 1, 1, 100);
        Assert.Empty(p.Expect(TcpFlags.Ack, 1, 401).Sack);
        Assert.Equal(ScriptedPeer.Pattern(0, 400), p.Read(connection));
    }

    // RFC 2883 4.1: octets that came twice are reported once, in the first block.
    [Fact]
    public void A_duplicate_is_reported_by_DSACK()
    {
        using var p = new ScriptedPeer();
        p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data, 1, 1, 100);
        p.Expect(TcpFlags.Ack, 1, 101);
        p.Inject(Data, 1, 1, 100);
        Assert.Equal([(1u, 101u)], p.Expect(TcpFlags.Ack, 1, 101).Sack);
        p.Inject(Data, 101, 1, 100);
        Assert.Empty(p.Expect(TcpFlags.Ack, 1, 201).Sack);
    }

    [Fact]
    public void Overlapping_segments_are_cut_to_what_is_new()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data, 201, 1, 100);
        p.Inject(Data, 151, 1, 100);
        p.Inject(Data, 251, 1, 150);
        p.Inject(Data, 1, 1, 180);
        p.Skip();
        Assert.Equal(ScriptedPeer.Pattern(0, 400), p.Read(connection));
    }

    // RFC 9293 3.8.6: what lies beyond the window is not taken.
    [Fact]
    public void Data_beyond_the_window_is_dropped_and_answered()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(configure: o => o with { ReceiveBuffer = 8192 });
        for (uint i = 0; i < 6; i++)
        {
            p.Inject(TcpFlags.Ack, 1 + i * 1400, 1, 1400);
        }

        p.Skip();
        int held = connection.Available;
        Assert.InRange(held, 2800, 5600); // of the buffer of 8192 octets each packet takes 2304
        p.Inject(TcpFlags.Ack, (uint)held + 1, 1, 1400);
        p.Expect(TcpFlags.Ack, 1, (uint)held + 1, 0);
        Assert.Equal(held, connection.Available);
        Assert.True(p.Host.Drops[DropReason.TcpInvalidSequence] > 0);
    }

    // RFC 9293 3.8.6.2.2: the window opens again by a worthwhile amount, not by crumbs.
    [Fact]
    public void A_closed_window_reopens_in_one_step_when_the_reader_has_read_enough()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(configure: o => o with { ReceiveBuffer = 16384 });
        for (uint i = 0; i < 8; i++)
        {
            p.Inject(TcpFlags.Ack, 1 + i * 1024, 1, 1024);
        }

        p.Skip();
        p.Read(connection, 100);
        p.ExpectNothing();
        p.Read(connection, 500);
        p.ExpectNothing();
        p.Read(connection, 4000);
        Assert.True(p.Expect(TcpFlags.Ack, 1).Window >= 1460);
    }

    [Fact]
    public void A_damaged_segment_is_dropped_unanswered()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(Data, 1, 1, 100, damage: true);
        p.ExpectNothing();
        Assert.Equal(0, connection.Available);
        Assert.Equal(1, p.Host.Drops[DropReason.TcpChecksum]);
    }

    // RFC 7323 5: PAWS.
    [Fact]
    public void An_older_timestamp_marks_an_old_duplicate()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Timestamped(1000), drain: false);
        p.UseTimestamps = true;
        p.Inject(Data, 1, 1, 100, timestamp: 2000);
        p.Expect(TcpFlags.Ack, 1, 101);
        p.Inject(Data, 101, 1, 100, timestamp: 1998); // a single tick does not count, as in Linux
        p.Expect(TcpFlags.Ack, 1, 101);
        Assert.Equal(100, connection.Available);
        Assert.Equal(1, p.Host.Drops[DropReason.TcpPaws]);
        p.Inject(Data, 101, 1, 100, timestamp: 2000);
        Assert.Equal(200, connection.Available);
        p.Skip();
    }

    // RFC 7323 5.5: after 24 days of silence any timestamp is believed.
    [Fact]
    public void After_24_days_of_silence_an_older_timestamp_is_believed()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Timestamped(1000), drain: false);
        p.UseTimestamps = true;
        p.Inject(Data, 1, 1, 100, timestamp: 2000);
        p.Skip();
        p.Run(25.0 * 24 * 3600 * 1000);
        p.Inject(Data, 101, 1, 100, timestamp: 1500);
        Assert.Equal(200, connection.Available);
        p.Skip();
    }

    // Crumbs must not pin a packet each.
    [Fact]
    public void Thousands_of_one_octet_segments_take_little_memory()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        for (uint i = 0; i < 5000; i++)
        {
            p.Inject(Data, 1 + i, 1, 1);
        }

        p.Skip();
        Assert.Equal(5000, connection.Available);
        Assert.True(p.Loop.Packets.PacketsOut < 100, $"{p.Loop.Packets.PacketsOut} packets held");
        Assert.Equal(ScriptedPeer.Pattern(0, 5000).Length, p.Read(connection).Length);
    }

    [Fact]
    public void The_end_of_data_reads_as_zero_octets()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(Data | TcpFlags.Fin, 1, 1, 10);
        p.ExpectNothing(); // our own FIN most often follows at once
        p.Run(40);
        p.Expect(TcpFlags.Ack, 1, 12);
        var buffer = new byte[100];
        p.Do(() =>
        {
            Assert.Equal(10, connection.Receive(buffer, out _));
            Assert.Equal(0, connection.Receive(buffer, out var error));
            Assert.Equal(SocketError.Success, error);
        });
    }

    // RFC 9293 3.10.7.4 eighth: a FIN counts when everything before it has come.
    [Fact]
    public void A_FIN_ahead_of_a_gap_counts_once_the_gap_is_filled()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data | TcpFlags.Fin, 101, 1, 100);
        p.Expect(TcpFlags.Ack, 1, 1);
        Assert.False(connection.IsPeerDone);
        p.Inject(Data, 1, 1, 100);
        p.Expect(TcpFlags.Ack, 1, 202);
        Assert.True(connection.IsPeerDone);
        Assert.Equal(TcpState.CloseWait, connection.State);
    }

    private static TcpConnection BeginDialogue(ScriptedPeer p)
    {
        var connection = p.Accept();
        p.Inject(Data, 1, 1, 100);
        p.Skip();
        p.Send(connection, 100);
        p.Expect(Data, 1, 101, 100);
        p.Inject(TcpFlags.Ack, 101, 101);
        return connection;
    }
}
