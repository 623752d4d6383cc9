using Catenet.Core;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Tests.Tcp.Congestion;

/// <summary>Flows across one bottleneck of 10 Mbit/s and 40 ms.</summary>
public sealed class BottleneckTests
{
    private const double Capacity = 1_250_000; // octets per second

    // draft-ietf-ccwg-bbr 3: full use of the path without a standing queue.
    [Fact]
    public void BBR_fills_the_pipe_and_not_the_queue()
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(200));
        var flow = net.Begin("bbr");
        net.Run(5);
        var (goodput, queue) = net.Measure(20);
        Assert.True(goodput > 0.9 * Capacity, $"{goodput / Capacity:P1} of the capacity");
        Assert.True(queue < Duration.FromMilliseconds(15), $"{queue.TotalMilliseconds:F1} ms of queue");
        Assert.InRange(flow.Connection.GetInfo().DeliveryRate, 0.8 * Capacity, 1.1 * Capacity);
        Assert.InRange(flow.Connection.GetInfo().PacingRate, 0.7 * Capacity, 1.5 * Capacity);
    }

    // The same path: CUBIC uses it too, and fills what queue there is.
    [Fact]
    public void CUBIC_fills_the_pipe_and_the_queue()
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(200));
        net.Begin("cubic");
        net.Run(5);
        var (goodput, queue) = net.Measure(20);
        Assert.True(goodput > 0.9 * Capacity, $"{goodput / Capacity:P1} of the capacity");
        Assert.True(queue > Duration.FromMilliseconds(60), $"{queue.TotalMilliseconds:F1} ms of queue");
    }

    // draft-ietf-ccwg-bbr 4.5.10: below two per cent of loss in a flight are no congestion; one of 35 segments is more.
    [Fact]
    public void BBR_keeps_its_rate_under_random_loss()
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(100));
        net.Wire.Loss = 0.01;
        net.Begin("bbr");
        net.Run(5);
        var (goodput, _) = net.Measure(20);
        Assert.True(goodput > 0.7 * Capacity, $"{goodput / Capacity:P1} of the capacity");
    }

    // draft-ietf-ccwg-bbr 4.3.3: probes of different flows find a common share.
    [Fact]
    public void Two_BBR_flows_share()
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(100));
        net.Begin("bbr");
        net.Run(3);
        net.Begin("bbr");
        net.Run(10);
        net.Measure(40);
        Assert.True(net.Jain > 0.85, $"Jain {net.Jain:F2}");
    }

    // draft-ietf-ccwg-bbr 4.3.3.5.1: time scales chosen so that Reno and CUBIC live beside it.
    [Theory]
    [InlineData("cubic")]
    [InlineData("reno")]
    public void BBR_leaves_room_for_others(string other)
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(80));
        net.Begin("bbr");
        net.Begin(other);
        net.Run(10);
        var (goodput, _) = net.Measure(60);
        Assert.True(goodput > 0.9 * Capacity, $"{goodput / Capacity:P1} of the capacity");
        Assert.All(net.Shares, s => Assert.InRange(s, 0.12, 0.88));
    }

    // draft-ietf-ccwg-bbr 4.3: every state is visited, and PROBE_RTT shows the path's own round-trip time.
    [Fact]
    public void BBR_goes_through_all_its_states()
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(200));
        var flow = net.Begin("bbr");
        var seen = new HashSet<string>();
        int least = int.MaxValue;
        for (int i = 0; i < 3000; i++)
        {
            net.Run(0.005);
            var bbr = (Bbr)flow.Connection.Algorithm;
            seen.Add(bbr.State);
            least = bbr.State == "PROBE_RTT" ? Math.Min(least, flow.Connection.GetInfo().SendCwnd) : least;
        }

        Assert.Superset(new HashSet<string> { "STARTUP", "DRAIN", "PROBE_BW_DOWN", "PROBE_BW_CRUISE", "PROBE_BW_REFILL", "PROBE_BW_UP", "PROBE_RTT" }, seen);
        Assert.InRange(least, 4, 24); // half of 35 segments
        Assert.InRange(((Bbr)flow.Connection.Algorithm).MinRtt.TotalMilliseconds, 40, 44);
    }

    // SO_MAX_PACING_RATE: the rate on the wire stays below it whatever the congestion control.
    [Theory]
    [InlineData("reno")]
    [InlineData("cubic")]
    [InlineData("bbr")]
    public void The_largest_pacing_rate_is_kept(string name)
    {
        using var net = new Bottleneck(queue: Duration.FromMilliseconds(200));
        net.Begin(name, o => o with { MaxPacingRate = 250_000 });
        net.Run(3);
        var (goodput, queue) = net.Measure(10);
        Assert.InRange(goodput, 0.85 * 250_000, 250_000 * 1.01);
        Assert.True(queue < Duration.FromMilliseconds(4), $"{queue.TotalMilliseconds:F1} ms of queue");
    }

    private sealed class Flow(TcpConnection connection, Transfer transfer)
    {
        public TcpConnection Connection => connection;

        public Transfer Transfer => transfer;

        public long Before { get; set; }

        public double Rate { get; set; }
    }

    private sealed class Bottleneck : IDisposable
    {
        private readonly TwoHosts _net = new();
        private readonly List<Flow> _flows = [];
        private ushort _port = 5001;

        public Bottleneck(Duration queue)
        {
            _net.Wire.Both(d => d.Delay = Duration.FromMilliseconds(20));
            Wire.PerOctet = new Duration(800);
            Wire.Queue = queue;
        }

        public TestWire.Direction Wire => _net.Wire.AtoB;

        public double Jain => Math.Pow(_flows.Sum(f => f.Rate), 2) / (_flows.Count * _flows.Sum(f => f.Rate * f.Rate));

        public IEnumerable<double> Shares => _flows.Select(f => f.Rate / _flows.Sum(o => o.Rate));

        public Flow Begin(string algorithm, Func<TcpSocketOptions, TcpSocketOptions>? configure = null)
        {
            var transfer = new Transfer(long.MaxValue) { KeepOpen = true };
            _net.Listen(_port).Events = new AcceptAll(transfer.Receiver);
            var options = new TcpSocketOptions { CongestionControl = algorithm };
            options = configure?.Invoke(options) ?? options;
            TcpConnection connection = null!;
            _net.Do(() =>
            {
                connection = _net.A.Tcp.CreateConnection(options);
                connection.Events = transfer.Sender;
                connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(false), _port++));
            });
            var flow = new Flow(connection, transfer);
            _flows.Add(flow);
            return flow;
        }

        public void Run(double seconds) => _net.Run(Duration.FromSeconds(seconds));

        /// <summary>The octets per second that arrive, and the mean queue.</summary>
        public (double Goodput, Duration Queue) Measure(double seconds)
        {
            _flows.ForEach(f => f.Before = f.Transfer.Received);
            double waiting = 0;
            int samples = (int)(seconds * 100);
            for (int i = 0; i < samples; i++)
            {
                Run(0.01);
                waiting += Wire.Waiting.TotalSeconds;
            }

            _flows.ForEach(f => f.Rate = (f.Transfer.Received - f.Before) / seconds);
            return (_flows.Sum(f => f.Rate), Duration.FromSeconds(waiting / samples));
        }

        public void Dispose() => _net.Dispose();
    }
}
