namespace Catenet.Core.Tests.Buffers;

public sealed class PacketBufferTests : IDisposable
{
    private readonly EventLoop _loop = new();

    public void Dispose() => _loop.Packets.AssertNoLeaks();

    private static byte[] Bytes(int count, int first = 0) => [.. Enumerable.Range(first, count).Select(i => (byte)i)];

    private PacketBuffer Sliced(params int[] lengths)
    {
        var packet = _loop.Packets.Rent(Bytes(lengths[0]));
        int next = lengths[0];
        foreach (int length in lengths.Skip(1))
        {
            var block = _loop.Packets.RentBlock(length + 3);
            Bytes(length, next).CopyTo(block.Bytes, 3);
            packet.AppendSlice(block, 3, length);
            block.Release();
            next += length;
        }

        return packet;
    }

    [Fact]
    public void Headers_pushed_on_the_way_down_are_pulled_on_the_way_up()
    {
        var packet = _loop.Packets.Rent("data"u8);
        packet.MarkTransportHeader();
        "net."u8.CopyTo(packet.Push(4));
        packet.MarkNetworkHeader();
        "link"u8.CopyTo(packet.Push(4));
        packet.MarkLinkHeader();
        Assert.Equal("linknet.data"u8.ToArray(), packet.ToArray());
        packet.Pull(8);
        Assert.Equal("data"u8.ToArray(), packet.ToArray());
        Assert.Equal("net.data"u8.ToArray(), packet.From(packet.NetworkOffset).ToArray());
        packet.Release();
    }

    [Fact]
    public void Pushing_past_the_headroom_keeps_bytes_and_header_offsets()
    {
        var packet = _loop.Packets.Rent("data"u8, headroom: 2);
        packet.MarkTransportHeader();
        packet.Push(40).Fill(1);
        Assert.Equal(44, packet.Length);
        Assert.Equal("data"u8.ToArray(), packet.From(packet.TransportOffset).ToArray());
        packet.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(17)]
    [InlineData(30)]
    [InlineData(36)]
    public void Pulling_goes_on_into_the_slices(int count)
    {
        var packet = Sliced(10, 7, 19);
        packet.Pull(count);
        Assert.Equal(Bytes(36)[count..], packet.ToArray());
        packet.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(17)]
    [InlineData(36)]
    public void Trimming_drops_slices_from_the_end(int count)
    {
        var packet = Sliced(10, 7, 19);
        packet.TrimTo(count);
        Assert.Equal(Bytes(36)[..count], packet.ToArray());
        packet.Release();
    }

    [Fact]
    public void Linearizing_gathers_all_octets()
    {
        var packet = Sliced(10, 7, 300, 5000);
        byte[] before = packet.ToArray();
        Assert.Equal(before, packet.Linearize().ToArray());
        Assert.True(packet.IsLinear);
        packet.Release();
    }

    [Fact]
    public void Copies_out_any_part()
    {
        var packet = Sliced(10, 7, 19);
        var part = new byte[9];
        for (int offset = 0; offset <= 36; offset++)
        {
            int copied = packet.CopyTo(offset, part);
            Assert.Equal(Bytes(36)[offset..Math.Min(36, offset + 9)], part[..copied]);
        }

        packet.Release();
    }

    [Fact]
    public void The_sum_over_slices_of_odd_lengths_is_that_of_the_whole()
    {
        var packet = Sliced(11, 7, 19, 1, 200);
        for (int offset = 0; offset <= 11; offset++)
        {
            Assert.Equal(InternetChecksum.Compute(packet.ToArray().AsSpan(offset)), InternetChecksum.Finish(packet.Sum(offset, 0)));
        }

        packet.Release();
    }

    [Fact]
    public void Writing_to_a_clone_leaves_the_original_alone()
    {
        var packet = Sliced(10, 7);
        packet.Mark = 42;
        var clone = packet.Clone();
        Assert.Equal(packet.Id, clone.Id);
        Assert.Equal(42u, clone.Mark);
        clone.EnsureWritable();
        clone.Span[0] = 99;
        clone.Push(4).Fill(7);
        Assert.Equal(Bytes(17), packet.ToArray());
        packet.Release();
        Assert.Equal(99, clone.Span[4]);
        clone.Release();
    }

    [Fact]
    public void Pushing_onto_a_clone_does_not_write_into_the_shared_headroom()
    {
        var packet = _loop.Packets.Rent("data"u8);
        var clone = packet.Clone();
        "AAAA"u8.CopyTo(packet.Push(4));
        "BBBB"u8.CopyTo(clone.Push(4));
        Assert.Equal("AAAAdata"u8.ToArray(), packet.ToArray());
        Assert.Equal("BBBBdata"u8.ToArray(), clone.ToArray());
        packet.Release();
        clone.Release();
    }

    [Fact]
    public void One_packet_appended_to_another_shares_its_octets()
    {
        var packet = Sliced(10, 7);
        var tail = _loop.Packets.Rent(Bytes(5, 17));
        packet.AppendPacket(tail);
        tail.Release();
        Assert.Equal(Bytes(22), packet.ToArray());
        packet.Release();
    }

    [Fact]
    public void A_packet_that_is_not_released_is_reported()
    {
        var packet = _loop.Packets.Rent("leak"u8);
        var error = Assert.Throws<InvalidOperationException>(_loop.Packets.AssertNoLeaks);
        Assert.Contains("1 packets and 1 blocks", error.Message, StringComparison.Ordinal);
        packet.Release();
    }

    [Fact]
    public void Releasing_twice_is_reported()
    {
        var packet = _loop.Packets.Rent("twice"u8);
        packet.Release();
        Assert.Throws<InvalidOperationException>(packet.Release);
    }

    [Fact]
    public void A_reused_packet_remembers_nothing()
    {
        var packet = Sliced(10, 7);
        packet.Mark = 1;
        packet.VlanTag = 5;
        packet.Conntrack = this;
        packet.MarkNetworkHeader();
        ulong id = packet.Id;
        packet.Release();
        var again = _loop.Packets.Rent(10);
        Assert.Same(packet, again);
        Assert.NotEqual(id, again.Id);
        Assert.Equal((0u, -1, null, -1, 0), (again.Mark, again.VlanTag, again.Conntrack, again.NetworkOffset, again.Length));
        again.Release();
    }

    [Fact]
    public void Packets_in_steady_use_allocate_nothing()
    {
        var block = _loop.Packets.RentBlock(32 * 1024);
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5000; i++)
            {
                var packet = _loop.Packets.Rent(60);
                packet.Append(20);
                packet.AppendSlice(block, i, 1448);
                packet.Push(14);
                packet.Release();
            }

            if (round == 1)
            {
                // DEBUG builds keep a set of leases, which is warm by the second round too.
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }

        block.Release();
    }

    [Fact]
    public void A_queue_gives_packets_back_in_order()
    {
        var queue = default(PacketQueue);
        for (int i = 1; i <= 5; i++)
        {
            queue.Enqueue(_loop.Packets.Rent(new byte[i]));
        }

        Assert.Equal((5, 15L), (queue.Count, queue.Octets));
        Assert.True(queue.TryDequeue(out var first));
        queue.EnqueueFirst(first);
        for (int i = 1; i <= 4; i++)
        {
            Assert.True(queue.TryDequeue(out var packet));
            Assert.Equal(i, packet.Length);
            packet.Release();
        }

        queue.Clear();
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, queue.Octets);
    }
}
