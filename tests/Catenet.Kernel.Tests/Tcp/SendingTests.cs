using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Sending data: RFC 9293 3.7.4, 3.8.6; RFC 6928; RFC 5681 3.1.</summary>
public class SendingTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    // RFC 6928: ten segments; RFC 5681 3.1: each acknowledged segment makes room for two.
    [Fact]
    public void Ten_segments_go_at_first_then_slow_start_doubles()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000), window: 65535);
        p.Send(connection, 60_000);
        for (uint i = 0; i < 10; i++)
        {
            p.Expect(TcpFlags.Ack, 1 + i * 1000, 1, 1000);
        }

        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 5001);
        for (uint i = 10; i < 20; i++)
        {
            p.Expect(TcpFlags.Ack, 1 + i * 1000, 1, 1000);
        }

        p.ExpectNothing();
        Assert.Equal(15, connection.GetInfo().SendCwnd);
    }

    // RFC 9293 3.9.1.2: PSH on the last segment of what the user gave.
    [Fact]
    public void The_last_segment_of_a_write_is_pushed()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        p.Send(connection, 2500);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.Expect(TcpFlags.Ack, 1001, 1, 1000);
        Assert.Equal(ScriptedPeer.Pattern(2000, 500).Length, p.Expect(Data, 2001, 1, 500).Payload.Length);
    }

    // RFC 9293 3.7.4 in Minshall's variant: one small segment may be on its way.
    [Fact]
    public void Nagle_holds_a_second_small_segment_until_the_first_is_acknowledged()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Send(connection, 10);
        p.Expect(Data, 1, 1, 10);
        p.Send(connection, 20);
        p.Send(connection, 30);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 11);
        p.Expect(Data, 11, 1, 50);
    }

    [Fact]
    public void A_small_segment_may_follow_full_ones()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        p.Send(connection, 1000);
        p.Expect(Data, 1, 1, 1000);
        p.Send(connection, 10);
        p.Expect(Data, 1001, 1, 10);
    }

    [Fact]
    public void No_delay_sends_every_write_at_once()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(configure: o => o with { NoDelay = true });
        p.Send(connection, 10);
        p.Send(connection, 20);
        p.Expect(Data, 1, 1, 10);
        p.Expect(Data, 11, 1, 20);
    }

    [Fact]
    public void Cork_holds_partial_segments_until_it_is_pulled()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000), configure: o => o with { Cork = true });
        p.Send(connection, 600);
        p.ExpectNothing();
        p.Send(connection, 600);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.ExpectNothing();
        p.Do(() =>
        {
            connection.Options = connection.Options with { Cork = false };
            connection.ApplyOptions();
        });
        p.Expect(Data, 1001, 1, 200);
    }

    // RFC 9293 3.9.1.2: SEND's PUSH, for what was given before.
    [Fact]
    public void Push_on_demand_sends_what_waits_for_more()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Do(() => Assert.Equal(100, connection.Send(new byte[100], SendFlags.More, out _)));
        p.ExpectNothing();
        p.Do(connection.Push);
        p.Expect(Data, 1, 1, 100);
        p.Do(() => connection.Send(new byte[50], SendFlags.More, out _));
        p.ExpectNothing();
    }

    // send(2), MSG_EOR: the end of a record is the end of a segment, also when it was held back.
    [Fact]
    public void Records_never_share_a_segment()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Send(connection, 10);
        p.Expect(Data, 1, 1, 10);
        p.Do(() =>
        {
            connection.Send(new byte[20], SendFlags.EndOfRecord, out _);
            connection.Send(new byte[30], SendFlags.None, out _);
        });
        p.Expect(Data, 11, 1, 20);
        p.ExpectNothing();
        p.Inject(TcpFlags.Ack, 1, 31);
        p.Expect(Data, 31, 1, 30);
    }

    // Linux's accounting: a buffer costs 832 octets beside its own.
    [Fact]
    public void Memory_of_what_is_written_is_charged_until_it_is_acknowledged()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        p.Send(connection, 100);
        Assert.Equal(932, connection.SendMemory);
        p.Send(connection, 1500);
        Assert.Equal(1600 + (3 * 832), connection.SendMemory); // Nagle's algorithm has cut the short end off
        p.Inject(TcpFlags.Ack, 1, 101);
        Assert.Equal(1500 + (2 * 832), connection.SendMemory);
        p.Inject(TcpFlags.Ack, 1, 1601);
        Assert.Equal(0, connection.SendMemory);
        p.Skip();
    }

    // TCP_NOTSENT_LOWAT: what waits for its first transmission is bounded, and half of the bound wakes.
    [Fact]
    public void Too_much_unsent_is_not_writable()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000), configure: o => o with { NotSentLowWater = 4000 });
        p.Send(connection, 13_000);
        Assert.Equal(3000, connection.GetInfo().NotSent);
        p.Do(() => Assert.False(connection.PollWritable()));
        p.Inject(TcpFlags.Ack, 1, 2001);
        p.Do(() => Assert.True(connection.PollWritable()));
        p.Skip();
    }

    // Who asks is told of every transmission and of the ACK.
    [Fact]
    public void Transmissions_and_acknowledgments_are_told()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        var told = new Told();
        connection.Transmissions = told;
        p.Send(connection, 1500);
        p.Inject(TcpFlags.Ack, 1, 1001);
        p.Run(1000);
        p.Do(connection.Abort);
        Assert.Equal(["written 1..1501", "sent 1..1001", "sent 1001..1501", "acked 1001", "sent 1001..1501"], told.Lines.Take(5));
        Assert.Equal("released", told.Lines[^1]);
        p.Skip();
    }

    // RFC 9293 3.8.6.1: the persist timer, doubling; the probe must be answered by the peer.
    [Fact]
    public void A_closed_window_is_probed_ever_more_slowly()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(window: 2000, options: ScriptedPeer.Mss(1000));
        p.Send(connection, 2500);
        p.Expect(TcpFlags.Ack, 1, 1, 1000);
        p.Expect(TcpFlags.Ack, 1001, 1, 1000);
        p.Inject(TcpFlags.Ack, 1, 2001, window: 0);
        p.ExpectNothing();
        var begin = p.Loop.Now;
        double[] at = [0.2, 0.6, 1.4, 3.0];
        foreach (double time in at)
        {
            while (p.PendingOut == 0 && (p.Loop.Now - begin).TotalSeconds < time + 0.1)
            {
                p.Run(1);
            }

            var probe = p.Expect(TcpFlags.Ack, 2000, 1, 0);
            Assert.Equal(time, (probe.Time - begin).TotalSeconds, 2);
            p.Inject(TcpFlags.Ack, 1, 2001, window: 0);
        }

        p.Inject(TcpFlags.Ack, 1, 2001, window: 5000);
        p.Expect(Data, 2001, 1, 500);
        Assert.Equal(TcpState.Established, connection.State);
    }

    // RFC 9293 3.8.6.2.1: no silly small segments into a small opening; the timer sends one in the end.
    [Fact]
    public void A_sliver_of_window_is_not_filled_at_once()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(window: 8000, options: ScriptedPeer.Mss(1000));
        p.Send(connection, 8000 + 3000);
        for (uint i = 0; i < 8; i++)
        {
            p.Expect(TcpFlags.Ack, 1 + i * 1000, 1, 1000);
        }

        p.Inject(TcpFlags.Ack, 1, 8001, window: 300);
        p.ExpectNothing();
        p.Run(250);
        p.Expect(Data, 8001, 1, 300);
    }

    // RFC 9293 3.10.7.4: SND.WL1 and SND.WL2 keep an old segment from changing the window.
    [Fact]
    public void An_old_segment_does_not_shrink_the_window()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(window: 20_000, options: ScriptedPeer.Mss(1000));
        p.Inject(TcpFlags.Ack, 1, 1, 100, window: 20_000);
        p.Inject(TcpFlags.Ack, 101, 1, 100, window: 30_000);
        p.Skip();
        p.Inject(TcpFlags.Ack, 101, 1, 0, window: 5);
        Assert.Equal(30_000u, connection.GetInfo().SendWindow);
        p.Skip();
    }

    [Fact]
    public void A_full_send_buffer_blocks_and_acknowledgments_make_it_writable()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect(options: ScriptedPeer.Mss(1000), configure: o => o with { SendBuffer = 5000 });

        // The peer's window lets one buffer take more than the send buffer; another may not be begun.
        Assert.Equal(8000, p.Send(connection, 8000));
        Assert.True(connection.SendMemory > 8000);
        Assert.Equal(0, p.Send(connection, 10));
        Assert.Equal(0, events.Writable);
        p.Inject(TcpFlags.Ack, 1, 4001);
        Assert.Equal(0, events.Writable);
        p.Inject(TcpFlags.Ack, 1, 6001);
        Assert.Equal(1, events.Writable);
        Assert.InRange(connection.SendRoom, 1000, 3000);
        p.Skip();
    }

    // RFC 5681 4.1: cwnd falls back after idleness.
    [Fact]
    public void After_idleness_the_window_begins_anew()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1000));
        uint acked = 1;
        for (int i = 0; i < 3; i++)
        {
            p.Send(connection, 40_000);
            while (p.PendingOut > 0)
            {
                acked = p.Next().Seq + 1000;
                p.Inject(TcpFlags.Ack, 1, acked);
            }
        }

        Assert.True(connection.GetInfo().SendCwnd > 20);
        p.Run(60_000);
        p.Send(connection, 40_000);
        Assert.Equal(10, p.PendingOut);
        p.Skip();
    }

    // RFC 6691, RFC 9293 3.7.1: the peer's MSS less our options.
    [Fact]
    public void Timestamps_take_their_room_from_the_segment()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Timestamped(1, mss: 1000), drain: false);
        p.Skip();
        p.Send(connection, 2000);
        p.Expect(TcpFlags.Ack, 1, 1, 988);
        p.Skip();
    }

    // RFC 1191 6.4, RFC 8201: a narrower path found by ICMP: smaller segments, sent again at once.
    [Fact]
    public void A_narrower_path_makes_smaller_segments_and_sends_again()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.Mss(1460));
        p.Send(connection, 2920);
        p.Expect(TcpFlags.Ack, 1, 1, 1460);
        p.Expect(Data, 1461, 1, 1460);
        p.TellPathMtu(1000);
        p.Expect(TcpFlags.Ack, 1, 1, 960);
        p.Expect(TcpFlags.Ack, 961, 1, 960); // what left as one is cut anew as one
        p.Expect(TcpFlags.Ack, 1921, 1, 960);
        p.Expect(Data, 2881, 1, 40);
        Assert.Equal(1000, connection.GetInfo().PathMtu);
    }

    private sealed class Told : ITransmissionEvents
    {
        public List<string> Lines { get; } = [];

        public void OnWritten(uint begin, uint end, bool isAll) => Lines.Add($"written {begin}..{end}");

        public void OnTransmitted(uint begin, uint end) => Lines.Add($"sent {begin}..{end}");

        public void OnAcknowledged(uint position) => Lines.Add($"acked {position}");

        public void OnReleased() => Lines.Add("released");
    }
}
