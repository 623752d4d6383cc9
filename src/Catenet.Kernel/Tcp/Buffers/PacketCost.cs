using System.Numerics;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What a packet costs in the receive buffer: as much memory as Linux takes for one that comes in by a TUN device.</summary>
/// <remarks>
/// The windows that a receiver announces follow from it, so the sizes are Linux's: a head of 64 octets, the packet, the
/// shared information of 320 octets, together from a cache of 576 octets or of a power of two, and a descriptor of 256.
/// </remarks>
internal static class PacketCost
{
    private const int Headroom = 64;
    private const int SharedInfo = 320;
    private const int Descriptor = 256;
    private const int SmallHead = 576;
    private const int LeastHeaders = 40;

    /// <summary>The payload of a packet that takes a page.</summary>
    public const int Page = 4096 - SharedInfo;

    /// <summary>Octets of memory for a packet that begins with its payload; a super-packet costs what its segments would.</summary>
    public static int Of(PacketBuffer packet, int wireLength)
    {
        int headers = Headers(packet);
        int length = packet.Length;
        if (wireLength >= length || wireLength <= 0)
        {
            return OfOne(headers + length);
        }

        int rest = length % wireLength;
        return length / wireLength * OfOne(headers + wireLength) + (rest > 0 ? OfOne(headers + rest) : 0);
    }

    /// <summary>How many octets more would fit behind the packet at no further cost.</summary>
    public static int Tailroom(PacketBuffer packet) => packet.GsoSize != 0 ? 0
        : Math.Max(0, packet.TrueSize - Descriptor - SharedInfo - Headroom - Headers(packet) - packet.Length);

    /// <summary>Octets of memory for a packet made of others' payload.</summary>
    public static int OfPage(int length)
    {
        int size = ((length + 63) & ~63) + SharedInfo;
        return Descriptor + (size <= SmallHead ? SmallHead : (int)BitOperations.RoundUpToPowerOf2((uint)size));
    }

    /// <summary>What lies before the present beginning: headers, and payload that was cut off.</summary>
    private static int Headers(PacketBuffer packet) =>
        packet.NetworkOffset < 0 ? LeastHeaders : Math.Max(packet.Offset - packet.NetworkOffset, LeastHeaders);

    private static int OfOne(int octets) => OfPage(Headroom + octets);
}
