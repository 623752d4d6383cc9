using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Netfilter;

/// <summary>Finds or begins the connection of every packet that comes in or is made here, and notes it on the packet.</summary>
internal sealed class TrackingHook(ConnectionTracker tracker) : NetfilterHook
{
    protected internal override Verdict Invoke(ref HookContext context)
    {
        var packet = context.Packet;
        if (packet.Conntrack is PacketTracking seen && seen.Tracker == tracker)
        {
            // Seen before: looped back, or exempt.
            return Verdict.Accept;
        }

        packet.Conntrack = null;
        string? fault = null;
        if (!context.TryGetFields(out var fields))
        {
            fault = "malformed headers";
        }
        else if (fields.IsLaterFragment)
        {
            fault = "a fragment without its first part";
        }
        else if (context.Point == HookPoint.PreRouting && tracker.Settings.Checksum && !HasValidChecksum(packet, fields))
        {
            fault = "wrong checksum";
        }
        else if (fields.IsIcmp && IsExempt(fields))
        {
            packet.Conntrack = tracker.Untracked;
        }
        else if (fields.IsIcmpError)
        {
            fault = Relate(packet, fields);
        }
        else
        {
            fault = Track(packet, fields, out bool full);
            if (full)
            {
                return context.Drop(DropReason.ConntrackFull, tracker);
            }
        }

        if (fault is not null)
        {
            tracker.InvalidPackets++;
        }

        if (context.Host.Loop.Tracer.Enabled)
        {
            Trace(ref context, fault);
        }

        return Verdict.Accept;
    }

    private string? Track(PacketBuffer packet, in PacketFields fields, out bool full)
    {
        full = false;
        var tuple = ConnectionTuple.From(fields);
        var flow = tracker.Find(tuple);
        if (flow is not null && fields.Protocol == IpProtocol.Tcp)
        {
            switch (Advance(flow, packet, fields))
            {
                case TcpTracking.Outcome.Invalid:
                    return "out of place in its connection";
                case TcpTracking.Outcome.Reopen:
                    tracker.Destroy(flow.Connection);
                    flow = null;
                    break;
            }
        }

        if (flow is null)
        {
            string? fault = Begin(packet, fields, tuple, out flow);
            full = fault is null && flow is null;
            if (flow is null)
            {
                return fault;
            }
        }

        Note(flow, packet);
        return null;
    }

    private string? Begin(PacketBuffer packet, in PacketFields fields, in ConnectionTuple tuple, out FlowDirection? flow)
    {
        flow = null;
        var state = TcpTrackingState.None;
        if (!tuple.MayBegin)
        {
            return "an answer to nothing";
        }

        if (fields.Protocol == IpProtocol.Tcp && !TcpTracking.TryBegin(fields.TcpFlags, tracker.Settings.TcpLoose, out state))
        {
            return "may not begin a connection";
        }

        var connection = tracker.Begin(tuple);
        if (connection is not null)
        {
            flow = connection.Original;
            if (state != TcpTrackingState.None)
            {
                connection.Tcp.Begin(state, packet.Span[fields.TransportOffset..], fields.TransportLength);
            }
        }

        return null;
    }

    private TcpTracking.Outcome Advance(FlowDirection flow, PacketBuffer packet, in PacketFields fields)
    {
        var connection = flow.Connection;
        var before = connection.Tcp.State;
        packet.EnsureLinear(Math.Min(packet.Length, fields.TransportOffset + (packet.Span[fields.TransportOffset + 12] >> 4) * 4));
        var outcome = connection.Tcp.Advance(packet.Span[fields.TransportOffset..], fields.TransportLength, fields.TcpFlags,
            flow.IsReply, tracker.Settings.TcpBeLiberal);
        if (outcome != TcpTracking.Outcome.Accept)
        {
            return outcome;
        }

        if (!connection.SeenReply && (fields.TcpFlags & TcpFlags.Rst) != 0)
        {
            // Refused at once, or given up: nothing will follow.
            tracker.Destroy(connection);
        }
        else if (connection.SeenReply && connection.Tcp.State == TcpTrackingState.Established &&
                 before is TcpTrackingState.SynReceived or TcpTrackingState.Established)
        {
            tracker.Assure(connection);
        }

        return outcome;
    }

