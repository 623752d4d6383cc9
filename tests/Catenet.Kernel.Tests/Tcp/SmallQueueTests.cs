using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>What waits in the host itself: Linux's TCP small queues (tcp_small_queue_check) and autocorking (tcp_should_autocork).</summary>
public class SmallQueueTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;
    private const int Mss = 1460;

    // A hundred milliseconds of round trip: a millisecond of the pace is less than two packets.
    [Fact]
    public void A_connection_in_front_of_a_busy_device_has_little_in_its_queue()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(rtt: 100);
        p.Busy = true;
        Assert.Equal(10 * Mss, p.Send(connection, 10 * Mss));
        int waiting = p.Device.Queue.Count;
        Assert.InRange(waiting, 2, 5); // a frame more is in the driver's hands
        for (int i = 0; i < 10; i++)
        {
            p.Let(1);
            Assert.InRange(p.Device.Queue.Count, 0, waiting);
        }

        Assert.Equal(10, p.PendingOut); // one by one it has sent its whole window
        p.Skip();
        p.Inject(TcpFlags.Ack, 1, 1 + 10 * Mss);
        p.Busy = false;
    }

    [Theory]
    [InlineData(4_194_304, 100, 5)] // three pieces of two packets, of which one is in the driver's hands
    [InlineData(4_194_304, 0.01, 9)] // the pace of a short path takes all
    [InlineData(1, 100, 1)] // a piece that has left in part is waited for
    public void The_pace_and_a_limit_say_how_much_may_wait(int limit, double rtt, int waiting)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.LimitOutput = limit;
        var connection = p.Accept(rtt: rtt);
        p.Busy = true;
        p.Send(connection, 10 * Mss);
        Assert.Equal(waiting, p.Device.Queue.Count);
        p.Busy = false;
        p.Do(p.Device.OnTransmitReady);
        Assert.Equal(10, p.PendingOut);
        p.Skip();
    }

    // Linux's tcp_gso_segment: the last one of what was cut has the sender.
    [Fact]
    public void A_packet_that_is_cut_has_left_when_its_last_segment_has()
    {
        using var p = new ScriptedPeer();
        p.Device.Features |= DeviceFeatures.GenericSegmentation;
        var connection = p.Accept(rtt: 0.01);
        p.Busy = true;
        p.Send(connection, 10 * Mss);
        const int Half = (5 * Mss) + 832; // of the window leaves at once
        Assert.Equal(2 * Half, connection.Leaving);
        p.Let(3);
        Assert.Equal(2 * Half, connection.Leaving);
        p.Let(1);
        Assert.Equal(Half, connection.Leaving);
        p.Let(5);
        Assert.Equal(0, connection.Leaving);
        p.Let(1);
        Assert.Equal(10, p.PendingOut);
        p.Skip();
        p.Busy = false;
    }

    // Linux's tcp_xmit_retransmit_queue: of what is sent again twice as much may wait.
    [Theory]
    [InlineData(-1, 2), InlineData(0, 0)]
    public void Retransmissions_wait_too_and_go_when_something_has_left(int beyond, int sent)
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(options: ScriptedPeer.SackOptions(), rtt: 100);
        p.Send(connection, 10 * Mss);
        p.Skip();
        int leaving = 2 * 2 * (Mss + 832) + beyond;
        p.Do(() => connection.Leaving = leaving);
        p.Inject(TcpFlags.Ack, 1, 1, sack: [(1 + 2 * Mss, 1 + 10 * Mss)]);
        Assert.Equal(sent, p.PendingOut);
        p.Do(() => ((IPacketSender)connection).OnLeft(leaving));
        Assert.InRange(p.PendingOut, 1, 2);
        Assert.Equal(1u, p.Next().Seq);
        p.Skip();
    }

    [Fact]
    public void What_is_dropped_has_left()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(rtt: 100);
        p.Busy = true;
        p.Send(connection, 10 * Mss);
        p.Do(p.Device.TakeDown);
        Assert.Equal(0, connection.Leaving);
        p.Busy = false;
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Small_writes_wait_for_those_before_them_to_leave(bool autocorking)
    {
        using var p = new ScriptedPeer();
        p.Tcp.Settings.Autocorking = autocorking;
        var connection = p.Accept(configure: o => o with { NoDelay = true }, rtt: 100);
        p.Busy = true;
        p.Send(connection, 100); // in the driver's hands: it has left
        p.Send(connection, 100); // waits in the queue
        Assert.Equal(1, p.Device.Queue.Count);
        p.Send(connection, 50); // costs less than what waits
        Assert.Equal(autocorking ? 1 : 2, p.Device.Queue.Count);
        p.Send(connection, 30);
        Assert.Equal(autocorking ? 1 : 0, p.Tcp.Counters.AutoCorks);
        p.Let(4);
        p.Expect(Data, 1, length: 100);
        p.Expect(Data, 101, length: 100);
        p.Expect(Data, 201, length: autocorking ? 80 : 50);
        p.Let(1);
        if (!autocorking)
        {
            p.Expect(Data, 251, length: 30);
        }

        p.ExpectNothing();
        p.Busy = false;
    }

    // More than waits in the queue is held back by nothing.
    [Fact]
    public void A_write_that_is_larger_than_what_waits_goes()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept(configure: o => o with { NoDelay = true }, rtt: 100);
        p.Busy = true;
        p.Send(connection, 100);
        p.Send(connection, 100);
        p.Send(connection, 101);
        Assert.Equal(2, p.Device.Queue.Count);
        Assert.Equal(0, p.Tcp.Counters.AutoCorks);
        p.Busy = false;
        p.Do(p.Device.OnTransmitReady);
        p.Skip();
    }
}
