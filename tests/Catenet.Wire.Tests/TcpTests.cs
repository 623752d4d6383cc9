using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

public class TcpTests
{
    [Fact]
    public void A_SYN_with_the_options_that_Linux_sends_is_written_and_read()
    {
        byte[] segment = new byte[60];
        var options = new TcpOptionsWriter(segment.AsSpan(20));
        Assert.True(options.AddMaximumSegmentSize(1460));
        Assert.True(options.AddSackPermittedAndTimestamps(0x01020304, 0));
        Assert.True(options.AddWindowScale(7));
        Assert.Equal(20, options.Length);
        TcpView.Write(segment, 49152, 443, new SeqNumber(0x11223344), default, TcpFlags.Syn, 64240, 20 + options.Length);
        Assert.Equal("c000 01bb 11223344 00000000 a002 faf0 0000 0000 020405b4 0402080a 01020304 00000000 01030307".Replace(" ", ""), Hex.Of(segment.AsSpan(0, 40)));

        Assert.True(TcpView.TryParse(segment.AsSpan(0, 40), out var tcp));
        Assert.Equal((49152, 443), (tcp.SourcePort, tcp.DestinationPort));
        Assert.Equal(0xC00001BB, tcp.Ports);
        Assert.Equal(new SeqNumber(0x11223344), tcp.Sequence);
        Assert.Equal(TcpFlags.Syn, tcp.Flags);
        Assert.Equal(64240, tcp.Window);
        Assert.Equal(40, tcp.HeaderLength);
        Assert.True(tcp.Payload.IsEmpty);
        Assert.True(TcpOptions.TryParse(tcp.Options, out var parsed));
        Assert.Equal(TcpOptionSet.MaximumSegmentSize | TcpOptionSet.SackPermitted | TcpOptionSet.Timestamps | TcpOptionSet.WindowScale, parsed.Present);
        Assert.Equal((1460, 7, 0x01020304u), (parsed.MaximumSegmentSize, parsed.WindowScale, parsed.TimestampValue));
    }

    [Fact]
    public void Every_control_bit_has_its_place()
    {
        byte[] segment = new byte[20];
        for (int flags = 0; flags < 512; flags++)
        {
            TcpView.Write(segment, 1, 2, default, default, (TcpFlags)flags, 0);
            Assert.True(TcpView.TryParse(segment, out var tcp));
            Assert.Equal((TcpFlags)flags, tcp.Flags);
            Assert.Equal(20, tcp.HeaderLength);
        }
    }

    [Fact]
    public void The_aligned_timestamps_and_the_general_walk_agree()
    {
        byte[] fast = new byte[12];
        TcpOptionsWriter.WriteTimestamps(fast, 111, 222);
        byte[] slow = [.. fast, 1, 1, 1, 0];
        Assert.True(TcpOptions.TryParse(fast, out var a));
        Assert.True(TcpOptions.TryParse(slow, out var b));
        Assert.Equal((TcpOptionSet.Timestamps, 111u, 222u), (a.Present, a.TimestampValue, a.TimestampEcho));
        Assert.Equal((a.Present, a.TimestampValue, a.TimestampEcho), (b.Present, b.TimestampValue, b.TimestampEcho));
    }

    [Fact]
    public void SACK_blocks_fit_as_many_as_there_is_room_for()
    {
        SackBlock[] blocks = [.. Enumerable.Range(1, 5).Select(i => new SackBlock(new SeqNumber((uint)i * 100), new SeqNumber((uint)i * 100 + 50)))];
        byte[] room = new byte[40];
        var writer = new TcpOptionsWriter(room);
        writer.AddTimestamps(1, 2);
        Assert.Equal(3, writer.AddSack(blocks));
        Assert.Equal(40, writer.Length);
        Assert.Equal(0, writer.AddSack(blocks));
        Assert.False(writer.AddWindowScale(1));
        Assert.True(TcpOptions.TryParse(room, out var parsed));
        Assert.Equal(blocks[..3], parsed.Sack.ToArray());

        writer = new TcpOptionsWriter(room);
        Assert.Equal(4, writer.AddSack(blocks));
        Assert.True(TcpOptions.TryParse(room.AsSpan(0, writer.Length), out parsed));
        Assert.Equal(blocks[..4], parsed.Sack.ToArray());
    }

