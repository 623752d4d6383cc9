using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A half-open connection: what must be known between a SYN and the ACK of our SYN-ACK, and no more (SYN-RECEIVED of RFC 9293 3.3.2).</summary>
internal sealed class RequestRecord(TcpLayer layer, TcpListener listener) : TcpFlow(layer)
{
    internal const byte NoScale = 0xFF;

    internal readonly TcpListener Listener = listener;
    internal SeqNumber Irs;
    internal SeqNumber Iss;
    internal uint PeerTimestamp;
    internal ushort PeerMss;

    /// <summary>The window of the peer's SYN, and the shift for later ones.</summary>
    internal ushort PeerWindow;
    internal byte PeerScale = NoScale;
    internal bool Sack;
    internal bool Timestamps;
    internal byte Retransmissions;

    protected override void Fire(Instant now)
    {
        if (Retransmissions >= Layer.Settings.SynAckRetries)
        {
            Listener.Forget(this);
            return;
        }

        Retransmissions++;
        Layer.Counters.Retransmissions++;
        if (Layer.Host.Loop.Tracer.Enabled)
        {
            Layer.Host.Trace(TraceKind.TcpRetransmit, null, null, this, "SYN-ACK timeout");
        }

        SendSynAck();
        ArmRetransmission();
    }

    /// <summary>When the SYN-ACK was first sent, as long as it was sent once: the timer tells.</summary>
    internal Instant SentAt => Deadline - Layer.Settings.InitialRto;

    /// <summary>Waits for the ACK; each wait is twice as long as the one before (RFC 6298 5.5).</summary>
    internal void ArmRetransmission() =>
        Layer.Host.Loop.Arm(this, Duration.Min(Layer.Settings.InitialRto * (1L << Retransmissions), Layer.Settings.MaxRto));

    /// <summary>Third leg of the handshake, or something that is not it (RFC 9293 3.10.7.4 for SYN-RECEIVED after LISTEN).</summary>
    internal override void Receive(ref Segment s)
    {
        if (IsOld(in s))
        {
            Drop(ref s, DropReason.TcpPaws);
            SendAck();
            return;
        }

        if (s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Rst | TcpFlags.Ack) && s.Seq == Irs)
        {
            SendSynAck(); // our SYN-ACK was lost, or is late
            return;
        }

        var next = Irs + 1;
        if (s.End < next || s.Seq > next + (uint)Listener.InitialWindow)
        {
            if (!s.Has(TcpFlags.Rst))
            {
                SendAck();
            }

            Drop(ref s, DropReason.TcpInvalidSequence);
            return;
        }

        if (s.Has(TcpFlags.Rst))
        {
            if (s.Seq == next)
            {
                Layer.Counters.ResetsIn++;
                Listener.Forget(this);
            }

            Drop(ref s, DropReason.TcpReset);
            return;
        }

        if (s.Has(TcpFlags.Syn))
        {
            SendAck(); // RFC 5961 4
            Drop(ref s, DropReason.TcpFlags);
            return;
        }

        if (!s.Has(TcpFlags.Ack) || s.Ack != Iss + 1)
        {
            if (s.Has(TcpFlags.Ack))
            {
                Layer.SendReset(in s);
            }

            Drop(ref s, DropReason.TcpInvalidAck);
            return;
        }

        Listener.Complete(this, ref s);
    }

    internal void SendSynAck()
    {
        var host = Layer.Host;
        var route = host.Ip.Route(RemoteAddress, LocalAddress, null, Listener.Options.Mark, out _);
        if (route is null)
        {
            return;
        }

        int mss = SegmentSize.Announced(route, LocalAddress);
        mss = Math.Clamp(Listener.Options.MaxSegment > 0 ? Math.Min(mss, Listener.Options.MaxSegment) : mss, SegmentSize.Least, 65535);
        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        SynOptions.Write(ref options, mss, Sack, Timestamps, Timestamp(), PeerTimestamp, PeerScale == NoScale ? -1 : Listener.Scale);
        ControlSegment.Send(Layer, this, route, Iss, Irs + 1, TcpFlags.Syn | TcpFlags.Ack,
            (ushort)Math.Min(Listener.InitialWindow, 65535), room[..options.Length], Listener.Options);
    }

    private void SendAck()
    {
        var route = Layer.Host.Ip.Route(RemoteAddress, LocalAddress, null, Listener.Options.Mark, out _);
        if (route is null || !Layer.TakeChallenge())
        {
            return;
        }

        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        if (Timestamps)
        {
            options.AddTimestamps(Timestamp(), PeerTimestamp);
        }

        int scale = PeerScale == NoScale ? 0 : Listener.Scale;
        ControlSegment.Send(Layer, this, route, Iss + 1, Irs + 1, TcpFlags.Ack,
            (ushort)(Math.Min(Listener.InitialWindow, 65535) >> scale), room[..options.Length], Listener.Options);
    }

    private uint Timestamp() =>
        Tcp.Timestamps.ToTicks(Layer.Host.Loop.Now) + Layer.Secret.TimestampOffset(LocalAddress, RemoteAddress);

    private bool IsOld(in Segment s) =>
        Timestamps && s.Options.HasTimestamps && !s.Has(TcpFlags.Rst) && (int)(s.Options.TimestampValue - PeerTimestamp) < 0;

    private void Drop(ref Segment s, DropReason reason)
    {
        var packet = s.Packet!;
        s.Packet = null;
        Layer.Host.Drop(packet, reason, this);
    }

    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} SYN-RECEIVED";
}
