namespace Catenet.Core;

/// <summary>One step of a packet's way. Lives only during the call that reports it: a listener copies what it keeps.</summary>
public readonly ref struct TraceEvent
{
    /// <summary>What happened.</summary>
    public TraceKind Kind { get; init; }

    /// <summary>When.</summary>
    public Instant Time { get; init; }

    /// <summary>The host, switch or link it happened on.</summary>
    public string Node { get; init; }

    /// <summary>The device or port, if one is concerned.</summary>
    public string? Device { get; init; }

    /// <summary>The packet as it was at that step, if one is concerned. Not to be kept: the buffer is reused.</summary>
    public PacketBuffer? Packet { get; init; }

    /// <summary>Why it was discarded, when <see cref="Kind"/> is <see cref="TraceKind.Drop"/>.</summary>
    public DropReason Reason { get; init; }

    /// <summary>The object responsible: a route, neighbour, rule, connection, socket. Its ToString() is what people read.</summary>
    public object? Subject { get; init; }

    /// <summary>A few words, constant or built only because somebody listens.</summary>
    public string? Detail { get; init; }

    /// <summary>A number whose meaning <see cref="Kind"/> gives.</summary>
    public long Value { get; init; }
}
