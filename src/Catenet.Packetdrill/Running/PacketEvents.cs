using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Running;

/// <summary>The packets of a script: those it puts in, and those it waits for.</summary>
internal sealed class PacketEvents(IStack stack, ConversationTable conversations, Timing timing, RunSettings settings)
{
    private const ushort FirstRemotePort = 53000;

    private ushort _nextRemotePort = FirstRemotePort;

    /// <summary>Puts a packet into the stack.</summary>
    public void Inject(PacketSpec packet)
    {
        stack.Refuse(packet);
        var conversation = ConversationOf(packet);
        if (packet.Kind == PacketKindOf.Udp && conversation.Remote.Port == 0)
        {
            conversation.Remote = conversation.Remote with { Port = _nextRemotePort++ };
        }

        byte[] octets = PacketWriter.Write(packet, conversation);
        if (IsSigned(packet) && conversations.Md5Key is { } key)
        {
            Md5Signature.Sign(octets, key);
        }

        stack.Wire.Inject(Envelope.Wrap(packet.Envelope, octets));
    }

    /// <summary>Waits for a packet from the stack, and compares it.</summary>
    public void Expect(ScriptEvent item, PacketSpec packet)
    {
        stack.Refuse(packet);
        var conversation = ConversationOf(packet);
        var (from, to) = timing.WindowOf(item.Time);
        var limit = item.Time.Kind == EventTimeKind.Any ? stack.Clock.Now + stack.Clock.LongPatience : Instant.Max(to, stack.Clock.Now) + timing.ToleranceAt(from) + Timing.Patience;
        if (!stack.Clock.AdvanceUntil(() => HasRelevant(packet, conversation), limit))
        {
            throw new ScriptFailure(Show(packet), "nothing");
        }

        stack.Clock.Settle();
        var came = TakeRelevant(packet, conversation)!;
        if (IsSigned(packet) && conversations.Md5Key is { } key && came.Signed is { } octets && !Md5Signature.IsValid(octets, key))
        {
            throw new ScriptFailure(Show(packet), $"{Tell(came)}: a wrong signature");
        }

        Learn(packet, came, conversation);
        came = Merge(packet, came, conversation);
        if (PacketComparer.Difference(packet, came, conversation, settings.TimestampTick, settings.Tolerance) is { } difference)
        {
            throw new ScriptFailure(Show(packet), $"{Tell(came)}: {difference}");
        }

        timing.Verify("the packet", item.Time, from, to, came.Time);
        LearnTimestamp(packet, came, conversation);
        timing.Passed(item.Time.Kind == EventTimeKind.Any || item.Time.IsRange ? came.Time : from, came.Time);
    }

    /// <summary>A packet with its time, in the numbers of the script.</summary>
    public string Tell(LivePacket packet)
    {
        var conversation = conversations.All.LastOrDefault(c => BelongsTo(packet, c)) ?? conversations.UnderTest;
        return $"{packet.Time} {PacketText.Of(packet, conversation)}";
    }

    /// <summary>Whether a packet of the script has an MD5 signature whose digits are left to us.</summary>
    private static bool IsSigned(PacketSpec packet) => packet.Options.Any(o => o.Kind == TcpOptionKind.Md5Signature && o.Data.Length == 0);

    private static string Show(PacketSpec packet) => string.Concat(packet.Envelope.Select(h => $"{h} ")) + ShowInner(packet);

    private static string ShowInner(PacketSpec packet) => packet.Kind == PacketKindOf.Tcp
        ? $"{PacketText.FlagsOf(packet.Flags)} {packet.Sequence}:{unchecked(packet.Sequence + (uint)packet.Length)}({packet.Length}){(packet.Acknowledgment is { } ack ? $" ack {ack}" : "")}"
        : $"a packet of {packet.Kind}";

    private static bool BelongsTo(LivePacket packet, Conversation conversation)
    {
        var (local, remote) = packet.Direction == PacketDirection.Out ? (packet.Source, packet.Destination) : (packet.Destination, packet.Source);
        return packet.Kind == PacketKindOf.Icmp
            || (remote.Address == conversation.Remote.Address && (conversation.Remote.Port == 0 || remote.Port == conversation.Remote.Port)
                && (conversation.Local.Port == 0 || local.Port == conversation.Local.Port));
    }

