using Catenet.Core;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>What half-open requests and TIME-WAIT cost, with their share of the table and of the timer: peers can make very many of both.</summary>
public class RecordCostTests
{
    private const int Many = 50_000;
    private const int More = 15_000;

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_half_open_request_takes_at_most_128_octets(bool ipv6)
    {
        using var net = new TwoHosts();
        using var owner = net.Loop.Enter();
        var listener = net.Listen(80);
        var own = new ListeningAddress(listener, net.B.Tcp, Address(ipv6, 1)); // B is who listens
        AssertCost(net.B.Tcp, i =>
        {
            var request = new RequestRecord(own, 80, Address(ipv6, i), 4000);
            net.B.Tcp.Add(request);
            request.ArmRetransmission();
        });
        listener.Close();
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_TIME_WAIT_record_takes_at_most_128_octets(bool ipv6)
    {
        using var net = new TwoHosts();
        using var owner = net.Loop.Enter();
        var connection = net.A.Tcp.CreateConnection();
        connection.LocalAddress = Address(ipv6, 1);
        AssertCost(net.A.Tcp, i =>
        {
            connection.RemoteAddress = Address(ipv6, i);
            net.A.Tcp.AddTimeWait(connection);
        });
    }

    /// <summary>RFC 6298 5.5, RFC 9293 3.6.1: each expires in its time, whatever the order in which they were armed.</summary>
    [Fact]
    public void The_timer_of_many_fires_for_each_in_its_time()
    {
        var loop = new EventLoop();
        using var owner = loop.Enter();
        var timer = new RecordTimer(loop, lanes: 3);
        var host = new Host(loop, "host");
        var own = new OwnAddress(host.Tcp, InetAddress.LoopbackIPv4);
        var fired = new List<(int Name, Duration At)>();
        var records = Enumerable.Range(0, 200).Select(i => new Note(own, i, fired)).ToList();
        for (int i = 0; i < records.Count; i++)
        {
            timer.Arm(records[i], i % 5, Duration.FromMilliseconds(i * 37 % 101));
        }

        timer.Arm(records[7], 2, Duration.FromMilliseconds(5)); // earlier than before
        timer.Arm(records[8], 0, Duration.FromMilliseconds(500)); // later than before
        timer.Cancel(records[9]);
        new VirtualDriver(loop).RunFor(Duration.FromSeconds(1));
        var expected = Enumerable.Range(0, 200).Where(i => i != 9)
            .Select(i => (Name: i, At: Duration.FromMilliseconds(i switch { 7 => 5, 8 => 500, _ => i * 37 % 101 }))).ToList();
        Assert.Equal(expected.OrderBy(e => e.Name), fired.OrderBy(e => e.Name));
        Assert.Equal(fired.Select(f => f.At).Order(), fired.Select(f => f.At));
    }

    private static void AssertCost(TcpLayer tcp, Action<int> make)
    {
        // The table has grown by then for what comes, so that what is allocated are the records and nothing else: they have no timers of their own.
        for (int i = 0; i < Many; i++)
        {
            make(i);
        }

        int buckets = tcp.Records.BucketCount;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = Many; i < Many + More; i++)
        {
            make(i);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.Equal(Many + More, tcp.Records.Count);
        Assert.Equal(buckets, tcp.Records.BucketCount);
        double share = (double)buckets * nint.Size / Many;
        double each = (double)allocated / More + share;
        Assert.True(each is > 32 and <= 128 && share <= 8, $"{each:F1} octets each, {share:F1} of them of the table");
    }

    private static InetAddress Address(bool ipv6, int number) => ipv6
        ? new InetAddress(0x2001_0DB8_0000_0000, 0x1_0000_0000 + (ulong)number)
        : InetAddress.FromIPv4(0x0A00_0000 + (uint)number);

    private sealed class Note(OwnAddress own, int name, List<(int Name, Duration At)> fired) : FlowRecord(own, 1, InetAddress.LoopbackIPv4, (ushort)name)
    {
        internal override void Receive(ref Segment s)
        {
        }

        internal override void Expire(Instant now) => fired.Add((name, now - Instant.Zero));
    }
}
