using System.Buffers.Binary;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Offload;

/// <summary>Transport checksums that whoever transmits is to complete: the field holds the pseudo-header's sum, not complemented, until then (Linux's CHECKSUM_PARTIAL).</summary>
public static class PartialChecksum
{
    /// <summary>Completes the checksum in software (Linux's skb_checksum_help). Bytes that others share are copied first.</summary>
    /// <param name="packet">A packet of TCP or UDP with a partial checksum, from its Ethernet header on or with its network header's position known.</param>
    /// <returns>False if there is no such header: the packet is left as it was.</returns>
    public static bool Complete(PacketBuffer packet)
    {
        if (!TransportPlace.TryFind(packet, out var place))
        {
            return false;
        }

        packet.EnsureWritable();
        Finish(packet, in place);
        return true;
    }

    /// <summary>Copies a packet out as it would be with its checksum complete: for captures, which tell what the wire would have carried.</summary>
    /// <param name="packet">The packet, which stays as it is.</param>
    /// <param name="destination">Room for all of it.</param>
    /// <returns>How many octets were copied.</returns>
    public static int CopyComplete(PacketBuffer packet, Span<byte> destination)
    {
        int length = packet.CopyTo(0, destination);
        if (packet.Checksum == ChecksumState.Partial && TransportPlace.TryFind(packet, out var place) && place.Transport >= 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[place.Checksum..], Of(InternetChecksum.Add(destination[place.Transport..length]), place.Protocol));
        }

        return length;
    }

    /// <summary>The field's value to begin with.</summary>
    /// <param name="pseudoHeader">The pseudo-header's sum, transport length included.</param>
    internal static ushort Begin(ulong pseudoHeader) => (ushort)~InternetChecksum.Finish(pseudoHeader);

    /// <summary>Makes the checksum of a packet partial, whatever stands in the field.</summary>
    internal static void Restart(PacketBuffer packet, in TransportPlace place)
    {
        packet.EnsureWritable();
        var ip = packet.From(packet.Offset + place.Network);
        bool ipv4 = ip[0] >> 4 == 4;
        var source = ipv4 ? InetAddress.ReadIPv4(ip[12..]) : InetAddress.ReadIPv6(ip[8..]);
        var destination = ipv4 ? InetAddress.ReadIPv4(ip[16..]) : InetAddress.ReadIPv6(ip[24..]);
        ulong pseudo = InternetChecksum.PseudoHeader(source, destination, place.Protocol, packet.Length - place.Transport);
        BinaryPrimitives.WriteUInt16BigEndian(packet.Span[place.Checksum..], Begin(pseudo));
        packet.Checksum = ChecksumState.Partial;
    }

    /// <summary>Replaces the transport length in the pseudo-header's sum.</summary>
    internal static void ChangeLength(Span<byte> field, int before, int after)
    {
        ushort sum = BinaryPrimitives.ReadUInt16BigEndian(field);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)~InternetChecksum.Update((ushort)~sum, (ushort)before, (ushort)after));
    }

    /// <summary>Adds the rest to the sum and complements it.</summary>
    internal static void Finish(PacketBuffer packet, in TransportPlace place)
    {
        ushort checksum = Of(packet.Sum(place.Transport, 0), place.Protocol);
        BinaryPrimitives.WriteUInt16BigEndian(packet.Span[place.Checksum..], checksum);
        packet.Checksum = ChecksumState.None;
    }

    private static ushort Of(ulong sum, byte protocol)
    {
        ushort checksum = InternetChecksum.Finish(sum);
        return checksum == 0 && protocol == IpProtocol.Udp ? (ushort)0xFFFF : checksum;
    }
}