    /// <summary>The conversation that a packet of the script belongs to; a packet to a socket that listens begins a new one.</summary>
    private Conversation ConversationOf(PacketSpec packet)
    {
        var current = conversations.UnderTest ?? throw new ScriptFailure("a socket that the packet belongs to", "none: there was no call to socket()");
        bool isIn = packet.Direction == PacketDirection.In;
        var (localPort, remotePort) = isIn ? (packet.DestinationPort, packet.SourcePort) : (packet.SourcePort, packet.DestinationPort);
        if (remotePort is not null && conversations.All.LastOrDefault(c => c.ScriptRemotePort == remotePort && (localPort is null || c.ScriptLocalPort == localPort)) is { } named)
        {
            return named;
        }

        if (!isIn || packet.Kind != PacketKindOf.Tcp)
        {
            return current;
        }

        bool begins = stack.IsListening(current);
        bool another = remotePort is not null && packet.Has(TcpFlags.Syn) && !packet.Has(TcpFlags.Ack);
        return begins || another ? Begin(current, localPort, remotePort) : current;
    }

    private Conversation Begin(Conversation listener, ushort? localPort, ushort? remotePort)
    {
        var local = listener.Local;
        var child = conversations.Converse();
        child.Local = local;
        child.Remote = child.Remote with { Port = remotePort ?? _nextRemotePort++ };
        child.ScriptLocalPort = localPort;
        child.ScriptRemotePort = remotePort;
        return child;
    }

    private bool IsRelevant(LivePacket live, PacketSpec packet, Conversation conversation) =>
        BelongsTo(live, conversation) && (live.Kind == packet.Kind || live.Kind != PacketKindOf.Icmp);

    private bool HasRelevant(PacketSpec packet, Conversation conversation)
    {
        while (stack.Wire.Sent.First is { } first)
        {
            if (IsRelevant(first.Value, packet, conversation))
            {
                return true;
            }

            stack.Wire.Sent.RemoveFirst();
        }

        return false;
    }

    private LivePacket? TakeRelevant(PacketSpec packet, Conversation conversation)
    {
        if (!HasRelevant(packet, conversation))
        {
            return null;
        }

        var live = stack.Wire.Sent.First!.Value;
        stack.Wire.Sent.RemoveFirst();
        return live;
    }

    /// <summary>Segments that follow are put together with the first, as far as the script has them as one.</summary>
    private LivePacket Merge(PacketSpec packet, LivePacket came, Conversation conversation)
    {
        while (!settings.StrictSegments && packet.Kind == PacketKindOf.Tcp && came.Length < packet.Length && AwaitMore(packet, conversation)
            && SegmentMerger.Merge(came, stack.Wire.Sent.First!.Value, packet.Length) is { } merged)
        {
            stack.Wire.Sent.RemoveFirst();
            came = merged;
        }

        return came;
    }

    private bool AwaitMore(PacketSpec packet, Conversation conversation) =>
        HasRelevant(packet, conversation)
        || (stack.Clock.BurstTime > Duration.Zero && stack.Clock.AdvanceUntil(() => HasRelevant(packet, conversation), stack.Clock.Now + stack.Clock.BurstTime));

    private static void Learn(PacketSpec packet, LivePacket came, Conversation conversation)
    {
        if (came.Kind != PacketKindOf.Tcp)
        {
            return;
        }

        if (conversation.Local.Port == 0 || conversation.Remote.Port == 0)
        {
            conversation.Local = came.Source;
            conversation.Remote = came.Destination;
        }

        if (came.Has(TcpFlags.Syn) && packet.Has(TcpFlags.Syn))
        {
            // A SYN sent again has the number it had; one with another number begins another connection.
            if (!conversation.SynSeen || came.Sequence.Value != conversation.LocalOffset + packet.Sequence)
            {
                conversation.Restart();
                conversation.LearnIsn(came.Sequence, packet.Sequence);
            }
        }
    }

    private static void LearnTimestamp(PacketSpec packet, LivePacket came, Conversation conversation)
    {
        var script = packet.Options.FirstOrDefault(o => o.Kind == TcpOptionKind.Timestamps);
        var live = came.Options.FirstOrDefault(o => o.Kind == TcpOptionKind.Timestamps);
        if (script is not null && live is not null)
        {
            conversation.LearnTimestamp(script.Value, live.Value, came.Time);
        }
    }
}
