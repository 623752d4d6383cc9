using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Catenet.Core;

/// <summary>The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words (RFC 1071).</summary>
/// <remarks>
/// Sums are kept unfolded in 64 bits in the machine's byte order (RFC 1071 2(B): the sum is byte-order independent) and
/// swapped once at the end. All members are pure and thread-safe.
/// </remarks>
public static class InternetChecksum
{
    /// <summary>Adds octets to a running sum. A span of odd length may only come last, unless the caller swaps (see <see cref="Combine"/>).</summary>
    /// <param name="data">The octets.</param>
    /// <param name="sum">The sum so far, zero to begin with.</param>
    public static ulong Add(ReadOnlySpan<byte> data, ulong sum = 0)
    {
        ref byte start = ref MemoryMarshal.GetReference(data);
        nuint length = (nuint)data.Length;
        nuint offset = 0;

        if (Vector256.IsHardwareAccelerated && length >= 128)
        {
            sum = AddVector(ref start, length, ref offset, sum);
        }

        while (length - offset >= 8)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
            sum += (word & 0xFFFF_FFFF) + (word >> 32);
            offset += 8;
        }

        if ((length - offset & 4) != 0)
        {
            sum += Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, offset));
            offset += 4;
        }

        if ((length - offset & 2) != 0)
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, offset));
            offset += 2;
        }

        if ((length - offset & 1) != 0)
        {
            // The odd octet is padded with zero on its right (RFC 1071 1).
            byte last = Unsafe.Add(ref start, offset);
            sum += BitConverter.IsLittleEndian ? last : (uint)last << 8;
        }

        return sum;
    }

    /// <summary>Adds 32-bit words in four-wide 64-bit lanes: no lane can overflow before 2^32 words.</summary>
    private static ulong AddVector(ref byte start, nuint length, ref nuint offset, ulong sum)
    {
        var low = Vector256<ulong>.Zero;
        var high = Vector256<ulong>.Zero;
        var low2 = Vector256<ulong>.Zero;
        var high2 = Vector256<ulong>.Zero;
        var mask = Vector256.Create(0xFFFF_FFFFUL);
        while (length - offset >= 64)
        {
            var a = Vector256.LoadUnsafe(ref start, offset).AsUInt64();
            var b = Vector256.LoadUnsafe(ref start, offset + 32).AsUInt64();
            low += a & mask;
            high += a >>> 32;
            low2 += b & mask;
            high2 += b >>> 32;
            offset += 64;
        }

        return sum + Vector256.Sum(low + high + low2 + high2);
    }

    /// <summary>Adds a 16-bit word given in host order (a header field about to be written in network order).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddWord(ushort value, ulong sum) =>
        sum + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>Adds the part that follows <paramref name="offset"/> octets of the covered data; at an odd offset the part's sum is swapped (RFC 1071 2(B)).</summary>
    public static ulong Combine(ulong sum, ulong part, int offset)
    {
        if ((offset & 1) == 0)
        {
            return sum + Reduce(part);
        }

        uint reduced = Reduce(part);
        return sum + ((reduced & 0xFF) << 8 | reduced >> 8);
    }

    /// <summary>Folds a sum to the 16-bit value to put into the header, in host order.</summary>
    public static ushort Finish(ulong sum)
    {
        ushort folded = (ushort)~Reduce(sum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }

    /// <summary>The checksum of one span, ready to be written in network order.</summary>
    public static ushort Compute(ReadOnlySpan<byte> data) => Finish(Add(data));

    /// <summary>Whether data that contains its own checksum sums to all ones.</summary>
    public static bool Verify(ReadOnlySpan<byte> data, ulong sum = 0) => Reduce(Add(data, sum)) == 0xFFFF;

    /// <summary>Whether a sum over data that contains its own checksum is all ones.</summary>
    public static bool IsValid(ulong sum) => Reduce(sum) == 0xFFFF;

    /// <summary>The sum over the pseudo-header of TCP, UDP and ICMPv6 (RFC 9293 3.1, RFC 768, RFC 8200 8.1).</summary>
    /// <param name="source">The source address; both are of one family.</param>
    /// <param name="destination">The destination address.</param>
    /// <param name="protocol">The upper-layer protocol number.</param>
    /// <param name="length">The upper-layer length in octets.</param>
    public static ulong PseudoHeader(InetAddress source, InetAddress destination, byte protocol, int length)
    {
        ulong sum = (uint)IPAddressWord(source) + (ulong)(uint)IPAddressWord(destination);
        if (source.IsIPv6)
        {
            sum = AddHalf(source.High, AddHalf(source.Low, AddHalf(destination.High, AddHalf(destination.Low, 0))));
        }

        // The zero octets of both forms add nothing; the length's high half matters only for jumbograms.
        return AddWord((ushort)(length >> 16), AddWord((ushort)length, AddWord(protocol, sum)));
    }

    /// <summary>Updates a checksum when one 16-bit word changes: HC' = ~(~HC + ~m + m') (RFC 1624, equation 3). All in host order.</summary>
    public static ushort Update(ushort checksum, ushort before, ushort after)
    {
        uint sum = (uint)(ushort)~checksum + (ushort)~before + after;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>Updates a checksum when a 32-bit field changes (RFC 1624).</summary>
    public static ushort Update(ushort checksum, uint before, uint after) =>
        Update(Update(checksum, (ushort)(before >> 16), (ushort)(after >> 16)), (ushort)before, (ushort)after);

    /// <summary>Updates a checksum when an address of its pseudo-header changes, as NAT does (RFC 3022 4.2).</summary>
    public static ushort Update(ushort checksum, InetAddress before, InetAddress after)
    {
        checksum = Update(checksum, (uint)before.Low, (uint)after.Low);
        if (before.IsIPv4)
        {
            return checksum;
        }

        checksum = Update(checksum, (uint)(before.Low >> 32), (uint)(after.Low >> 32));
        checksum = Update(checksum, (uint)before.High, (uint)after.High);
        return Update(checksum, (uint)(before.High >> 32), (uint)(after.High >> 32));
    }

    private static uint IPAddressWord(InetAddress address)
    {
        if (!address.IsIPv4)
        {
            return 0;
        }

        uint value = address.ToIPv4();
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    private static ulong AddHalf(ulong half, ulong sum)
    {
        ulong word = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(half) : half;
        return sum + (word & 0xFFFF_FFFF) + (word >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(ulong sum)
    {
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        sum = (sum & 0xFFFF_FFFF) + (sum >> 32);
        uint s = (uint)sum;
        s = (s & 0xFFFF) + (s >> 16);
        return (s & 0xFFFF) + (s >> 16);
    }
}
