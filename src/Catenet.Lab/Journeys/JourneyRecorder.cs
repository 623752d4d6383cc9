using Catenet.Core;
using Catenet.Kernel.Offload;

namespace Catenet.Lab.Journeys;

/// <summary>Writes down every step of every packet of a loop while it listens, up to a limit.</summary>
/// <remarks>Belongs to the loop's thread while it listens; what it has recorded may be read by anyone afterwards.</remarks>
/// <param name="limit">How many steps are kept at most; later ones are only counted.</param>
public sealed class JourneyRecorder(int limit = JourneyRecorder.DefaultLimit) : ITraceListener
{
    /// <summary>How many steps are kept unless the caller says otherwise.</summary>
    public const int DefaultLimit = 400_000;

    private readonly List<JourneyStep> _steps = [];

    /// <summary>The recorded steps, in the order in which they happened.</summary>
    public IReadOnlyList<JourneyStep> Steps => _steps;

    /// <summary>How many steps came after the limit and are not here.</summary>
    public long Omitted { get; private set; }

    /// <inheritdoc/>
    public void OnEvent(in TraceEvent traceEvent)
    {
        if (_steps.Count >= limit)
        {
            Omitted++;
            return;
        }

        var packet = traceEvent.Packet;
        byte[]? frame = packet is not null && CrossesDevice(traceEvent.Kind) ? FrameOf(packet) : null;
        _steps.Add(new JourneyStep
        {
            Index = _steps.Count,
            Time = traceEvent.Time,
            Kind = traceEvent.Kind,
            Node = traceEvent.Node,
            Device = traceEvent.Device,
            PacketId = packet?.Id ?? 0,
            Reason = traceEvent.Reason,
            Subject = traceEvent.Subject?.ToString(),
            Detail = traceEvent.Detail,
            Value = traceEvent.Value,
            Frame = frame,
            Flow = frame is not null ? PacketFlow.OfFrame(frame) : FlowOf(in traceEvent),
        });
    }

    private static byte[] FrameOf(PacketBuffer packet)
    {
        var frame = new byte[packet.Length];
        PartialChecksum.CopyComplete(packet, frame);
        return frame;
    }

    private static bool CrossesDevice(TraceKind kind) =>
        kind is TraceKind.DeviceTransmit or TraceKind.DeviceReceive or TraceKind.LinkTransmit or TraceKind.LinkImpairment;

    /// <summary>Reads the packet of a step, wherever the layers have pulled it to; null if there is none or it cannot be told.</summary>
    internal static PacketFlow? FlowOf(in TraceEvent traceEvent)
    {
        var packet = traceEvent.Packet;
        if (packet is null || packet.IsReleased)
        {
            return null;
        }

        return packet.NetworkOffset >= 0
            ? PacketFlow.OfPacket(packet.Protocol, packet.From(packet.NetworkOffset), packet.Length + packet.Offset - packet.NetworkOffset)
            : PacketFlow.OfFrame(packet.Span);
    }
}
