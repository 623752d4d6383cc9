using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Linux's tcp_mem: what the sockets of a host take together, and what they are refused. Linux has it for the whole machine, so it cannot judge here.</summary>
public class HostMemoryTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    /// <summary>One segment of 1000 octets: 2304 octets of memory, a page.</summary>
    private const int Segment = 1000;

    [Fact]
    public void What_all_sockets_take_is_counted_in_pages_and_given_back()
    {
        using var p = new ScriptedPeer();
        var first = p.Accept();
        p.Inject(Data, 1, 1, Segment);
        Assert.Equal(1, p.Tcp.MemoryPages);
        p.Send(first, Segment); // 1832 octets more
        Assert.Equal(2, p.Tcp.MemoryPages);
        p.Skip();
        var second = Another(p);
        p.Inject(Data, 1, 1, Segment, port: 8081);
        Assert.Equal(3, p.Tcp.MemoryPages);
        p.Read(second);
        Assert.Equal(2, p.Tcp.MemoryPages);
        p.Do(first.Abort);
        Assert.Equal(0, p.Tcp.MemoryPages);
        Assert.Equal((0, 0), (first.ForwardMemory, second.ForwardMemory));
        p.Skip();
    }

    // What nobody will read any more is given back, though the connection lives on.
    [Fact]
    public void A_closed_connection_keeps_what_it_has_to_send_and_no_more()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Send(connection, 4 * Segment);
        int pages = p.Tcp.MemoryPages;
        p.Do(connection.Close);
        Assert.InRange(p.Tcp.MemoryPages, pages, pages + 1);
        p.LocalIssOf(ScriptedPeer.PeerPort);
        p.Inject(TcpFlags.Ack, 1, 1 + 4 * Segment + 1);
        Assert.Equal(0, p.Tcp.MemoryPages);
        p.Skip();
    }

    [Fact]
    public void Pressure_begins_past_the_second_number_and_ends_below_the_first()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(2, 3, 100);
        var connection = p.Accept();
        Fill(p, 5); // 11520 octets, three pages
        Assert.False(p.Tcp.IsUnderMemoryPressure);
        Fill(p, 3, from: 5);
        Assert.True(p.Tcp.IsUnderMemoryPressure);
        Assert.Equal(1, p.Tcp.Counters.MemoryPressures);
        p.Run(250);
        p.Read(connection, 4 * Segment); // three pages are left
        Assert.True(p.Tcp.IsUnderMemoryPressure);
        p.Read(connection, 3 * Segment); // and now one
        Assert.False(p.Tcp.IsUnderMemoryPressure);
        Assert.Equal(1, p.Tcp.Counters.MemoryPressures);
        Assert.Equal(Duration.FromMilliseconds(250), p.Tcp.Counters.MemoryPressureTime);
        p.Skip();
    }

    // Linux's __tcp_select_window: also where too little comes to let the window grow.
    [Theory]
    [InlineData(0, 5840), InlineData(1000, 0)]
    public void Under_pressure_a_buffer_that_fills_is_announced_no_further(int low, int threshold)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(low, 1000, 2000);
        var connection = p.Accept(configure: o => o with { ReceiveBuffer = 32_000 });
        if (low == 0)
        {
            p.Tcp.Settings.Memory = new MemoryLimits(0, 0, 2000);
        }

        int before = connection.GetInfo().ReceiveSsthresh;
        for (int i = 0; i < 25; i++)
        {
            p.Inject(Data, 1 + (uint)(i * 100), 1, 100);
        }

        Assert.Equal(threshold != 0 ? threshold : before, connection.GetInfo().ReceiveSsthresh);
        p.Skip();
    }

    // Linux's "average": who has more than his share of the third number is refused, who has less is not.
    [Fact]
    public void Under_pressure_only_those_with_less_than_their_share_get_more()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(2, 3, 8);
        p.Accept();
        var other = Another(p);
        Fill(p, 5); // three pages of the four that are half of eight less one
        Fill(p, 1, from: 5); // a fourth would be as much as the share
        Assert.Equal(1, p.Tcp.Counters.ReceiveQueueDrops);
        Assert.Equal(3, p.Tcp.MemoryPages);
        p.Skip();
        p.LocalIssOf(8081);
        Fill(p, 5, port: 8081);
        Assert.Equal(5 * Segment, other.Available);
        Assert.Equal(6, p.Tcp.MemoryPages);
        p.Skip();
    }

    // tcp_rmem[0]: so much is never refused below the third number.
    [Theory]
    [InlineData(4096, 1), InlineData(8192, 0)]
    public void Under_pressure_the_least_buffer_is_granted(int least, int refused)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(0, 0, 3);
        p.Tcp.Settings.LeastReceiveBuffer = least;
        p.Accept();
        Another(p);
        Fill(p, 4); // before the third page is asked for 6912 octets are taken
        Assert.Equal(refused, p.Tcp.Counters.ReceiveQueueDrops);
        Assert.Equal(3 - refused, p.Tcp.MemoryPages);
        p.Skip();
    }

    // Linux's tcp_prune_ofo_queue: what lies ahead of a gap goes for what fills it.
    [Fact]
    public void Past_the_third_number_what_lies_ahead_of_a_gap_is_given_up_for_the_gap()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(3, 3, 3);
        var connection = p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data, 1, 1, Segment);
        p.Inject(Data, 1 + (3 * Segment), 1, Segment);
        p.Inject(Data, 1 + (5 * Segment), 1, Segment);
        p.Inject(Data, 1 + (7 * Segment), 1, Segment);
        p.Inject(Data, 1 + (9 * Segment), 1, Segment);
        Assert.Equal(3, p.Tcp.MemoryPages);
        p.Inject(Data, 1 + (11 * Segment), 1, Segment); // nothing lies further ahead: it is refused itself
        Assert.Equal((1, 0), (p.Tcp.Counters.OutOfOrderDrops, p.Tcp.Counters.OutOfOrderPruned));
        p.Inject(Data, 1 + Segment, 1, Segment);
        Assert.Equal(1, p.Tcp.Counters.OutOfOrderPruned);
        Assert.Equal(2 * Segment, connection.Available);
        Assert.InRange(p.Tcp.MemoryPages, 2, 3);
        Assert.True(p.Tcp.Counters.PruneCalls > 0);
        p.Skip();
    }

    // The same goes on as long as there is pressure, and no longer.
    [Fact]
    public void What_lies_ahead_of_a_gap_is_given_up_until_the_pressure_ends()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(4, 4, 4);
        var connection = p.Accept(options: ScriptedPeer.SackOptions());
        p.Inject(Data, 1, 1, Segment);
        for (uint i = 3; i <= 13; i += 2)
        {
            p.Inject(Data, 1 + (i * Segment), 1, Segment);
        }

        Assert.Equal((4, 6), (p.Tcp.MemoryPages, connection.Reassembly!.RunCount));
        p.Inject(Data, 1 + Segment, 1, Segment); // one run less and there would be room, two less and there are three pages
        Assert.Equal(2 * Segment, connection.Available);
        Assert.Equal(4, connection.Reassembly!.RunCount);
        p.Skip();
    }

    // Linux's tcp_clamp_window: crumbs that take more than the buffer make it larger, but not under pressure.
    [Theory]
    [InlineData(0, false), InlineData(1000, true)]
    public void Receive_buffers_grow_only_below_the_first_number(int low, bool grows)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.ReceiveBuffer = 8192;
        p.Tcp.Settings.Memory = new MemoryLimits(low, 1000, 2000);
        var connection = p.Accept();
        for (int i = 0; i < 30; i++)
        {
            p.Inject(Data, 1 + (uint)(i * 100), 1, 100);
        }

        Assert.Equal(grows, connection.ReceiveBuffer > 8192);
        p.Skip();
    }

    [Fact]
    public void A_send_that_is_refused_waits_for_acknowledgments()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(1, 1, 2);
        var (connection, events) = p.Connect(configure: o => o with { SendBuffer = 100_000 }); // it is the user's and does not shrink
        Assert.Equal(4 * Segment, p.Send(connection, 4 * Segment));
        Assert.Equal(2, p.Tcp.MemoryPages);
        p.Skip();
        int taken = p.Send(connection, 8 * Segment);
        Assert.InRange(taken, 1, 4096); // as much as the two pages still hold
        Assert.Equal(2, p.Tcp.MemoryPages);
        Assert.Equal(0, p.Send(connection, 1));
        Assert.Equal(0, events.Writable);
        p.Skip();
        p.Inject(TcpFlags.Ack, 1, 1 + 4 * Segment + (uint)taken);
        Assert.Equal(1, events.Writable);
        Assert.Equal(Segment, p.Send(connection, Segment));
        p.Skip();
    }

    // Linux's tcp_stream_alloc_skb: tcp_wmem[0] is for what is in buffers, not for another buffer.
    [Fact]
    public void Past_the_third_number_only_the_first_buffer_is_granted_whatever_happens()
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(0, 0, 1);
        var (connection, _) = p.Connect(configure: o => o with { SendBuffer = 100_000, NoDelay = true });
        p.Inject(Data, 1, 1, Segment); // 2304 octets of the page
        Assert.Equal(900, p.Send(connection, 900));
        Assert.Equal(1, p.Tcp.MemoryPages);
        Assert.Equal(0, p.Send(connection, 100));
        Assert.Equal(1, p.Tcp.MemoryPages);
        p.Skip();
    }

    // The pages hold just what it takes to begin a buffer and nothing to put into it (Linux's tcp_remove_empty_skb).
    [Fact]
    public void A_buffer_for_which_there_is_nothing_but_itself_is_taken_back()
    {
        const int Pages = 8192, Buffer = 832;
        int length = 6 * Segment;
        for (int i = 0; i < 2; i++)
        {
            using var p = new ScriptedPeer();
            p.Tcp.Settings.Memory = new MemoryLimits(0, 0, 2);
            var (connection, _) = p.Connect(configure: o => o with { SendBuffer = 100_000, NoDelay = true });
            Assert.Equal(length, p.Send(connection, length));
            int left = Pages - connection.SendMemory;
            Assert.Equal(i == 0, p.Send(connection, 1) == 1);
            Assert.InRange(connection.SendMemory, Pages - left, Pages);
            p.Skip();
            p.Inject(TcpFlags.Ack, 1, connection.AcknowledgedPosition + (uint)connection.Unacknowledged);
            Assert.Equal((0, 0), (connection.SendMemory, p.Tcp.MemoryPages));
            p.ExpectNothing();
            length += left - Buffer;
        }
    }

    // Linux's tcp_should_expand_sndbuf.
    [Theory]
    [InlineData(1000, false), InlineData(0, true)]
    public void Send_buffers_grow_only_below_the_first_number(int low, bool pressed)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Memory = new MemoryLimits(low, 2000, 3000);
        var (connection, events) = p.Connect();
        int before = connection.SendBufferSize;
        events.WhenWritable = c => c.Send(new byte[1 << 20], out _);
        p.Send(connection, 1 << 20);
        for (int i = 0; i < 20; i++)
        {
            uint end = 0;
            while (p.PendingOut > 0)
            {
                var s = p.Next();
                end = s.Seq + (uint)s.Length;
            }

            p.Inject(TcpFlags.Ack, 1, end);
        }

        Assert.Equal(pressed, connection.SendBufferSize == before);
        p.Skip();
    }

    // Linux's tcp_out_of_memory in tcp_probe_timer.
    [Fact]
    public void An_orphan_that_probes_a_closed_window_is_ended_past_the_third_number()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(window: 1000);
        p.Send(connection, 6 * Segment);
        p.Inject(TcpFlags.Ack, 1, 1 + Segment, window: 0);
        p.Do(connection.Close);
        p.Skip();
        p.Tcp.Settings.Memory = new MemoryLimits(0, 0, 0);
        p.Run(300);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack);
        Assert.Equal(1, p.Tcp.Counters.AbortsOnMemory);
        Assert.Equal(TcpState.Closed, connection.State);
        p.ExpectNothing();
    }

    private static void Fill(ScriptedPeer p, int segments, int from = 0, ushort port = ScriptedPeer.PeerPort)
    {
        p.LocalIssOf(port);
        for (int i = from; i < from + segments; i++)
        {
            p.Inject(Data, 1 + (uint)(i * Segment), 1, Segment, port: port);
        }
    }

    /// <summary>A second connection, from another port of the peer's.</summary>
    private static TcpConnection Another(ScriptedPeer p)
    {
        Catenet.Kernel.Tcp.TcpListener? listener = null;
        TcpConnection? connection = null;
        p.Do(() => listener = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, p.LocalPort), 5, out _));
        p.Inject(TcpFlags.Syn, 0, options: ScriptedPeer.Mss(1460), port: 8081);
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1, 0);
        p.Inject(TcpFlags.Ack, 1, 1, port: 8081);
        p.Do(() =>
        {
            connection = listener!.Accept();
            listener.Close();
        });
        return connection!;
    }
}
