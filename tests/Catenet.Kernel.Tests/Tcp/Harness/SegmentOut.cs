using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>A segment that came out of the stack, its numbers relative to the initial ones.</summary>
internal sealed record SegmentOut(Instant Time, TcpFlags Flags, uint Seq, uint Ack, int Length, int Window, TcpOptions Options, byte[] Payload)
{
    public List<(uint Left, uint Right)> Sack { get; init; } = [];

    public override string ToString() => $"{Time} {Flags} seq {Seq} ack {Ack} len {Length} win {Window}" +
        string.Concat(Sack.Select(b => $" sack {b.Left}:{b.Right}"));
}
