using Catenet.Kernel.Devices;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>What a host does with the options of an IPv4 header (RFC 791 3.1, RFC 1122 3.2.1.8, RFC 1812 5.2.4, 5.3.13).</summary>
internal static class IPv4Options
{
    private const byte RouterAlert = 148;

    /// <summary>Checks the options of a packet that came in; a malformed or refused one ends it.</summary>
    /// <returns>False if the packet is gone.</returns>
    public static bool Accept(Host host, PacketBuffer packet, NetDevice device)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        if (FirstError(ip.Options, out bool hasSourceRoute) is >= 0 and var pointer)
        {
            if (hasSourceRoute)
            {
                // The answer would have to go back by the source route.
                host.Drop(packet, DropReason.IpOption, device);
            }
            else
            {
                Refuse(host, packet, IPv4View.MinSize + pointer);
            }

            return false;
        }

        if (hasSourceRoute && !(device.Settings.AcceptSourceRoute && IsAtEndOfRoute(ip.Options)))
        {
            // Refused without a word, as Linux does: an answer would only tell an attacker (RFC 7126 4.3.5).
            host.Drop(packet, DropReason.IpOption, device);
            return false;
        }

        return true;
    }

    /// <summary>A packet for this host has arrived: records its address and time where the options ask for them (RFC 1122 3.2.1.8).</summary>
    public static void Arrive(Host host, PacketBuffer packet)
    {
        packet.EnsureWritable();
        var span = packet.Span;
        IPv4View.TryParse(span, packet.Length, out var ip);
        var own = host.Routes.IsLocal(ip.Destination) ? ip.Destination
            : host.Devices.ByIndex(packet.InputInterface)?.Addresses.Primary(ipv4: true)?.Address ?? InetAddress.AnyIPv4;
        var options = new IPv4OptionEnumerator(ip.Options);
        while (options.MoveNext())
        {
            Record(host, span.Slice(IPv4View.MinSize + options.Offset, options.Current.Length), own);
        }

        // The header goes no further: its checksum, which errors quote, stays as it came.
    }

    /// <summary>The options of the answer to a packet that has arrived: its record of the route and its timestamps go on, not cut short (RFC 1122 3.2.2.6).</summary>
    /// <param name="host">The host.</param>
    /// <param name="header">The packet from its IPv4 header on.</param>
    /// <param name="own">The address the answer comes from.</param>
    /// <param name="answer">The answer's options; null if there are none.</param>
    /// <returns>False if an option has room for part of an entry only: no answer is sent.</returns>
    public static bool TryEcho(Host host, ReadOnlySpan<byte> header, InetAddress own, out byte[]? answer)
    {
        answer = null;
        if (!IPv4View.TryParseQuoted(header, out var ip) || !ip.HasOptions)
        {
            return true;
        }

        Span<byte> room = stackalloc byte[IPv4View.MaxSize - IPv4View.MinSize];
        int length = 0;
        foreach (byte type in (ReadOnlySpan<byte>)[IPv4OptionType.RecordRoute, IPv4OptionType.Timestamp])
        {
            var options = new IPv4OptionEnumerator(ip.Options);
            while (options.MoveNext())
            {
                if (options.Current.Type == type)
                {
                    var copy = room.Slice(length, options.Current.Length);
                    ip.Options.Slice(options.Offset, copy.Length).CopyTo(copy);
                    if (copy[2] <= copy.Length && copy[2] + 3 > copy.Length)
                    {
                        return false;
                    }

                    if (copy[2] <= copy.Length)
                    {
                        Record(host, copy, own);
                    }

                    length += copy.Length;
                }
            }
        }

        answer = length == 0 ? null : room[..length].ToArray();
        return true;
    }

    /// <summary>Milliseconds since midnight UT.</summary>
    public static uint TimeOfDay(Host host) => (uint)(host.Loop.UtcNow.TimeOfDay.Ticks / TimeSpan.TicksPerMillisecond);

    /// <summary>Where the first octet in error stands in the options; -1 if there is none.</summary>
    private static int FirstError(ReadOnlySpan<byte> options, out bool hasSourceRoute)
    {
        hasSourceRoute = false;
        bool hasRecord = false, hasTimestamp = false;
        for (int at = 0; at < options.Length && options[at] != IPv4OptionType.EndOfList;)
        {
            if (options[at] == IPv4OptionType.NoOperation)
            {
                at++;
                continue;
            }

            int length = at + 1 < options.Length ? options[at + 1] : 0;
            if (length < 2 || at + length > options.Length)
            {
                return at;
            }

            var option = options.Slice(at, length);
            bool isRoute = option[0] is IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute;
            int error = option[0] switch
            {
                IPv4OptionType.RecordRoute => hasRecord ? 0 : RouteError(option),
                IPv4OptionType.Timestamp => hasTimestamp ? 0 : TimestampError(option),
                RouterAlert => length < 4 ? 1 : -1,
                _ when isRoute => length < 3 ? 1 : option[2] < 4 ? 2 : hasSourceRoute ? 0 : -1,
                _ => -1,
            };
            if (error >= 0)
            {
                return at + error;
            }

            hasSourceRoute |= isRoute;
            hasRecord |= option[0] == IPv4OptionType.RecordRoute;
            hasTimestamp |= option[0] == IPv4OptionType.Timestamp;
            at += length;
        }

        return -1;
    }

    private static int RouteError(ReadOnlySpan<byte> option) =>
        option.Length < 3 ? 1 : option[2] < 4 || (option[2] <= option.Length && option[2] + 3 > option.Length) ? 2 : -1;

    private static int TimestampError(ReadOnlySpan<byte> option)
    {
        if (option.Length < 4)
        {
            return 1;
        }

        int flag = option[3] & 0xF;
        if (option[2] > option.Length)
        {
            return flag != 3 && option[3] >> 4 == 15 ? 3 : -1;
        }

        return option[2] < 5 || option[2] + (flag is 1 or 3 ? 7 : 3) > option.Length ? 2 : -1;
    }

    private static bool IsAtEndOfRoute(ReadOnlySpan<byte> all)
    {
        foreach (var option in new IPv4OptionEnumerator(all))
        {
            if (option.Type is IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute && !option.IsFull)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Completes a record route or timestamp option; leaves others alone.</summary>
    private static void Record(Host host, Span<byte> option, InetAddress own)
    {
        if (option[0] == IPv4OptionType.RecordRoute)
        {
            IPv4OptionWriter.Record(option, own);
        }
        else if (option[0] == IPv4OptionType.Timestamp && (option[3] & 0xF) is 0 or 1 or 3)
        {
            IPv4OptionWriter.Stamp(option, own, TimeOfDay(host));
        }
    }

    /// <summary>Records this host's address and time where the options ask for it, as the packet passes on by a device.</summary>
    /// <returns>False if the packet is gone.</returns>
    public static bool Forward(Host host, PacketBuffer packet, NetDevice output)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        var own = output.Addresses.Primary(ipv4: true)?.Address ?? InetAddress.AnyIPv4;
        var options = new IPv4OptionEnumerator(ip.Options);
        var span = packet.Span;
        while (options.MoveNext())
        {
            var option = options.Current;
            var octets = span.Slice(IPv4View.MinSize + options.Offset, option.Length);
            if (option.Type == IPv4OptionType.RecordRoute && option.IsRoute)
            {
                IPv4OptionWriter.Record(octets, own);
            }
            else if (option.IsTimestamp)
            {
                if (!IPv4OptionWriter.Stamp(octets, own, TimeOfDay(host)))
                {
                    Refuse(host, packet, IPv4View.MinSize + options.Offset + 3);
                    return false;
                }
            }
        }

        IPv4View.UpdateChecksum(span);
        return true;
    }

    private static void Refuse(Host host, PacketBuffer packet, int pointer)
    {
        host.Icmp.SendError(packet, IcmpType.ParameterProblem, IcmpCode.PointerIndicatesError, IcmpView.RestOfPointer((byte)pointer));
        host.Drop(packet, DropReason.IpOption);
    }
}
