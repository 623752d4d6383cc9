using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Tests;

/// <summary>The language: what scripts say, and where they are wrong.</summary>
public sealed class LanguageTests
{
    [Theory]
    [InlineData("0", EventTimeKind.Absolute, 0, 0)]
    [InlineData("+.1", EventTimeKind.Relative, 100, 100)]
    [InlineData("*", EventTimeKind.Any, 0, 0)]
    [InlineData("1.5~2.25", EventTimeKind.AbsoluteRange, 1500, 2250)]
    [InlineData("+0.2~+.3", EventTimeKind.RelativeRange, 200, 300)]
    public void An_event_has_a_time_a_delay_any_time_or_a_range(string text, EventTimeKind kind, int from, int to)
    {
        var time = Second($"{text} > . 1:1(0) ack 1").Time;
        Assert.Equal(new EventTime(kind, Duration.FromMilliseconds(from), Duration.FromMilliseconds(to)), time);
    }

    [Fact]
    public void A_blocking_call_has_an_end()
    {
        var call = Assert.IsType<CallAction>(Second("+0...0.200 read(4, ..., 1000) = 1000").Action);
        Assert.Equal(Duration.FromMilliseconds(200), call.End);
        Assert.Equal("read", call.Name);
        Assert.Equal(3, call.Arguments.Count);
    }

    [Theory]
    [InlineData("S", TcpFlags.Syn)]
    [InlineData("S.", TcpFlags.Syn | TcpFlags.Ack)]
    [InlineData("FP.", TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Ack)]
    [InlineData("SEW", TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr)]
    [InlineData("S5.", TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ae | TcpFlags.Ece)]
    [InlineData(".5", TcpFlags.Ack | TcpFlags.Ae | TcpFlags.Ece)]
    [InlineData("UR", TcpFlags.Urg | TcpFlags.Rst)]
    [InlineData("-", TcpFlags.None)]
    public void Flags_are_letters_and_a_count(string text, TcpFlags flags) => Assert.Equal(flags, Packet($"> {text} 1:1(0)").Flags);

    [Fact]
    public void A_segment_has_numbers_window_and_options()
    {
        var packet = Packet("< [ect0,ttl 9] 1000 > 80 P. 1:101(100) ack 7 win 300 urg 3 <mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7,sack 5:6 8:9,eol>");
        Assert.Equal(PacketDirection.In, packet.Direction);
        Assert.Equal((ushort)1000, packet.SourcePort);
        Assert.Equal((ushort)80, packet.DestinationPort);
        Assert.Equal(EcnMark.Ect0, packet.Ip.Ecn);
        Assert.Equal((byte)9, packet.Ip.HopLimit);
        Assert.Equal((1u, 100, 7u, (ushort)300, (ushort)3), (packet.Sequence, packet.Length, packet.Acknowledgment, packet.Window, packet.Urgent));
        Assert.Equal("mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7,sack 5:6 8:9,eol", string.Join(',', packet.Options));
    }

    [Theory]
    [InlineData("FO", "FO")]
    [InlineData("FO 0123456789abcdef", "FO 0123456789abcdef")]
    [InlineData("FO COOKIE", "FO 0a0b0c0d")]
    [InlineData("FOEXP 11223344", "FOEXP 11223344")]
    [InlineData("md5 00112233445566778899aabbccddeeff", "md5 00112233445566778899aabbccddeeff")]
    [InlineData("ECN e0b 1 ceb 2 e1b 3", "ECN e0b 1 ceb 2 e1b 3")]
    [InlineData("ECN e1b 65536", "ECN e1b 65536")]
    public void Every_option_of_the_language_is_read_and_printed(string text, string printed)
    {
        var definitions = new Dictionary<string, string> { ["COOKIE"] = "0a0b0c0d" };
        var script = Script.Parse("x", $"0 socket(..., SOCK_STREAM, 0) = 3\n+0 > S. 0:0(0) ack 1 <{text}>", definitions);
        var packet = Assert.IsType<PacketAction>(script.Events[1].Action).Packet;
        Assert.Equal(printed, Assert.Single(packet.Options).ToString());
        var room = new byte[40];
        int length = packet.Options[0].Write(room);
        Assert.Equal(packet.Options[0].Length, length);
    }

    [Fact]
    public void Other_packets_are_datagrams_and_ICMP()
    {
        Assert.Equal((PacketKindOf.Udp, 1000), Packet("> udp (1000)") is var udp ? (udp.Kind, udp.Length) : default);
        var icmp = Packet("< icmp unreachable frag_needed mtu 1200 [1:1461(1460)]");
        Assert.Equal(("unreachable", "frag_needed", 1200u), (icmp.IcmpType, icmp.IcmpCode, icmp.Mtu));
        Assert.Equal(new QuotedPacket(PacketKindOf.Tcp, 1, 1460), icmp.Quote);
        Assert.Equal(new QuotedPacket(PacketKindOf.Udp, 0, 10), Packet("< icmp unreachable port_unreachable [udp (10)]").Quote);
    }

