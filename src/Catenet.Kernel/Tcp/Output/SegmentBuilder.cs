using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Offload;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Makes a segment of header and references to the send buffer and hands it to IP.</summary>
internal static class SegmentBuilder
{
    /// <summary>Payloads up to this size are copied behind the header, where they fit beside it: cheaper than a reference.</summary>
    private const int InlineLimit = 96;

    /// <summary>Sends a segment.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="seq">SEG.SEQ.</param>
    /// <param name="offset">Where the payload begins in the send buffer.</param>
    /// <param name="length">Octets of payload.</param>
    /// <param name="flags">The control bits; of several segments, those that the last one is to have.</param>
    /// <param name="size">Payload of one segment: if there is more, the device cuts the packet.</param>
    public static void Send(TcpConnection c, SeqNumber seq, int offset, int length, TcpFlags flags, int size = ushort.MaxValue)
    {
        var pool = c.Host.Loop.Packets;
        bool inline = length <= InlineLimit;
        bool usual = c.Sacks is null && c.Authentication is null && c.Ecn is not { Mode: EcnMode.Accurate };
        var packet = pool.Rent((usual ? TcpView.MinSize + TcpOptionsWriter.TimestampsSize : TcpView.MaxSize) + (inline ? length : 0));
        int header = TcpView.MinSize + (c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0);
        var acknowledgment = c.Rcv.Nxt;
        if (c.Ecn is { } ecn)
        {
            flags = EcnOutput.Apply(c, ecn, flags, length);
            acknowledgment = ecn.TakeAcknowledgment(acknowledgment);
        }

        if (!usual)
        {
            header = WriteLongHeader(c, packet);
        }
        else
        {
            var segment = packet.Append(header);
            if (c.Ts.Enabled)
            {
                TcpOptionsWriter.WriteTimestamps(segment[TcpView.MinSize..], c.Ts.Value(c.Now), c.Ts.Recent);
            }
        }

        ushort urgent = c.Urgent is null ? (ushort)0 : UrgentSending.Pointer(c, seq);
        flags |= urgent != 0 ? TcpFlags.Urg : TcpFlags.None;
        TcpView.Write(packet.Span, c.LocalPort, c.RemotePort, seq, acknowledgment, flags, WindowSelection.Announce(c), header, urgent);
        if (length > 0)
        {
            if (inline)
            {
                c.SendData!.CopyTo(offset, packet.Append(length));
            }
            else
            {
                c.SendData!.AddTo(packet, offset, length);
            }
        }

        c.LastPacketAt = c.Now;
        uint segments = 1;
        if (length > size)
        {
            packet.GsoSize = (ushort)size;
            segments += (uint)((length - 1) / size);
            c.Layer.Counters.SegmentsOut += segments - 1;
        }

        c.Stats.SegmentsOut += segments;
        if (length > 0)
        {
            c.Stats.DataSegmentsOut += segments;
            c.Stats.BytesSent += (uint)length;
            packet.Sender = c;
            packet.TrueSize = SmallQueues.CostOf(length);
            c.Leaving += packet.TrueSize;
            c.LastSentAt = c.Now; // for the first time or again
            c.Acks.OnDataSent(c.Now); // a FIN of its own is no answer
        }

        Hand(c, packet, header, c.PseudoSum);
        if (acknowledgment == c.Rcv.Nxt)
        {
            OnAckSent(c);
        }
    }

