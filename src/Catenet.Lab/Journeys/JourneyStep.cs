using Catenet.Core;

namespace Catenet.Lab.Journeys;

/// <summary>One recorded step of a packet's way: a copy of a <see cref="TraceEvent"/> that may be kept.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record JourneyStep
{
    /// <summary>The step's place in the run, from zero.</summary>
    public required int Index { get; init; }

    /// <summary>When it happened.</summary>
    public required Instant Time { get; init; }

    /// <summary>What happened.</summary>
    public required TraceKind Kind { get; init; }

    /// <summary>The host, switch or link it happened on.</summary>
    public required string Node { get; init; }

    /// <summary>The device or port, if one is concerned.</summary>
    public string? Device { get; init; }

    /// <summary>The packet's identity; zero if no packet is concerned.</summary>
    public ulong PacketId { get; init; }

    /// <summary>Why the packet was discarded, for a drop.</summary>
    public DropReason Reason { get; init; }

    /// <summary>Whether the packet ended because it had done its work, which is no loss.</summary>
    public bool IsConsumed => Kind == TraceKind.Drop && Reason is DropReason.Consumed or DropReason.ArpConsumed;

    /// <summary>The entry, rule or connection responsible, as it read at that moment.</summary>
    public string? Subject { get; init; }

    /// <summary>A few words.</summary>
    public string? Detail { get; init; }

    /// <summary>A number whose meaning <see cref="Kind"/> gives.</summary>
    public long Value { get; init; }

    /// <summary>The frame's octets as they were then, link header first; kept where a frame crosses a device.</summary>
    public byte[]? Frame { get; init; }

    /// <summary>What the packet is at that step: its addresses and ports as they were then.</summary>
    public PacketFlow? Flow { get; init; }
}
