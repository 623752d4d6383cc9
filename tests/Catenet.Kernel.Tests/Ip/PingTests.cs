using Catenet.Kernel.Tests.Support;

namespace Catenet.Kernel.Tests;

public sealed class PingTests : KernelTest
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("10.0.0.1")]
    [InlineData("127.9.9.9")]
    public void A_host_answers_itself(string address)
    {
        var host = Quiet("a");
        AddPort(host, "eth0", "10.0.0.1/24");
        var seen = Ping(host, address);
        Run(1);
        Assert.Equal([$"56 from {address} seq 1 ttl 64"], seen);
        Assert.Equal(0, host.Drops.Total);
    }

    [Theory]
    [InlineData("10.0.0.2", 56)]
    [InlineData("2001:db8::2", 56)]
    [InlineData("10.0.0.2", 5000)]
    [InlineData("2001:db8::2", 5000)]
    [InlineData("10.0.0.2", 65507)]
    public void Neighbours_answer_each_other_whole_or_in_fragments(string address, int size)
    {
        var a = Quiet("a");
        var b = Quiet("b");
        _ = new Cable(AddDevice(a, "eth0", "10.0.0.1/24", "2001:db8::1/64"), AddDevice(b, "eth0", "10.0.0.2/24", "2001:db8::2/64"));
        var seen = Ping(a, address, size);
        Run(3);
        Assert.Equal([$"{size} from {address} seq 1 ttl 64"], seen);
    }

    [Theory]
    [InlineData("10.0.2.2")]
    [InlineData("2001:db8:2::2")]
    public void A_router_passes_packets_on(string address)
    {
        var a = Quiet("a");
        var r = Quiet("r", s => s.Forwarding = true);
        var b = Quiet("b");
        _ = new Cable(AddDevice(a, "eth0", "10.0.1.2/24", "2001:db8:1::2/64"), AddDevice(r, "eth0", "10.0.1.1/24", "2001:db8:1::1/64"));
        _ = new Cable(AddDevice(r, "eth1", "10.0.2.1/24", "2001:db8:2::1/64"), AddDevice(b, "eth0", "10.0.2.2/24", "2001:db8:2::2/64"));
        a.Routes.AddDefault(A("10.0.1.1"));
        a.Routes.AddDefault(A("2001:db8:1::1"));
        b.Routes.AddDefault(A("10.0.2.1"));
        b.Routes.AddDefault(A("2001:db8:2::1"));
        var seen = Ping(a, address);
        Run(3);
        Assert.Equal([$"56 from {address} seq 1 ttl 63"], seen);
    }
}
