using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Catenet.Core;

namespace Catenet.Wire;

/// <summary>Unchecked big-endian reads for views that validated their length once; DEBUG builds check every one.</summary>
internal static class Octets
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte U8(ReadOnlySpan<byte> data, int offset)
    {
        Debug.Assert((uint)offset < (uint)data.Length, "a view read past its validated length");
        return Unsafe.Add(ref MemoryMarshal.GetReference(data), offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort U16(ReadOnlySpan<byte> data, int offset)
    {
        Debug.Assert(offset >= 0 && offset + 2 <= data.Length, "a view read past its validated length");
        ushort raw = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref MemoryMarshal.GetReference(data), offset));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint U32(ReadOnlySpan<byte> data, int offset)
    {
        Debug.Assert(offset >= 0 && offset + 4 <= data.Length, "a view read past its validated length");
        uint raw = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref MemoryMarshal.GetReference(data), offset));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong U64(ReadOnlySpan<byte> data, int offset)
    {
        Debug.Assert(offset >= 0 && offset + 8 <= data.Length, "a view read past its validated length");
        ulong raw = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(data), offset));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MacAddress Mac(ReadOnlySpan<byte> data, int offset) =>
        new((ulong)U16(data, offset) << 32 | U32(data, offset + 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static InetAddress IPv4(ReadOnlySpan<byte> data, int offset) => InetAddress.FromIPv4(U32(data, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static InetAddress IPv6(ReadOnlySpan<byte> data, int offset) => new(U64(data, offset), U64(data, offset + 8));

    /// <summary>The part from an offset on, which is known to lie within the data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> From(ReadOnlySpan<byte> data, int offset)
    {
        Debug.Assert((uint)offset <= (uint)data.Length, "a view sliced past its validated length");
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref MemoryMarshal.GetReference(data), offset), data.Length - offset);
    }
}
