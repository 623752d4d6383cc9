using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Tests;

/// <summary>Scripts that do not pass are reported so, for the right reason.</summary>
public sealed class OutcomeTests
{
    private const string Handshake = """
        0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
        +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,wscale 7>
        +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 10>
        +.1 < . 1:1(0) ack 1 win 257
        +0 accept(3, ..., ...) = 4

        """;

    [Theory]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > . 1:101(100) ack 1", 9, "the flags: expected ., got P.")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > P. 2:102(100) ack 1", 9, "the sequence number: expected 2, got 1")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > P. 1:102(101) ack 1", 9, "the length: expected 101, got 100")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 2", 9, "the acknowledgment number: expected 2, got 1")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 win 5", 9, "the window: expected 5")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 <nop,nop,TS val 1 ecr 1>", 9, "the options: expected <nop,nop,TS val 1 ecr 1>, got <>")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > [ttl 3] P. 1:101(100) ack 1", 9, "the time to live: expected 3, got 64")]
    [InlineData("+0 write(4, ..., 100) = 100\n+.1 > P. 1:101(100) ack 1", 9, "it at 0.1")]
    [InlineData("+0 write(4, ..., 100) = 100\n+0 > ipv4 1.2.3.4 > 5.6.7.8: gre: P. 1:101(100) ack 1", 9, "the headers around it: expected ipv4 1.2.3.4 > 5.6.7.8: gre:, got none")]
    [InlineData("+0 > P. 1:101(100) ack 1", 8, "nothing")]
    [InlineData("+0 write(4, ..., 100) = 99", 8, "100")]
    [InlineData("+0 write(4, ..., 100) = -1 EPIPE", 8, "100")]
    [InlineData("+0 read(4, ..., 100) = 100", 8, "that it waits")]
    [InlineData("+0 close(9) = 0", 8, "EBADF")]
    [InlineData("+0...0.5 read(4, ..., 100) = 10\n+.1 < P. 1:11(10) ack 1 win 257\n+0 > . 1:1(0) ack 11", 8, "it came back at 0.2")]
    [InlineData("+0...0.5 read(4, ..., 100) = 10", 8, "waits forever")]
    [InlineData("+0 %{ assert tcpi_snd_cwnd == 11 }%", 8, "tcpi_snd_cwnd = 10")]
    [InlineData("+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1", 8, "4")]
    [InlineData("+0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0", 8, "0")]
    [InlineData("+0 `nstat -az | grep TCPTimeouts | grep -q ' 1 '`", 8, "nothing found in: TcpExtTCPTimeouts               0 ")]
    [InlineData("+0 `nstat | grep -v TcpExtTCPTimeouts | grep -i tcpexttcptimeouts`", 8, "nothing found in: #kernel; TcpInSegs")]
    public void A_failure_tells_its_line_and_what_came(string rest, int line, string got)
    {
        var result = Run(rest);
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.Equal(line, result.Line);
        Assert.Contains(got, result.Got);
        Assert.False(result.IsMistake);
        Assert.NotEmpty(result.LastPackets);
    }

    [Theory]
    [InlineData("+0 setsockopt(4, SOL_TCP, TCP_REPAIR, [1], 4) = 0", "TCP_REPAIR")]
    [InlineData("+0 `sysctl -q net.ipv4.tcp_ecn=6`", "sysctl net.ipv4.tcp_ecn=6: net.ipv4.tcp_ecn takes a whole number from 0 to 5, not '6'")]
    [InlineData("+0 `sysctl -q /proc/sys/net/netfilter/nf_conntrack_max=9 net/ipv4/tcp_magic=1`", "sysctl net.ipv4.tcp_magic=1: there is no setting")]
    [InlineData("+0 `sysctl -q net.ipv4.tcp_fack=0 net.ipv4.tcp_plb_enabled=1`", "sysctl net.ipv4.tcp_plb_enabled=1")]
    [InlineData("+0 `tc qdisc add dev tun0 root fq`", "tc qdisc")]
    [InlineData("+0 `ss -n | grep x`", "ss -n")]
    [InlineData("+0 `nstat | grep TcpExtTCPHystartTrainDetect`", "nstat | grep TcpExtTCPHystartTrainDetect")]
    [InlineData("+0 `nstat TcpExtTCPHystart*`", "nstat TcpExtTCPHystart*")]
    [InlineData("+0 `nstat -d 3`", "nstat -d")]
    [InlineData("+0 `nstat | grep -P TCPTimeouts`", "grep -P")]
    [InlineData("+0 `nstat | grep -E 'TCPTimeouts('`", "grep -E")]
    [InlineData("+0 `nstat | wc -l TCPTimeouts`", "wc -l")]
    [InlineData("+0 %{ assert tcpi_bytes_acked_yesterday == 3 }%", "tcpi_bytes_acked_yesterday")]
    [InlineData("+0 mmap(NULL, 1, 1, 1, 4, 0) = 1", "mmap")]
    [InlineData("+0 write(4, ..., FROBNICATE) = 1", "FROBNICATE")]
    public void What_there_is_not_is_unsupported_and_named(string rest, string construct)
    {
        var result = Run(rest);
        Assert.Equal(ScriptOutcome.Unsupported, result.Outcome);
        Assert.Equal(8, result.Line);
        Assert.Contains(construct, result.Construct);
    }

    [Fact]
    public void An_unsupported_line_hides_no_failure_before_it()
    {
        var result = Run("+0 write(4, ..., 100) = 99\n+0 setsockopt(4, SOL_TCP, TCP_REPAIR, [1], 4) = 0");
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.Equal(8, result.Line);
    }

    [Fact]
    public void A_script_that_cannot_be_read_is_a_failure_and_a_mistake()
    {
        var result = ScriptRunner.RunText("bad.pkt", "0 socket(\n");
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.True(result.IsMistake);
        Assert.StartsWith("bad.pkt:2:", result.ToString());
    }

    [Fact]
    public void An_option_that_there_is_not_is_unsupported()
    {
        var result = ScriptRunner.RunText("x", "\n--frobnicate=3\n" + Handshake);
        Assert.Equal(ScriptOutcome.Unsupported, result.Outcome);
        Assert.Equal("x:2: unsupported: the option --frobnicate", result.ToString());
    }

    [Fact]
    public void Segments_are_put_together_unless_the_script_is_strict()
    {
        const string Rest = "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1";
        Assert.Equal(ScriptOutcome.Passed, Run(Rest).Outcome);
        Assert.Equal(ScriptOutcome.Failed, ScriptRunner.RunText("x", "--strict_segments\n" + Handshake + Rest).Outcome);
    }

    [Fact]
    public void Packets_that_the_script_does_not_look_at_are_told()
    {
        var result = Run("+0 write(4, ..., 100) = 100");
        Assert.Equal(ScriptOutcome.Passed, result.Outcome);
        Assert.Contains("P. 1:101(100) ack 1", Assert.Single(result.Unclaimed));
    }

    [Fact]
    public void A_packet_that_comes_between_fails_the_script()
    {
        var result = Run("+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n+0 write(4, ..., 100) = 100\n+0 write(4, ..., 50) = 50\n+0 > P. 101:151(50) ack 1");
        Assert.Equal(ScriptOutcome.Failed, result.Outcome);
        Assert.Contains("the sequence number: expected 101, got 1", result.Got);
    }

    [Fact]
    public void Hours_of_virtual_time_are_nothing()
    {
        var result = Run("+36000 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1");
        Assert.Equal(ScriptOutcome.Passed, result.Outcome);
        Assert.True(result.Elapsed > Duration.FromSeconds(36000));
    }

    private static ScriptResult Run(string rest) => ScriptRunner.RunText("x", Handshake + rest);
}
