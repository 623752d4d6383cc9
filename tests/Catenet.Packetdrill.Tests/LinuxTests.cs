using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Linux;

namespace Catenet.Packetdrill.Tests;

/// <summary>What running against Linux needs and no kernel: structures and times. The rest is judged by Linux in Catenet.Interop.</summary>
public sealed class LinuxTests
{
    [Theory]
    [InlineData("tcpi_rto", 8, 4)]
    [InlineData("tcpi_snd_cwnd", 80, 4)]
    [InlineData("tcpi_pacing_rate", 104, 8)]
    [InlineData("tcpi_min_rtt", 148, 4)]
    [InlineData("tcpi_delivered", 192, 4)]
    [InlineData("tcpi_total_rto", 240, 2)]
    [InlineData("tcpi_received_ce", 248, 4)]
    public void Fields_stand_where_Linux_has_them(string name, int offset, int size) =>
        Assert.Equal(new StructField(offset, size), TcpInfoLayout.Find(name));

    [Fact]
    public void Window_scales_share_an_octet() =>
        Assert.Equal((new StructField(6, 1, 0, 4), new StructField(6, 1, 4, 4)), (TcpInfoLayout.Find("tcpi_snd_wscale"), TcpInfoLayout.Find("tcpi_rcv_wscale")));

    [Fact]
    public void Control_messages_are_read_as_they_are_written()
    {
        ControlMessage[] messages = [new(0, 1, [7, 0, 0, 0]), new(41, 67, [1, 2, 3, 4, 5, 6, 7, 8, 9])];
        byte[] bytes = ControlMessages.Write(messages);
        Assert.Equal(24 + 32, bytes.Length);
        var read = ControlMessages.Read(bytes);
        Assert.Equal(messages.Select(m => (m.Level, m.Type, Convert.ToHexString(m.Data))), read.Select(m => (m.Level, m.Type, Convert.ToHexString(m.Data))));
    }

    [Theory]
    [InlineData("192.0.2.1", false, 16)]
    [InlineData("192.0.2.1", true, 28)]
    [InlineData("2001:db8::1", true, 28)]
    public void Addresses_come_back_from_their_structures(string text, bool ipv6, int size)
    {
        var endpoint = new InetEndpoint(InetAddress.Parse(text), 8080);
        byte[] bytes = SocketAddresses.Encode(endpoint, ipv6);
        Assert.Equal(size, bytes.Length);
        Assert.Equal(endpoint, SocketAddresses.Decode(bytes));
    }

    [Theory]
    [InlineData("0 close(3) = 0\n+.5 close(3) = 0\n+.25 close(3) = 0", 750)]
    [InlineData("0 close(3) = 0\n2 close(3) = 0\n+0...1.5 read(3, ..., 10) = 10\n+.1 close(3) = 0", 3500)]
    [InlineData("0 close(3) = 0\n* > . 1:1(0) ack 1\n+.1~+.3 > . 1:1(0) ack 1", 300)]
    public void A_script_takes_the_sum_of_its_times(string text, int milliseconds) =>
        Assert.Equal(Duration.FromMilliseconds(milliseconds), ScriptLength.Of(Script.Parse("x", text)));

    [Fact]
    public void A_thread_makes_no_other_call_before_the_result_of_the_last_is_taken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "eventfd is Linux's");
        const int nobody = -1;
        var thread = new CallThread(new RealClock(Duration.FromSeconds(1)), nobody);
        thread.Begin(new LinuxCall(() => 26000), untilWaiting: false);
        SpinWait.SpinUntil(() => !thread.IsBusy);
        Assert.False(thread.IsFree);
        Assert.Equal(26000, thread.Take().Value);
        Assert.True(thread.IsFree);
        thread.End();
    }
}