    private void Note(FlowDirection flow, PacketBuffer packet)
    {
        var connection = flow.Connection;
        packet.Conntrack = flow;
        flow.Packets++;
        flow.Octets += packet.Length;
        if (connection.Protocol == IpProtocol.Tcp)
        {
            tracker.Refresh(connection, connection.Tcp.Timeout(tracker.Settings));
        }
        else
        {
            if (connection.SeenReply && connection.Protocol == IpProtocol.Udp && tracker.Now > connection.StreamSince)
            {
                tracker.Assure(connection);
            }

            tracker.Refresh(connection, tracker.TimeoutOf(connection));
        }

        connection.SeenReply |= flow.IsReply;
    }

    /// <summary>An error goes against the packet that it quotes: its connection is found by the answers to the quoted packet.</summary>
    private string? Relate(PacketBuffer packet, in PacketFields fields)
    {
        int quotedAt = fields.TransportOffset + IcmpView.Size;
        packet.EnsureLinear(Math.Min(packet.Length, quotedAt + IPv4View.MaxSize + IPv6View.Size + TcpView.MinSize));
        if (packet.LinearLength < quotedAt || !PacketFields.TryReadQuoted(packet.Span[quotedAt..], out var quoted) || quoted.IsIPv6 != fields.IsIPv6)
        {
            return "quotes no packet";
        }

        var flow = tracker.Find(ConnectionTuple.From(quoted).Inverse());
        if (flow is null)
        {
            return "about no known connection";
        }

        if (flow.Key.Destination != fields.Destination)
        {
            // Whoever sent the quoted packet is told of its fate, nobody else.
            return "not addressed to who sent the quoted packet";
        }

        packet.Conntrack = flow.Connection.Related(flow.IsReply);
        return null;
    }

    /// <summary>Neighbour discovery and group membership are talk of the link, not connections.</summary>
    private static bool IsExempt(in PacketFields fields) => fields.IsIPv6 &&
        (IcmpV6Type.IsNeighbourDiscovery(fields.IcmpType) ||
         fields.IcmpType is IcmpV6Type.ListenerQuery or IcmpV6Type.ListenerReportV1 or IcmpV6Type.ListenerDone or IcmpV6Type.ListenerReportV2);

    private static bool HasValidChecksum(PacketBuffer packet, in PacketFields fields)
    {
        if (packet.Checksum != ChecksumState.None || fields.IsFragment || !fields.HasTransport)
        {
            return true;
        }

        ulong sum = 0;
        if (fields.Protocol == IpProtocol.Udp)
        {
            var header = packet.Span[fields.TransportOffset..];
            if (header[UdpView.ChecksumOffset] == 0 && header[UdpView.ChecksumOffset + 1] == 0)
            {
                // Not computed by the sender; IPv6 does not allow that (RFC 8200 8.1).
                return !fields.IsIPv6;
            }
        }

        if (fields.Protocol != IpProtocol.Icmp)
        {
            sum = InternetChecksum.PseudoHeader(fields.Source, fields.Destination, fields.Protocol, fields.TransportLength);
        }

        return InternetChecksum.IsValid(packet.Sum(fields.TransportOffset, sum));
    }

    private void Trace(ref HookContext context, string? fault)
    {
        var tracking = context.Packet.Conntrack as PacketTracking;
        string detail = fault is not null ? $"INVALID: {fault}" : tracking!.State switch
        {
            ConnectionStates.New => "NEW",
            ConnectionStates.Related => "RELATED",
            ConnectionStates.Untracked => "UNTRACKED",
            _ => tracking.IsReply ? "ESTABLISHED, answer" : "ESTABLISHED",
        };
        context.Host.Loop.Tracer.Emit(new TraceEvent
        {
            Kind = TraceKind.ConnectionTracked,
            Time = tracker.Now,
            Node = context.Host.Name,
            Packet = context.Packet,
            Subject = tracking?.Connection,
            Detail = detail,
        });
    }
}