    /// <summary>Sends the SYN, or the SYN-ACK of a simultaneous open (RFC 9293 figure 8). Options in Linux's order.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="length">How many octets of the send buffer go with it (RFC 7413).</param>
    public static void SendSyn(TcpConnection c, int length = 0)
    {
        bool answers = c.State != TcpState.SynSent;
        var packet = c.Host.Loop.Packets.Rent(TcpView.MaxSize);
        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        c.Authentication?.AddOption(ref options);

        // The SYN-ACK repeats what our SYN offered, whatever the peer's SYN did, as Linux does.
        var settings = c.Layer.Settings;
        int mss = c.AnnouncedMss; // as it was when the user called: TCP_MAXSEG comes too late now
        int scale = !settings.WindowScaling ? -1 : answers ? InitialWindow.Choose(c.Host.Settings, c.Options, mss, scaling: true).Shift : c.Rcv.Scale;
        SynOptions.Write(ref options, mss, settings.Sack, settings.Timestamps && c.Authentication is not Md5Authentication, c.Ts.Value(c.Now), c.Ts.Recent,
            scale, answers && AccurateEcnOption.IsOffered(c));
        if (c.Opening is { Cookie.IsPresent: true } opening)
        {
            opening.UsedOption = opening.Cookie.Write(ref options);
            opening.UsedExperimental = opening.Cookie.IsExperimental;
        }

        int header = TcpView.MinSize + options.Length;
        var segment = packet.Append(header);
        room[..options.Length].CopyTo(segment[TcpView.MinSize..]);
        var flags = (answers ? TcpFlags.Syn | TcpFlags.Ack : TcpFlags.Syn) | (c.Ecn is { } ecn ? EcnNegotiation.SynFlags(ecn, answers) : 0);
        c.Stats.SegmentsOut++;
        TcpView.Write(segment, c.LocalPort, c.RemotePort, c.Snd.Iss, answers ? c.Rcv.Nxt : default, flags,
            (ushort)Math.Min(c.Rcv.Wnd, 65535), header);
        if (length > 0)
        {
            c.SendData!.AddTo(packet, 0, length);
            c.Stats.DataSegmentsOut++;
            c.Stats.BytesSent += (uint)length;
        }

        Hand(c, packet, header, c.PseudoSum);
        if (answers)
        {
            OnAckSent(c);
        }
    }

    private static void Hand(TcpConnection c, PacketBuffer packet, int header, ulong pseudoSum)
    {
        var route = c.Route is { IsValid: true } ? c.Route : c.Layer.Reroute(c);
        if (route is null)
        {
            // The retransmission timer tries again; what is wrong shows if that never succeeds.
            c.Host.Drop(packet, DropReason.IpNoRoute, c);
            return;
        }

        c.Authentication?.Sign(c.Layer.Keyed!.Input, new SegmentImage(c.LocalAddress, c.RemoteAddress, packet, header));
        int length = packet.Length;
        packet.MarkTransportHeader();
        pseudoSum = InternetChecksum.AddWord((ushort)length, pseudoSum);
        if (packet.GsoSize != 0 || (route.Device.Features & DeviceFeatures.TransmitChecksum) != 0)
        {
            TcpView.SetChecksum(packet.Span, PartialChecksum.Begin(pseudoSum));
            packet.Checksum = ChecksumState.Partial;
        }
        else
        {
            TcpView.SetChecksum(packet.Span, InternetChecksum.Finish(packet.Sum(0, pseudoSum)));
        }

        c.Layer.Counters.SegmentsOut++;
        if (c.Host.Loop.Tracer.Enabled)
        {
            c.Host.Trace(TraceKind.Encapsulate, packet, null, c, "TCP", header);
        }

        var options = new IpSendOptions
        {
            Source = c.LocalAddress,
            HopLimit = c.Options.HopLimit,
            TrafficClass = (byte)(c.Options.TrafficClass | (c.Ecn?.Mark ?? 0)),
            DontFragment = NarrowPath.MayNotFragment(c.Options.PathMtuDiscovery, route),
            Numbered = true,
            FlowLabelTurn = c.Stats.Rehashes,
        };
        packet.Mark = c.Options.Mark;
        c.Host.Ip.Output(packet, route, TcpLayer.ProtocolNumber, in options);
    }

    private static int WriteLongHeader(TcpConnection c, PacketBuffer packet)
    {
        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        c.Authentication?.AddOption(ref options);
        if (c.Ts.Enabled)
        {
            options.AddTimestamps(c.Ts.Value(c.Now), c.Ts.Recent);
        }

        Span<SackBlock> blocks = stackalloc SackBlock[4];
        blocks = blocks[..(c.Sacks?.Take(blocks[..((options.Remaining - 4) / 8)]) ?? 0)];
        SackReport.Settle(c);
        if (c.Ecn is { Mode: EcnMode.Accurate } ecn)
        {
            blocks = blocks[..AccurateEcnOption.AddTo(ref options, c, ecn, blocks.Length)];
        }

        options.AddSack(blocks);
        options.Align();

        int header = TcpView.MinSize + options.Length;
        room[..options.Length].CopyTo(packet.Append(header)[TcpView.MinSize..]);
        return header;
    }

    private static void OnAckSent(TcpConnection c)
    {
        c.Acks.OnAckSent();
        c.Deadlines.DelayedAck = Instant.Never;
        if (c.Reassembly is not null)
        {
            c.Reassembly.HeldAcks = 0;
        }
    }
}
