using Catenet.Core;
using Catenet.Kernel.Offload;
using Catenet.Wire.Capture;
using Catenet.Wire.Link;

namespace Catenet.Lab.Capture;

/// <summary>Writes every frame that a device puts onto a wire to a pcapng stream, an interface for each device.</summary>
/// <remarks>
/// A frame that crosses several wires is there once for each, as it was on that wire. The same run gives the same octets.
/// Belongs to the loop's thread while it listens; the caller closes the stream.
/// </remarks>
public sealed class PcapngCapture : ITraceListener
{
    private readonly PcapngWriter _writer;
    private readonly Dictionary<(string Node, string Device), int> _interfaces = [];
    private byte[] _frame = new byte[2048];

    /// <summary>Makes a capture; subscribe it to a loop's <see cref="Tracer"/>.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="epoch">The calendar time of instant zero.</param>
    public PcapngCapture(Stream stream, DateTimeOffset epoch) => _writer = new PcapngWriter(stream, epoch);

    /// <summary>How many frames have been written.</summary>
    public long Frames { get; private set; }

    /// <inheritdoc/>
    public void OnEvent(in TraceEvent traceEvent)
    {
        if (traceEvent.Kind != TraceKind.DeviceTransmit || traceEvent.Packet is not { } packet)
        {
            return;
        }

        var key = (traceEvent.Node, traceEvent.Device ?? "");
        if (!_interfaces.TryGetValue(key, out int id))
        {
            id = _writer.AddInterface($"{key.Node}.{key.Item2}", LinkType.Ethernet);
            _interfaces.Add(key, id);
        }

        if (_frame.Length < packet.Length)
        {
            _frame = new byte[packet.Length];
        }

        int length = PartialChecksum.CopyComplete(packet, _frame);
        _writer.WritePacket(id, traceEvent.Time, _frame.AsSpan(0, length), direction: PacketDirection.Outbound, packetId: packet.Id);
        Frames++;
    }
}
