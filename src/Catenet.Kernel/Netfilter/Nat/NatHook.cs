using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>Decides the translation of new connections and translates the packets of all, sources or destinations.</summary>
internal sealed class NatHook(NatTable table, ConnectionTracker tracker, bool source) : NetfilterHook
{
    protected internal override Verdict Invoke(ref HookContext context)
    {
        if (context.Packet.Conntrack is not PacketTracking { Connection: { } connection } tracking || tracking.Tracker != tracker)
        {
            return Verdict.Accept;
        }

        if (!connection.IsConfirmed && !(source ? connection.SourceNatDone : connection.DestinationNatDone) && tracking is FlowDirection { IsReply: false })
        {
            var verdict = source ? BindSource(ref context, connection) : BindDestination(ref context, connection);
            if (verdict != Verdict.Accept)
            {
                return verdict;
            }
        }

        // What is a source one way is a destination on the way back.
        bool translated = source != tracking.IsReply ? connection.HasSourceNat : connection.HasDestinationNat;
        if (translated && context.TryGetFields(out var fields))
        {
            Translate(ref context, tracking, connection, fields);
        }

        return Verdict.Accept;
    }

    private void Translate(ref HookContext context, PacketTracking tracking, Connection connection, in PacketFields fields)
    {
        var other = connection.Direction(!tracking.IsReply).Key;
        if (tracking is RelatedTracking)
        {
            int quotedAt = fields.TransportOffset + IcmpView.Size;
            context.Packet.EnsureLinear(Math.Min(context.Packet.Length, quotedAt + IPv4View.MaxSize + IPv6View.Size + TcpView.MinSize));
            PacketRewriter.TranslateQuoted(context.Packet, fields, other, !source);
        }

        PacketRewriter.Translate(context.Packet, fields, other.Inverse(), source);
        context.Rewritten();
        if (context.Host.Loop.Tracer.Enabled && context.TryGetFields(out var after))
        {
            context.Host.Trace(TraceKind.NatTranslate, context.Packet, context.Out ?? context.In, connection,
                $"{EndpointOf(fields)} -> {EndpointOf(after)}");
        }
    }

    private string EndpointOf(in PacketFields fields) => !fields.HasTransport || fields.IsIcmp
        ? (source ? fields.Source : fields.Destination).ToString()
        : new InetEndpoint(source ? fields.Source : fields.Destination, source ? fields.SourcePort : fields.DestinationPort).ToString();

    private Verdict BindDestination(ref HookContext context, Connection connection)
    {
        connection.DestinationNatDone = true;
        var current = connection.Reply.Key.Inverse();
        var chosen = current;
        if (table.ByOutside(current.Destination) is { } fixedMapping)
        {
            chosen = current with { Destination = fixedMapping.Inside };
        }
        else if (table.Match(ref context, tracker) is { } rule)
        {
            if (!TryResolveDestination(context.In, rule.Target, current, out chosen))
            {
                return context.Drop(DropReason.NatExhausted, rule);
            }
        }
        else if (current.Protocol is IpProtocol.Tcp or IpProtocol.Udp && table.Mappings.Owner(current.Protocol,
            new InetEndpoint(current.Destination, current.DestinationPort)) is { } mapping)
        {
            if (!mapping.Admits(current.Source))
            {
                return context.Drop(DropReason.NatNoMapping, mapping);
            }

            connection.Mapping = mapping;
            chosen = current with { Destination = mapping.Inside.Address, DestinationPort = mapping.Inside.Port };
        }

        if (chosen != current)
        {
            connection.Reply.Key = chosen.Inverse();
            connection.HasDestinationNat = true;
        }

        return Verdict.Accept;
    }

