using Catenet.Kernel.Devices;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>What a node does with IPv6 extension headers (RFC 8200 4); every walk is bounded.</summary>
internal static class IPv6Extensions
{
    /// <summary>Options are aligned to at most eight octets: more padding in a row is a covert channel or worse, and so is what is not zero (RFC 4942 2.1.9.5).</summary>
    private const int MostPadding = 7;

    private const byte JumboPayload = 0xC2;

    /// <summary>Looks at the hop-by-hop options of a packet that came in, for this host or another.</summary>
    /// <returns>False if the packet is gone.</returns>
    public static bool AcceptHopByHop(Host host, PacketBuffer packet)
    {
        packet.Linearize();
        return AcceptOptions(host, packet, IPv6View.Size);
    }

    /// <summary>Walks the headers of a packet for this host up to its transport; puts fragments together.</summary>
    /// <param name="host">The host.</param>
    /// <param name="packet">The packet; another one after reassembly.</param>
    /// <param name="device">The device it came in by.</param>
    /// <param name="protocol">The transport found.</param>
    /// <param name="offset">Where it begins.</param>
    /// <returns>False if the packet is gone.</returns>
    public static bool Walk(Host host, ref PacketBuffer packet, NetDevice device, out byte protocol, out int offset)
    {
        packet.Linearize();
        if (!TryWalk(host, packet, out var upper, out protocol, out offset))
        {
            return false;
        }

        if (upper.IsFragment && !upper.IsAtomicFragment)
        {
            if (host.Ip.Reassembler.AddIPv6(packet, in upper, device) is not { } whole)
            {
                return false;
            }

            packet = whole;
            packet.Linearize();
            if (!TryWalk(host, packet, out upper, out protocol, out offset))
            {
                return false;
            }
        }

        if (upper.AuthenticationNextHeaderOffset != 0)
        {
            // There are no security associations here: what cannot be verified is not believed (RFC 4302 3.4).
            host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.UnknownNextHeader, upper.AuthenticationNextHeaderOffset);
            host.Drop(packet, DropReason.IpNoProtocol);
            return false;
        }

        return AcceptRouting(host, packet, upper.RoutingOffset) &&
            (upper.DestinationOptionsOffset == 0 || AcceptOptions(host, packet, upper.DestinationOptionsOffset));
    }

    /// <summary>Ends a packet whose transport nobody speaks.</summary>
    public static void RefuseProtocol(Host host, PacketBuffer packet)
    {
        packet.Linearize();
        if (IPv6Upper.TryWalk(packet.Span, out var upper) && upper.Protocol != IpProtocol.NoNextHeader)
        {
            host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.UnknownNextHeader, upper.NextHeaderOffset);
        }

        host.Drop(packet, DropReason.IpNoProtocol);
    }

    private static bool TryWalk(Host host, PacketBuffer packet, out IPv6Upper upper, out byte protocol, out int offset)
    {
        bool done = IPv6Upper.TryWalk(packet.Span, out upper);
        protocol = upper.Protocol;
        offset = upper.Offset;
        if (done)
        {
            return true;
        }

        if (upper is { Result: IPv6WalkResult.Truncated, IsFragment: true, IsAtomicFragment: false, IsLaterFragment: false })
        {
            // RFC 7112 5: the first fragment has the whole header chain.
            host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.IncompleteHeaderChain, 0);
        }

        if (upper.Result == IPv6WalkResult.MisplacedHopByHop)
        {
            host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.UnknownNextHeader, upper.NextHeaderOffset);
        }

        host.Drop(packet, upper.Result == IPv6WalkResult.Truncated ? DropReason.IpHeader : DropReason.IpOption);
        return false;
    }

    /// <summary>Routing headers are for others: all types are refused while segments are left (RFC 8200 4.4, RFC 5095).</summary>
    private static bool AcceptRouting(Host host, PacketBuffer packet, int at)
    {
        if (at == 0 || (IPv6RoutingView.TryParse(packet.Span[at..], out var routing) && routing.SegmentsLeft == 0))
        {
            return true;
        }

        host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.ErroneousField, (uint)at + 2);
        host.Drop(packet, DropReason.IpOption);
        return false;
    }

    /// <summary>No device here carries jumbograms (RFC 2675 3): such an option is either in error or stands in a packet that is.</summary>
    private static void RefuseJumbo(Host host, PacketBuffer packet, ReadOnlySpan<byte> data, int at)
    {
        if (data.Length == 4)
        {
            bool isSmall = data[0] == 0 && data[1] == 0;
            bool hasLength = packet.Span[4] != 0 || packet.Span[5] != 0;
            if (isSmall || hasLength)
            {
                host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.ErroneousField, (uint)(isSmall ? at + 2 : at));
            }
        }

        host.Drop(packet, DropReason.IpOption);
    }

    private static bool AcceptOptions(Host host, PacketBuffer packet, int at)
    {
        if (!IPv6OptionsView.TryParse(packet.Span[at..], out var header))
        {
            host.Drop(packet, DropReason.IpHeader);
            return false;
        }

        var options = new IPv6OptionEnumerator(header.Options);
        int padding = 0;
        while (options.MoveNext())
        {
            if (options.Type is IPv6OptionType.Pad1 or IPv6OptionType.PadN)
            {
                padding += options.Type == IPv6OptionType.Pad1 ? 1 : options.Data.Length + 2;
                if (padding > MostPadding || options.Data.ContainsAnyExcept((byte)0))
                {
                    host.Drop(packet, DropReason.IpOption);
                    return false;
                }

                continue;
            }

            padding = 0;
            if (options.Type == JumboPayload && at == IPv6View.Size && packet.Span[6] == IpProtocol.HopByHop)
            {
                RefuseJumbo(host, packet, options.Data, at + 2 + options.Offset);
                return false;
            }

            if (options.Type == IPv6OptionType.RouterAlert || options.ActionIfUnknown == 0)
            {
                continue;
            }

            bool toGroup = packet.Span[24] == 0xFF;
            if (options.ActionIfUnknown == 2 || (options.ActionIfUnknown == 3 && !toGroup))
            {
                host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, IcmpV6Code.UnknownOption, (uint)(at + 2 + options.Offset));
            }

            host.Drop(packet, DropReason.IpOption);
            return false;
        }

        if (options.IsMalformed)
        {
            host.Drop(packet, DropReason.IpOption);
            return false;
        }

        return true;
    }
}