    [Fact]
    public void Rarer_options_are_found()
    {
        byte[] room = new byte[40];
        var writer = new TcpOptionsWriter(room);
        Assert.True(writer.AddFastOpen([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.True(writer.AddUserTimeout(0x8005));
        Assert.True(writer.AddOption(TcpOptionKind.Multipath, [0, 1]));
        Assert.True(writer.AddOption(TcpOptionKind.Authentication, [1, 2, 9, 9, 9, 9]));
        Assert.True(TcpOptions.TryParse(room.AsSpan(0, writer.Length), out var parsed));
        Assert.Equal(TcpOptionSet.FastOpen | TcpOptionSet.UserTimeout | TcpOptionSet.Unknown | TcpOptionSet.Authentication, parsed.Present);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], room.AsSpan(parsed.FastOpenOffset, parsed.FastOpenLength).ToArray());
        Assert.Equal(0x8005, parsed.UserTimeout);
        Assert.Equal([1, 2, 9, 9, 9, 9], room.AsSpan(parsed.SignatureOffset, parsed.SignatureLength).ToArray());

        writer = new TcpOptionsWriter(room);
        Assert.True(writer.AddFastOpen([]));
        Assert.True(writer.AddOption(TcpOptionKind.Md5Signature, new byte[16]));
        Assert.True(TcpOptions.TryParse(room.AsSpan(0, writer.Length), out parsed));
        Assert.Equal(TcpOptionSet.FastOpen | TcpOptionSet.Md5Signature, parsed.Present);
        Assert.Equal(0, parsed.FastOpenLength);
    }

    [Theory]
    [InlineData("02"), InlineData("0200"), InlineData("0201"), InlineData("020405"), InlineData("0101050a000000")]
    public void An_option_of_impossible_length_is_malformed(string hex) => Assert.False(TcpOptions.TryParse(Hex.Bytes(hex), out _));

    [Fact]
    public void A_known_option_of_a_wrong_length_is_passed_over()
    {
        Assert.True(TcpOptions.TryParse(Hex.Bytes("02030 5 020405b4 0303ff 00".Replace(" ", "")), out var parsed));
        Assert.Equal(TcpOptionSet.Unknown | TcpOptionSet.MaximumSegmentSize | TcpOptionSet.WindowScale, parsed.Present);
        Assert.Equal(14, parsed.WindowScale);
    }

    [Fact]
    public void Header_lengths_below_twenty_or_beyond_the_data_are_refused()
    {
        byte[] segment = new byte[24];
        for (int words = 0; words < 16; words++)
        {
            segment[12] = (byte)(words << 4);
            Assert.Equal(words is 5 or 6, TcpView.TryParse(segment, out _));
        }

        Assert.False(TcpView.TryParse(segment.AsSpan(0, 19), out _));
    }

    [Fact]
    public void NAT_rewriting_keeps_the_checksum_right()
    {
        var before = InetAddress.Parse("192.168.1.2");
        var after = InetAddress.Parse("203.0.113.1");
        var server = InetAddress.Parse("198.51.100.7");
        byte[] segment = [.. new byte[20], 1, 2, 3];
        TcpView.Write(segment, 49152, 80, new SeqNumber(1), new SeqNumber(2), TcpFlags.Ack, 100);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(before, server, 6, segment.Length));
        TcpView.OnAddressChanged(segment, before, after);
        TcpView.SetSourcePort(segment, 1024);
        Assert.True(TcpView.TryParse(segment, out var tcp));
        Assert.True(tcp.HasValidChecksum(InternetChecksum.PseudoHeader(after, server, 6, segment.Length)));
        Assert.Equal(1024, tcp.SourcePort);
    }

    [Fact]
    public void Sequence_numbers_wrap()
    {
        var a = new SeqNumber(0xFFFF_FFF0);
        var b = a + 0x20;
        Assert.Equal(0x10u, b.Value);
        Assert.True(a < b && a <= b && b > a && b >= a && a != b);
        Assert.Equal(0x20, b - a);
        Assert.Equal(-0x20, a - b);
        Assert.Equal(a, b - 0x20);
        Assert.Equal(b, SeqNumber.Max(a, b));
        Assert.Equal(a, SeqNumber.Min(b, a));
        Assert.True(new SeqNumber(5).IsIn(a, 0x20));
        Assert.False(b.IsIn(a, 0x20));
        Assert.True(b.IsBetween(a, b));
        Assert.False((b + 1).IsBetween(a, b));
        var next = a;
        next++;
        Assert.Equal(1, next - a);
    }
}
