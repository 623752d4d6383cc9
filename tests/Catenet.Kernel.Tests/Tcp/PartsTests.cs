using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>The parts of TCP by themselves, against simple models.</summary>
public class PartsTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(8192)]
    public void Ring_bits_find_the_next_member(int capacity)
    {
        var random = new RandomStream(1, "bits");
        var bits = new RingBits(capacity);
        var model = new bool[capacity];
        for (int i = 0; i < 20_000; i++)
        {
            int slot = random.Next(capacity);
            bool add = random.Next(10_000) > i / 2;
            (add ? (Action<int>)bits.Add : bits.Remove)(slot);
            model[slot] = add;
            int from = random.Next(capacity);
            Assert.Equal(Array.IndexOf(model, true, from), bits.NextMember(from));
            int free = Array.IndexOf(model, false, from);
            int found = bits.NextNonMember(from);
            Assert.Equal(free, found >= capacity ? -1 : found);
        }
    }

    // RFC 6675 3: the scoreboard's counts and order, against lists.
    [Fact]
    public void The_sent_queue_agrees_with_a_model()
    {
        var random = new RandomStream(2, "sent");
        var pool = new SentRingPool();
        var queue = default(SentQueue);
        var model = new List<(uint Seq, bool Sacked, bool Lost, bool Again)>();
        uint next = 0xFFFF_F000;
        for (int i = 0; i < 50_000; i++)
        {
            var now = new Instant(i);
            int what = random.Next(10);
            int at = model.Count > 0 ? random.Next(model.Count) : 0;
            uint id = queue.Head + (uint)at;
            if (what < 4 && model.Count < 500)
            {
                queue.Add(pool, new SeqNumber(next), new SeqNumber(next + 10), SentFlags.None, now);
                model.Add((next, false, false, false));
                next += 10;
            }
            else if (model.Count == 0)
            {
                continue;
            }
            else if (what < 6)
            {
                queue.RemoveHead(pool);
                model.RemoveAt(0);
            }
            else if (what == 6 && !model[at].Sacked)
            {
                queue.MarkSacked(id);
                model[at] = (model[at].Seq, true, false, false);
            }
            else if (what == 7 && !model[at].Sacked)
            {
                queue.MarkLost(id);
                model[at] = (model[at].Seq, false, true, false);
            }
            else if (what == 8 && model[at].Lost && !model[at].Again)
            {
                queue.MarkRetransmitted(id, now);
                model[at] = (model[at].Seq, false, true, true);
            }

            Assert.Equal(model.Count, queue.Count);
            Assert.Equal(model.Count(m => m.Sacked), queue.SackedOut);
            Assert.Equal(model.Count(m => m.Lost), queue.LostOut);
            Assert.Equal(model.Count(m => m.Again), queue.RetransOut);
            if (model.Count > 0)
            {
                int from = random.Next(model.Count);
                int unsacked = model.FindIndex(from, m => !m.Sacked);
                int again = model.FindIndex(from, m => m.Lost && !m.Again);
                Assert.Equal(unsacked < 0 ? queue.Tail : queue.Head + (uint)unsacked, queue.NextUnsacked(queue.Head + (uint)from));
                Assert.Equal(again < 0 ? queue.Tail : queue.Head + (uint)again, queue.NextToRetransmit(queue.Head + (uint)from));
                Assert.Equal(queue.Head + (uint)from, queue.FindFrom(new SeqNumber(model[from].Seq - 5)));
            }
        }
    }

    // RFC 9293 3.10.7.4 seventh: whatever the order and overlap, the octets come out once and right.
    [Fact]
    public void Reassembly_agrees_with_a_model()
    {
        var loop = new EventLoop();
        var random = loop.Random("reassembly");
        for (int round = 0; round < 200; round++)
        {
            var queue = new ReassemblyQueue();
            const int Size = 2000;
            var begin = new SeqNumber(0xFFFF_FE00);
            var have = new bool[Size];
            for (int i = 0; i < 60; i++)
            {
                int from = random.Next(1, Size - 1);
                int length = random.Next(1, Math.Min(200, Size - from) + 1);
                var packet = loop.Packets.Rent(ScriptedPeer.Pattern(from, length));
                bool expectNew = have.AsSpan(from, length).Contains(false);
                bool isNew = queue.Insert(packet, begin + from, begin + from + length, out var run);
                Assert.Equal(expectNew, isNew);
                Assert.True(run.Left <= begin + from && run.Right >= begin + from + length);
                if (!isNew)
                {
                    packet.Release();
                }

                have.AsSpan(from, length).Fill(true);
                Assert.Equal(have.Count(h => h), queue.Octets);
            }

            var all = loop.Packets.Rent(ScriptedPeer.Pattern(0, 1));
            all.Release();
            int position = 0;
            while (queue.RunCount > 0)
            {
                position = Array.IndexOf(have, true, position);
                Assert.True(queue.TryTake(begin + position, out var packets, out var end));
                while (packets.TryDequeue(out var packet))
                {
                    Assert.Equal(ScriptedPeer.Pattern(position, packet.Length), packet.ToArray());
                    position += packet.Length;
                    packet.Release();
                }

                Assert.Equal(begin + position, end);
            }
        }

        loop.Packets.AssertNoLeaks();
    }

    [Fact]
    public void The_send_buffer_gives_back_what_was_written()
    {
        var loop = new EventLoop();
        var random = loop.Random("send");
        var buffer = new SendBuffer();
        int written = 0;
        int discarded = 0;
        for (int i = 0; i < 2000; i++)
        {
            int length = random.Next(20_000);
            buffer.Append(ScriptedPeer.Pattern(written, length), loop.Packets);
            written += length;
            int offset = random.Next(buffer.Length + 1);
            int part = random.Next(Math.Min(3000, buffer.Length - offset) + 1);
            var packet = loop.Packets.Rent(100);
            buffer.AddTo(packet, offset, part);
            Assert.Equal(ScriptedPeer.Pattern(discarded + offset, part), packet.ToArray());
            packet.Release();
            int drop = random.Next(Math.Min(25_000, buffer.Length) + 1);
            buffer.Discard(drop);
            discarded += drop;
        }

        buffer.Clear();
        loop.Packets.AssertNoLeaks();
    }

    // RFC 6298 2.2, 2.3, with Linux's floor of 200 ms on the variance.
    [Fact]
    public void The_timeout_follows_the_round_trip_and_its_variance()
    {
        var rtt = default(RttEstimator);
        rtt.Reset(Duration.FromSeconds(1));
        Assert.Equal(Duration.FromSeconds(1), rtt.Rto);
        var (low, high) = (Duration.FromMilliseconds(200), Duration.FromSeconds(120));
        rtt.AddSample(100_000, default, default, low, high);
        Assert.Equal(300, rtt.Rto.TotalMilliseconds, 3);
        rtt.AddSample(900_000, new SeqNumber(1), new SeqNumber(2), low, high);
        Assert.Equal(200, rtt.Smoothed.TotalMilliseconds, 3);
        Assert.True(rtt.Rto > Duration.FromMilliseconds(1000));
        for (int i = 0; i < 200; i++)
        {
            rtt.AddSample(50_000, new SeqNumber((uint)i + 10), new SeqNumber((uint)i + 10), low, high);
        }

        Assert.Equal(251, rtt.Rto.TotalMilliseconds); // whole milliseconds, rounded up
        rtt.BackOff(high);
        rtt.BackOff(high);
        Assert.Equal(1004, rtt.Rto.TotalMilliseconds);
        rtt.RevertBackoff(Duration.FromSeconds(1), high); // RFC 6069
        Assert.Equal(502, rtt.Rto.TotalMilliseconds);
    }

    // Linux's arithmetic in whole microseconds (RFC 6298 2.3): SRTT in eighths, the deviation in quarters.
    [Fact]
    public void The_round_trip_is_smoothed_in_whole_microseconds()
    {
        var rtt = default(RttEstimator);
        rtt.Reset(Duration.FromSeconds(1));
        var (low, high) = (Duration.FromMilliseconds(200), Duration.FromSeconds(120));
        rtt.AddSample(100_000, default, default, low, high);
        Assert.Equal((100_000_000, 50_000_000), (rtt.Smoothed.Nanoseconds, rtt.Variance.Nanoseconds));
        rtt.AddSample(110_001, default, default, low, high); // 100000 + 10001/8; 50000 + (10001 - 50000)/4
        Assert.Equal((101_250_125, 40_000_000), (rtt.Smoothed.Nanoseconds, rtt.Variance.Nanoseconds));
    }

    // Linux's tcp_min_rtt_wlen: the least of a sliding window, the best of its later parts next in line.
    [Fact]
    public void The_least_round_trip_is_that_of_a_sliding_window()
    {
        var least = default(RunningMinimum);
        var window = Duration.FromSeconds(300);
        (int At, uint Value, uint Expected)[] samples =
        [
            (0, 100, 100), (10, 200, 100), (100, 150, 100), (200, 180, 100), (299, 300, 100), (301, 300, 150), (399, 300, 150),
            (401, 300, 180), (420, 90, 90), (1000, 500, 500),
        ];
        foreach (var (at, value, expected) in samples)
        {
            least.Add(value, Instant.Zero + Duration.FromSeconds(at), window);
            Assert.Equal(expected, least.Value);
        }
    }
}