    private bool TryResolveDestination(NetDevice? device, NatTarget target, in ConnectionTuple current, out ConnectionTuple chosen)
    {
        chosen = current;
        if (target.IsAccept)
        {
            return true;
        }

        InetAddress address;
        if (target.IsPrefix)
        {
            address = Replace(current.Destination, target.Prefix);
        }
        else if (!target.IsRedirect)
        {
            address = NatMappingTable.Pick(target.First, target.Last, current.Source);
        }
        else if (device is null)
        {
            address = current.Source.IsIPv4 ? InetAddress.LoopbackIPv4 : InetAddress.LoopbackIPv6;
        }
        else if (!TryFindAddress(device, current.Source.IsIPv4, out address))
        {
            return false;
        }

        bool sameFamily = address.IsIPv4 == current.Destination.IsIPv4;
        chosen = current with
        {
            Destination = sameFamily ? address : current.Destination,
            DestinationPort = target.FirstPort == 0 || current.IsIcmp || !current.HasPorts ? current.DestinationPort
                : (ushort)(target.FirstPort + StableHash.Mix(current.SourcePort) % (ulong)(target.LastPort - target.FirstPort + 1)),
        };
        return sameFamily;
    }

    private Verdict BindSource(ref HookContext context, Connection connection)
    {
        connection.SourceNatDone = true;
        var current = connection.Reply.Key.Inverse();
        NatTarget? target = null;
        object? cause = connection;
        InetAddress first = current.Source, last = current.Source;
        bool leaves = context.Point == HookPoint.PostRouting;
        if (leaves && table.ByInside(current.Source) is { } fixedMapping && Leads(fixedMapping, context.Out, connection))
        {
            cause = fixedMapping;
            first = last = fixedMapping.Outside;
        }
        else if (table.Match(ref context, tracker) is { Target.IsAccept: false } rule)
        {
            cause = rule;
            target = rule.Target;
            if (!TryResolveSource(context.Out, target, current, out first, out last))
            {
                return context.Drop(DropReason.NatExhausted, rule);
            }
        }

        // Without a rule too: a connection whose answers could not be told from another's gets another port.
        if (!table.Mappings.TryChoose(connection, current, first, last, target, out var chosen))
        {
            return context.Drop(DropReason.NatExhausted, cause);
        }

        if (chosen != current)
        {
            connection.Reply.Key = chosen.Inverse();
            connection.HasSourceNat = true;
        }

        return Verdict.Accept;
    }

    /// <summary>A one-to-one mapping holds towards the outside, and for who calls another inside host by its outside address.</summary>
    private bool Leads(StaticMapping mapping, NetDevice? device, Connection connection) =>
        mapping.Device is null || mapping.Device == device?.Name || table.ByOutside(connection.Original.Key.Destination) is not null;

    private static bool TryResolveSource(NetDevice? device, NatTarget target, in ConnectionTuple current, out InetAddress first, out InetAddress last)
    {
        (first, last) = (target.First, target.Last);
        if (target.IsPrefix)
        {
            first = last = Replace(current.Source, target.Prefix);
        }
        else if (target.IsMasquerade)
        {
            if (device is null || !TryFindAddress(device, current.Source.IsIPv4, out first))
            {
                return false;
            }

            last = first;
        }

        return first.IsIPv4 == current.Source.IsIPv4;
    }

    /// <summary>The address by which a device is known outside its link.</summary>
    private static bool TryFindAddress(NetDevice device, bool ipv4, out InetAddress address)
    {
        var found = device.Addresses.Primary(ipv4);
        address = found?.Address ?? default;
        return found is { Scope: AddressScope.Global };
    }

    private static InetAddress Replace(InetAddress address, InetPrefix prefix)
    {
        if (prefix.IsIPv4 != address.IsIPv4)
        {
            return prefix.Address;
        }

        var network = InetPrefix.Mask(address, prefix.Length);
        return new InetAddress(prefix.Address.High | (address.High ^ network.High), prefix.Address.Low | ((address.Low ^ network.Low) & HostBits(address)));
    }

    private static ulong HostBits(InetAddress address) => address.IsIPv4 ? uint.MaxValue : ulong.MaxValue;
}
