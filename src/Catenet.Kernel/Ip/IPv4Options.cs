using Catenet.Kernel.Devices;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>What a host does with the options of an IPv4 header (RFC 791 3.1, RFC 1122 3.2.1.8, RFC 1812 5.2.4, 5.3.13).</summary>
internal static class IPv4Options
{
    /// <summary>Checks the options of a packet that came in; a malformed or refused one ends it.</summary>
    /// <returns>False if the packet is gone.</returns>
    public static bool Accept(Host host, PacketBuffer packet, NetDevice device)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        var options = new IPv4OptionEnumerator(ip.Options);
        while (options.MoveNext())
        {
            var option = options.Current;
            if (option.Type is IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute && !(device.Settings.AcceptSourceRoute && option.IsRoute && option.IsFull))
            {
                // Source routes are refused unless the packet has come to the end of one.
                host.Icmp.SendError(packet, IcmpType.DestinationUnreachable, IcmpCode.SourceRouteFailed);
                host.Drop(packet, DropReason.IpOption, device);
                return false;
            }

            bool malformed = (option.Type == IPv4OptionType.RecordRoute && !option.IsRoute) || (option.Type == IPv4OptionType.Timestamp && !option.IsTimestamp);
            if (malformed)
            {
                Refuse(host, packet, IPv4View.MinSize + options.Offset + 2);
                return false;
            }
        }

        if (options.IsMalformed)
        {
            Refuse(host, packet, options.ErrorPointer);
            return false;
        }

        return true;
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
                uint milliseconds = (uint)(host.Loop.UtcNow.TimeOfDay.Ticks / TimeSpan.TicksPerMillisecond);
                if (!IPv4OptionWriter.Stamp(octets, own, milliseconds))
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
