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

    /// <summary>The window that our SYN-ACK announces; zero before it was first sent.</summary>
    internal int Window;

    /// <summary>DSCP and ECN bits of the SYN.</summary>
    internal byte SynTrafficClass;
    internal byte Retransmissions;
    private byte _agreed;

    internal bool Sack
    {
        get => (_agreed & 0x10) != 0;
        set => _agreed |= (byte)(value ? 0x10 : 0);
    }

    internal bool Timestamps
    {
        get => (_agreed & 0x20) != 0;
        set => _agreed = (byte)(value ? _agreed | 0x20 : _agreed & ~0x20);
    }

    internal RequestEcn Ecn
    {
        get => new((byte)(_agreed & 0x0F));
        set => _agreed |= value.Bits;
    }

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

        if (s.Has(TcpFlags.Ack) && !s.Has(TcpFlags.Rst) && s.Ack != Iss + 1)
        {
            // RFC 9293 3.5.3: in a state that is not synchronized, what acknowledges anything else is answered with a reset.
            Layer.SendReset(in s);
            Drop(ref s, DropReason.TcpInvalidAck);
        }
        else if (!IsInWindow(in s))
        {
            if (!s.Has(TcpFlags.Rst))
            {
                SendAck();
            }

            Drop(ref s, DropReason.TcpInvalidSequence);
        }
        else if (s.Has(TcpFlags.Rst | TcpFlags.Syn))
        {
            End(ref s);
        }
        else if (!s.Has(TcpFlags.Ack))
        {
            Drop(ref s, DropReason.TcpInvalidAck);
        }
        else
        {
            Listener.Complete(this, ref s);
        }
    }

    /// <summary>RST or SYN within the window: the request ends (RFC 9293 3.10.7.4, second and fourth, passive OPEN), but a RST must match exactly (RFC 5961 3).</summary>
    private void End(ref Segment s)
    {
        if (!s.Has(TcpFlags.Rst))
        {
            Layer.SendReset(in s);
            Listener.Forget(this);
        }
        else if (s.Seq == Irs + 1)
        {
            Layer.Counters.ResetsIn++;
            Listener.Forget(this);
        }
        else
        {
            SendAck();
        }

        Drop(ref s, s.Has(TcpFlags.Rst) ? DropReason.TcpReset : DropReason.TcpFlags);
    }

    private bool IsInWindow(in Segment s)
    {
        SeqNumber begin = Irs + 1, end = begin + (uint)Window;
        return s.Seq == begin || (s.End > begin && s.Seq < end) || (s.Seq == end && s.End == end);
    }

    internal void SendSynAck()
    {
        var host = Layer.Host;
        var route = host.Ip.Route(RemoteAddress, LocalAddress, null, Listener.Options.Mark, out _);
        if (route is null)
        {
            return;
        }

        var authentication = Layer.Keyed?.Of(this);
        Timestamps &= authentication is null || !Sack; // as Linux: a SYN has no room for all three
        int mss = SegmentSize.Announced(route, LocalAddress);
        mss = Math.Clamp(Listener.Options.MaxSegment > 0 ? Math.Min(mss, Listener.Options.MaxSegment) : mss, SegmentSize.Least, 65535);
        Window = Window != 0 ? Window : InitialWindow.Choose(host.Settings, Listener.Options, mss - (Timestamps ? TcpOptionsWriter.TimestampsSize : 0), PeerScale != NoScale).Window;
        Span<byte> room = stackalloc byte[TcpOptionsWriter.MaxLength];
        var options = new TcpOptionsWriter(room);
        authentication?.AddOption(ref options);
        bool tellsOctets = Ecn.Mode == EcnMode.Accurate && Layer.Settings.EcnOption > 0 && Retransmissions == 0;
        SynOptions.Write(ref options, mss, Sack, Timestamps, Timestamp(), PeerTimestamp, PeerScale == NoScale ? -1 : Listener.Scale, tellsOctets);
        ControlSegment.Send(Layer, this, route, Iss, Irs + 1, TcpFlags.Syn | TcpFlags.Ack | Ecn.SynAckFlags(SynTrafficClass),
            (ushort)Math.Min(Window, 65535), room[..options.Length], Listener.Options, TrafficClass(), authentication);
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

        var authentication = Layer.Keyed?.Of(this);
        authentication?.AddOption(ref options);
        int scale = PeerScale == NoScale ? 0 : Listener.Scale;
        ControlSegment.Send(Layer, this, route, Iss + 1, Irs + 1, TcpFlags.Ack,
            (ushort)(Window >> scale), room[..options.Length], Listener.Options, authentication: authentication);
    }

    /// <summary>DSCP and ECN bits of the SYN-ACK.</summary>
    private byte TrafficClass() =>
        (byte)(((Layer.Settings.ReflectTos ? SynTrafficClass : Listener.Options.TrafficClass) & ~EcnField.Mask) | Ecn.Sent);

    private uint Timestamp() =>
        Tcp.Timestamps.ToTicks(Layer.Host.Loop.Now) + Layer.Secret.TimestampOffset(LocalAddress, RemoteAddress);

    private bool IsOld(in Segment s) =>
        Timestamps && s.Options.HasTimestamps && !s.Has(TcpFlags.Rst) && PeerTimestamp != 0 && (int)(s.Options.TimestampValue - PeerTimestamp) < 0;

    private void Drop(ref Segment s, DropReason reason)
    {
        var packet = s.Packet!;
        s.Packet = null;
        Layer.Host.Drop(packet, reason, this);
    }

    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} SYN-RECEIVED";
}
