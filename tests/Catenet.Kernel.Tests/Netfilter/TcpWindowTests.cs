using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Tests.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Netfilter;

/// <summary>An honest transfer never looks out of place to the tracker, however badly the wire treats it.</summary>
public class TcpWindowTests
{
    [Fact]
    public void Only_stale_segments_are_invalid_in_a_transfer_with_loss_duplication_and_reordering()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            using var net = new TwoHosts(seed);
            net.Wire.Both(d =>
            {
                d.Delay = Duration.FromMilliseconds(2 + seed % 7 * 5);
                d.PerOctet = new Duration(80);
                d.Loss = seed % 2 == 0 ? 0.02 : 0.1;
                d.Duplication = 0.02;
                d.Reordering = 0.1;
            });
            net.B.Settings.Tcp.Sack = seed % 5 != 0;
            net.B.Settings.Tcp.WindowScaling = seed % 3 != 0;
            var faults = new Faults();
            using var listening = net.A.Loop.Tracer.Subscribe(faults);
            foreach (var host in new[] { net.A, net.B })
            {
                host.Netfilter.AddChain("input", HookPoint.LocalIn).Add(FilterMatch.State(ConnectionStates.Invalid), RuleAction.Drop);
            }

            var transfer = Transfer.Run(net, 150_000, Duration.FromSeconds(3000), ipv6: seed % 4 == 0);
            Assert.True(faults.Seen.Count == 0, $"seed {seed}: {string.Join("; ", faults.Seen.Take(5))}");
            Assert.Equal(150_000, transfer.Received);
            Assert.True(faults.Segments > 200);
        }
    }

    /// <summary>Collects invalid segments, except those that their receiver has no use for: an older acknowledgment than it has seen, data that it has acknowledged.</summary>
    private sealed class Faults : ITraceListener
    {
        private readonly Dictionary<(string Node, bool FromServer), SeqNumber> _acknowledged = [];

        public List<string> Seen { get; } = [];

        public int Segments { get; private set; }

        public void OnEvent(in TraceEvent traceEvent)
        {
            if (traceEvent.Kind != TraceKind.ConnectionTracked ||
                !PacketFields.TryRead(traceEvent.Packet!, out var fields) ||
                !TcpView.TryParse(traceEvent.Packet!.Span[fields.TransportOffset..], out var tcp))
            {
                return;
            }

            Segments++;
            int length = fields.TransportLength - tcp.HeaderLength;
            bool fromServer = tcp.SourcePort < 30000;
            bool staleAck = _acknowledged.TryGetValue((traceEvent.Node, fromServer), out var acked) && tcp.Acknowledgment < acked;
            bool staleData = _acknowledged.TryGetValue((traceEvent.Node, !fromServer), out var had) && length > 0 && tcp.Sequence + length <= had;
            if (!traceEvent.Detail!.StartsWith("INVALID", StringComparison.Ordinal))
            {
                _acknowledged[(traceEvent.Node, fromServer)] = staleAck ? acked : tcp.Acknowledgment;
            }
            else if (!staleAck && !staleData)
            {
                Seen.Add($"{traceEvent.Time} {traceEvent.Node} {traceEvent.Detail} {tcp.SourcePort} {tcp.Flags} seq {tcp.Sequence} len {length} ack {tcp.Acknowledgment}");
            }
        }
    }
}
