using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Segments that do not belong: RFC 5961, RFC 9293 3.10.7.1 and 3.10.7.4.</summary>
public class AttackTests
{
    private const TcpFlags Data = TcpFlags.Ack | TcpFlags.Psh;

    [Fact]
    public void A_reset_in_answer_to_data_that_crossed_the_peer_s_FIN_is_taken()
    {
        using var p = new ScriptedPeer();
        var (connection, events) = p.Connect();
        p.Inject(TcpFlags.Fin | TcpFlags.Ack, 1, 1);
        p.Run(300);
        p.Expect(TcpFlags.Ack, 1, 2);
        Assert.Equal(TcpState.CloseWait, connection.State);
        p.Inject(TcpFlags.Rst, 1);
        Assert.Equal(TcpState.Closed, connection.State);
        Assert.Equal(SocketError.Shutdown, events.ClosedWith);
        p.ExpectNothing();
    }

    [Fact]
    public void A_reset_before_the_window_is_not_taken_while_the_peer_still_sends()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect();
        p.Inject(TcpFlags.Rst, 0);
        Assert.Equal(TcpState.Established, connection.State);
        p.ExpectNothing();
        p.Do(connection.Abort);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, 1, 1);
    }

    // RFC 5961 3.2.
    [Fact]
    public void A_reset_in_the_window_but_not_at_its_edge_is_challenged()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(TcpFlags.Rst, 100);
        p.Expect(TcpFlags.Ack, 1, 1);
        Assert.Equal(TcpState.Established, connection.State);
        p.Inject(TcpFlags.Rst, 1);
        Assert.Equal(TcpState.Closed, connection.State);
    }

    [Fact]
    public void A_reset_outside_the_window_is_ignored()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(TcpFlags.Rst, 1_000_000);
        p.ExpectNothing();
        Assert.Equal(TcpState.Established, connection.State);
    }

    // RFC 5961 4.2.
    [Fact]
    public void A_SYN_on_a_living_connection_is_challenged()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(TcpFlags.Syn, 50);
        p.Expect(TcpFlags.Ack, 1, 1);
        p.Run(1000);
        p.Inject(TcpFlags.Syn, 5_000_000);
        p.Expect(TcpFlags.Ack, 1, 1);
        Assert.Equal(TcpState.Established, connection.State);
    }

    // RFC 5961 5.2 and 7: challenges are rare.
    [Fact]
    public void Challenges_are_limited_to_one_in_half_a_second()
    {
        using var p = new ScriptedPeer();
        p.Accept();
        for (int i = 0; i < 100; i++)
        {
            p.Inject(TcpFlags.Rst, 100);
        }

        Assert.Equal(1, p.PendingOut);
        p.Skip();
        p.Run(600);
        p.Inject(TcpFlags.Rst, 100);
        p.Expect(TcpFlags.Ack, 1, 1);
    }

    // RFC 5961 5.2: SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT.
    [Fact]
    public void Data_with_an_impossible_acknowledgment_is_not_taken()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(Data, 1, 1000, 100);
        p.Expect(TcpFlags.Ack, 1, 1);
        p.Run(1000);
        p.Inject(Data, 1, length: 100, rawAck: p.LocalIss - 200_000);
        p.Expect(TcpFlags.Ack, 1, 1);
        Assert.Equal(0, connection.Available);
        Assert.Equal(2, p.Host.Drops[DropReason.TcpInvalidAck]);
    }

    [Fact]
    public void A_segment_without_ACK_is_dropped()
    {
        using var p = new ScriptedPeer();
        var connection = p.Accept();
        p.Inject(TcpFlags.None, 1, length: 100);
        p.ExpectNothing();
        Assert.Equal(0, connection.Available);
        Assert.Equal(1, p.Host.Drops[DropReason.TcpFlags]);
    }

    // RFC 9293 3.10.7.1: the two forms of a reset from nowhere, and none for a reset.
    [Fact]
    public void A_segment_for_nobody_is_answered_with_a_reset_it_will_believe()
    {
        using var p = new ScriptedPeer();
        p.LocalPort = 9;
        p.Inject(TcpFlags.Syn, 0);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, ack: 1);
        p.Inject(Data, 50, 77, 10);
        p.Expect(TcpFlags.Rst, 77);
        p.Inject(TcpFlags.Rst, 60);
        p.ExpectNothing();
        Assert.Equal(3, p.Host.Drops[DropReason.NoSocket]);
    }

    [Fact]
    public void Segments_cut_short_are_dropped()
    {
        using var p = new ScriptedPeer();
        p.Accept();
        p.InjectRaw([1, 2, 3]);
        p.InjectRaw(new byte[20]); // data offset zero
        p.ExpectNothing();
        Assert.Equal(1, p.Host.Drops[DropReason.PacketTooSmall]);
        Assert.Equal(1, p.Host.Drops[DropReason.TcpHeader]);
    }

    // RFC 5961 7; that the limit is left to chance: CVE-2016-5696. Zero is no limit for Linux either.
    [Fact]
    public void How_many_challenges_a_second_has_is_left_to_chance()
    {
        using var p = new ScriptedPeer();
        p.Host.Settings.Tcp.ChallengeAckLimit = 10;
        p.Host.Settings.Tcp.InvalidRateLimit = Duration.Zero;
        p.Accept();
        var counts = Enumerable.Range(0, 60).Select(_ => ChallengesInASecond(p)).ToList();
        Assert.All(counts, n => Assert.InRange(n, 5, 14));
        Assert.Equal(10, counts.Distinct().Count());
        p.Host.Settings.Tcp.ChallengeAckLimit = 0;
        Assert.Equal(20, ChallengesInASecond(p));
    }

    // No exception, no leak, no growth, whatever comes.
    [Fact]
    public void A_connection_survives_random_segments()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            using var p = new ScriptedPeer(seed);
            var random = p.Loop.Random("attack");
            var connection = p.Accept(options: seed % 2 == 0 ? ScriptedPeer.Timestamped(1) : ScriptedPeer.SackOptions(), drain: false);
            p.UseTimestamps = seed % 2 == 0;
            p.Send(connection, 50_000);
            for (int i = 0; i < 500; i++)
            {
                var flags = (TcpFlags)random.Next(0x200) & ~(random.Next(20) == 0 ? 0 : TcpFlags.Rst);
                p.Inject(flags, (uint)random.Next(-2000, 70_000), (uint)random.Next(-2000, 30_000), random.Next(1400), random.Next(65536),
                    timestamp: p.UseTimestamps ? (uint)random.Next(3000) : null,
                    sack: random.Next(2) == 0 ? null : [((uint)random.Next(60_000), (uint)random.Next(60_000)), ((uint)random.Next(60_000), (uint)random.Next(60_000))]);
                p.Skip();
                if (random.Next(10) == 0)
                {
                    p.Read(connection, random.Next(20_000));
                    p.Run(random.Next(1000));
                }
            }

            p.Run(5_000);
        }
    }

    private static int ChallengesInASecond(ScriptedPeer p)
    {
        p.Run(1_000);
        for (int i = 0; i < 20; i++)
        {
            p.Inject(TcpFlags.Rst, 100);
        }

        int challenges = p.PendingOut;
        p.Skip();
        return challenges;
    }
}
