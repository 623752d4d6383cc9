namespace Catenet.Core;

/// <summary>A run of payload octets inside a shared block.</summary>
/// <param name="Block">The memory; the slice holds a reference to it.</param>
/// <param name="Offset">Where the run begins in <see cref="SharedBlock.Bytes"/>.</param>
/// <param name="Length">How many octets.</param>
public readonly record struct PacketSlice(SharedBlock Block, int Offset, int Length)
{
    /// <summary>The octets; read-only, since others may share them.</summary>
    public ReadOnlySpan<byte> Span => Block.Bytes.AsSpan(Offset, Length);
}
