using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>Writes IPv4 options and fills in those that hosts on the way complete (RFC 791 3.1).</summary>
public static class IPv4OptionWriter
{
    /// <summary>Writes an empty record route and returns its length, 3 + 4 per entry.</summary>
    /// <param name="room">The room.</param>
    /// <param name="entries">Room for this many addresses, 1 to 9.</param>
    public static int WriteRecordRoute(Span<byte> room, int entries)
    {
        room = room[..(3 + 4 * entries)];
        room.Clear();
        room[0] = IPv4OptionType.RecordRoute;
        room[1] = (byte)room.Length;
        room[2] = 4;
        return room.Length;
    }

    /// <summary>Writes a source route and returns its length, 3 + 4 per hop.</summary>
    /// <param name="room">The room.</param>
    /// <param name="strict">Whether only these gateways may be passed.</param>
    /// <param name="hops">The hops after the first (which is the packet's destination), the final one last.</param>
    public static int WriteSourceRoute(Span<byte> room, bool strict, ReadOnlySpan<InetAddress> hops)
    {
        room = room[..(3 + 4 * hops.Length)];
        room[0] = strict ? IPv4OptionType.StrictSourceRoute : IPv4OptionType.LooseSourceRoute;
        room[1] = (byte)room.Length;
        room[2] = 4;
        for (int i = 0; i < hops.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room[(3 + 4 * i)..], hops[i].ToIPv4());
        }

        return room.Length;
    }

    /// <summary>Writes an empty timestamp option and returns its length.</summary>
    /// <param name="room">The room.</param>
    /// <param name="withAddresses">Whether hosts add their address to their time.</param>
    /// <param name="entries">Room for this many entries: up to 9, with addresses up to 4.</param>
    public static int WriteTimestamp(Span<byte> room, bool withAddresses, int entries)
    {
        room = room[..(4 + entries * (withAddresses ? 8 : 4))];
        room.Clear();
        room[0] = IPv4OptionType.Timestamp;
        room[1] = (byte)room.Length;
        room[2] = 5;
        room[3] = withAddresses ? (byte)1 : (byte)0;
        return room.Length;
    }

    /// <summary>Writes a router alert and returns its length, 4.</summary>
    public static int WriteRouterAlert(Span<byte> room, ushort value = 0)
    {
        BinaryPrimitives.WriteUInt32BigEndian(room, 0x9404_0000u | value);
        return 4;
    }

    /// <summary>Puts this host's address at the pointer of a record route or source route and moves the pointer on.</summary>
    /// <param name="option">The option's octets, found valid by <see cref="IPv4Option.IsRoute"/>.</param>
    /// <param name="address">The address of the interface the packet leaves by.</param>
    /// <returns>False if the option is full. The header checksum is the caller's to repair.</returns>
    public static bool Record(Span<byte> option, InetAddress address)
    {
        int at = option[2] - 1;
        if (at + 4 > option.Length)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(option[at..], address.ToIPv4());
        option[2] += 4;
        return true;
    }

    /// <summary>Puts this host's time (and address, as the flag asks) at the pointer of a timestamp option and moves it on; a full one counts the overflow.</summary>
    /// <param name="option">The option's octets, found valid by <see cref="IPv4Option.IsTimestamp"/>.</param>
    /// <param name="address">The address of the interface.</param>
    /// <param name="milliseconds">Milliseconds since midnight UT.</param>
    /// <returns>False if the overflow count itself overflows: the packet is in error. The header checksum is the caller's to repair.</returns>
    public static bool Stamp(Span<byte> option, InetAddress address, uint milliseconds)
    {
        int flag = option[3] & 0xF;
        int at = option[2] - 1;
        int size = flag == 0 ? 4 : 8;
        if (at + size > option.Length)
        {
            option[3] += 0x10;
            return option[3] >= 0x10;
        }

        if (flag == 3 && BinaryPrimitives.ReadUInt32BigEndian(option[at..]) != address.ToIPv4())
        {
            return true;
        }

        if (flag != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(option[at..], address.ToIPv4());
            at += 4;
        }

        BinaryPrimitives.WriteUInt32BigEndian(option[at..], milliseconds);
        option[2] += (byte)size;
        return true;
    }
}
