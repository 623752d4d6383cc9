using Catenet.Core;
using Catenet.Wire.Capture;
using Catenet.Wire.Link;

namespace Catenet.Wire.Tests;

public class PcapngTests
{
    [Fact]
    public void A_section_header_is_written_octet_for_octet()
    {
        using var stream = new MemoryStream();
        _ = new PcapngWriter(stream, default, "app");
        Assert.Equal("0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0300 61707000 0000 0000 28000000".Replace(" ", ""), Hex.Of(stream.ToArray()));
    }

    [Fact]
    public void Interface_and_packet_are_written_octet_for_octet()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream, DateTimeOffset.UnixEpoch.AddSeconds(1));
        int start = (int)stream.Length;
        Assert.Equal(0, writer.AddInterface("eth0"));
        Assert.Equal("01000000 28000000 0100 0000 00000000 0200 0400 65746830 0900 0100 09000000 00000000 28000000".Replace(" ", ""), Hex.Of(stream.ToArray().AsSpan(start)));

        start = (int)stream.Length;
        writer.WritePacket(0, new Instant(5), [1, 2, 3, 4, 5], 100, PacketDirection.Outbound, 0, "hi");
        // 1 s + 5 ns = 0x3b9aca05 ns.
        Assert.Equal(("06000000 3c000000 00000000 00000000 05ca9a3b 05000000 64000000 0102030405000000 " +
            "0100 0200 68690000 0200 0400 02000000 0000 0000 3c000000").Replace(" ", ""), Hex.Of(stream.ToArray().AsSpan(start)));
    }

    [Fact]
    public void Secrets_and_names_are_written_octet_for_octet()
    {
        using var stream = new MemoryStream();
        var writer = new PcapngWriter(stream);
        int start = (int)stream.Length;
        writer.WriteTlsSecrets("abc\n");
        Assert.Equal("0a000000 18000000 4b534c54 04000000 6162630a 18000000".Replace(" ", ""), Hex.Of(stream.ToArray().AsSpan(start)));
        start = (int)stream.Length;
        writer.WriteNames([(InetAddress.Parse("10.0.0.1"), "bob")]);
        Assert.Equal("04000000 1c000000 0100 0800 0a000001 626f6200 00000000 1c000000".Replace(" ", ""), Hex.Of(stream.ToArray().AsSpan(start)));
    }

    [Fact]
    public void Equal_calls_give_equal_files()
    {
        static byte[] Write()
        {
            using var stream = new MemoryStream();
            var writer = new PcapngWriter(stream, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), comment: "seed 42");
            int id = writer.AddInterface("alice.eth0", LinkType.Ethernet, "home", Frames.AliceMac, 1_000_000_000, 65535);
            foreach (var (name, frame) in Frames.All())
            {
                writer.WritePacket(id, new Instant(frame.Length), frame, comment: name, packetId: 3);
            }

            return stream.ToArray();
        }

        Assert.Equal(Write(), Write());
    }

    [Fact]
    public void A_packet_of_an_interface_not_described_is_the_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PcapngWriter(Stream.Null).WritePacket(0, default, [1]));

    [Fact]
    public void Writing_packets_allocates_nothing_once_the_block_has_grown()
    {
        var writer = new PcapngWriter(Stream.Null);
        writer.AddInterface("eth0");
        byte[] frame = new byte[1514];
        writer.WritePacket(0, default, frame);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            writer.WritePacket(0, new Instant(i), frame, direction: PacketDirection.Inbound, packetId: 7);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