    [Fact]
    public void Arguments_are_numbers_texts_lists_and_structures()
    {
        var call = Assert.IsType<CallAction>(Second("""
            +0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{"ab" "cd", 4}], msg_flags=MSG_MORE|0x40, msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=1, cmsg_data={scm_sec=0, scm_nsec=-5}}]}, 0) = -1 EAGAIN (Try again)
            """).Action);
        Assert.Equal("EAGAIN", call.Error);
        Assert.Equal("{msg_name(...)=..., msg_iov(1)=[{\"abcd\", 4}], msg_flags=MSG_MORE|64, msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=1, cmsg_data={scm_sec=0, scm_nsec=-5}}]}", call.Arguments[1].ToString());
    }

    [Fact]
    public void Definitions_stand_for_values_and_the_command_line_wins()
    {
        const string Text = "--define=N=3\n--define=CC=\"reno\"\n0 setsockopt(N, SOL_TCP, TCP_CONGESTION, CC, 4) = 0";
        Assert.Equal("3 \"reno\"", Arguments(Script.Parse("x", Text)));
        Assert.Equal("4 \"reno\"", Arguments(Script.Parse("x", Text, new Dictionary<string, string> { ["N"] = "4" })));

        static string Arguments(Script script) => Assert.IsType<CallAction>(script.Events[0].Action) is var call ? $"{call.Arguments[0]} {call.Arguments[3]}" : "";
    }

    [Fact]
    public void Shell_lines_stand_before_between_and_behind_events()
    {
        var script = Script.Parse("x", "--tolerance_usecs=10000 // wide\n`sysctl a=1\nsysctl b=2`\n/* one\n two */\n0 `true`\n+0 %{\nassert 1\n}%\n`cleanup`");
        Assert.Equal("10000", Assert.Single(script.Options).Value);
        Assert.Equal(2, script.Init!.Line);
        Assert.Equal(2, script.Events.Count);
        Assert.Equal(6, script.Events[0].Line);
        Assert.Equal("cleanup", script.Cleanup!.Text);
    }

    [Theory]
    [InlineData("0 socket(..., SOCK_STREAM, 0 = 3", 1, "')'")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n+0 > S 0:0(1)", 2, "do not fit")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n\n+0 > SX 0:0(0)", 3, "'X'")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n+0 > S 0:0(0) <mzz 3>", 2, "'mzz' is no option")]
    [InlineData("1 socket(..., SOCK_STREAM, 0) = 3", 1, "first event")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n* read(3, ..., 1) = 1", 2, "only a packet from the stack")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n+0...1 < . 1:1(0) ack 1", 2, "only a system call")]
    [InlineData("0 socket(..., SOCK_STREAM, 0) = 3\n+0 < S 0:0(0) <...>", 2, "must be given")]
    [InlineData("0 `true", 1, "does not end")]
    [InlineData("--what", 1, "no event")]
    [InlineData("0 write(3, \"abc, 3) = 3", 1, "does not end")]
    public void A_mistake_is_told_with_its_line(string text, int line, string message)
    {
        var mistake = Assert.Throws<ScriptException>(() => Script.Parse("x", text));
        Assert.Equal(line, mistake.Line);
        Assert.Contains(message, mistake.Message);
    }

    [Fact]
    public void Nothing_written_in_a_script_makes_the_parser_stumble()
    {
        const string Good = "--define=A=1\n`sysctl a=1`\n0 socket(..., SOCK_STREAM, 0) = 3\n+0 > S 0:0(0) <mss 1460,sack 1:2,TS val 1 ecr 2>\n+0 < [ect0] icmp unreachable mtu 9 [1:2(1)]\n+0...1 poll([{fd=3, events=POLLIN}], 1, 0) = -1 EAGAIN (x)\n+0 %{ assert 1 }%";
        for (int i = 0; i < Good.Length; i++)
        {
            foreach (string text in (string[])[Good[..i], Good.Remove(i, 1), Good.Insert(i, "("), Good.Insert(i, "\""), Good.Insert(i, "9")])
            {
                try
                {
                    Script.Parse("x", text);
                }
                catch (ScriptException e)
                {
                    Assert.InRange(e.Line, 1, 8);
                }
            }
        }
    }

    private static ScriptEvent Second(string text) => Script.Parse("x", "0 socket(..., SOCK_STREAM, 0) = 3\n" + text).Events[1];

    private static PacketSpec Packet(string text) => Assert.IsType<PacketAction>(Second("+0 " + text).Action).Packet;
}
