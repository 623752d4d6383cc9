using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A half-open connection: what must be known between a SYN and the ACK of our SYN-ACK, and no more (SYN-RECEIVED of RFC 9293 3.3.2).</summary>
internal sealed class RequestRecord(ListeningAddress own, ushort localPort, InetAddress remoteAddress, ushort remotePort)
    : FlowRecord(own, localPort, remoteAddress, remotePort)
{
    internal const byte NoScale = 0xFF;

    /// <summary>What few requests have; null for the others.</summary>
    internal RequestExtras? Extras;
    internal SeqNumber Irs;
    internal SeqNumber Iss;
    internal uint PeerTimestamp;

    /// <summary>When something unacceptable was last answered, in ticks; zero: never.</summary>
    internal uint AnsweredAt;
    internal ushort PeerMss;

    /// <summary>The window of the peer's SYN, and the shift for later ones.</summary>
    internal ushort PeerWindow;

    /// <summary>The window that our SYN-ACK announces; zero before it was first sent.</summary>
    internal int Window;
    internal byte PeerScale = NoScale;

    /// <summary>DSCP and ECN bits of the SYN.</summary>
    internal byte SynTrafficClass;
    private byte _ecn;

    /// <summary>How many ticks later the timer would have been armed first, had no SYN come again; the largest value: that is not known.</summary>
    private ushort _lateness;

    /// <summary>How often the timer has run out, and how often the SYN-ACK was sent again, for a SYN that came again too.</summary>
    internal byte Timeouts;
    internal byte Retransmissions;
    internal RequestFlags Flags;

    internal TcpListener Listener => ((ListeningAddress)Own).Listener;

    internal bool Sack => (Flags & RequestFlags.Sack) != 0;

    internal bool Timestamps => (Flags & RequestFlags.Timestamps) != 0;

    internal RequestEcn Ecn
    {
        get => new(_ecn);
        set => _ecn = value.Bits;
    }

    /// <summary>DSCP and ECN bits of the SYN-ACK.</summary>
    internal byte TrafficClass =>
        (byte)(((Layer.Settings.ReflectTos ? SynTrafficClass : Listener.Options.TrafficClass) & ~EcnField.Mask) | Ecn.Sent);

    /// <summary>The handshake's last ACK has come, but the connection could not be made: data, or room, is awaited.</summary>
    internal bool IsAcked => (Flags & RequestFlags.Acked) != 0;

    /// <summary>When the SYN-ACK was first sent, as long as only the timer has sent it again: its deadline tells.</summary>
    internal Instant? FirstSentAt => Deadline == Instant.Never || Timeouts > 6
        ? null
        : Deadline - Layer.Settings.InitialRto * ((2L << Timeouts) - 1);

    /// <summary>The same in ticks, also when a SYN that came again has armed the timer anew; null if that is long ago.</summary>
    internal uint? FirstTicks => FirstSentAt is { } first && _lateness < ushort.MaxValue ? Tcp.Timestamps.ToTicks(first) - _lateness : null;

    /// <summary>TSval of the first SYN-ACK, on the same condition.</summary>
    internal uint? FirstEcho => FirstTicks is { } first ? first + Layer.TimestampOffset(LocalAddress, RemoteAddress) : null;

    /// <summary>Waits for the ACK; each wait is twice as long as the one before (RFC 6298 5.5).</summary>
    internal void ArmRetransmission() => Layer.RequestTimer.Arm(this, Timeouts,
        Duration.Min(Layer.Settings.InitialRto * (1L << Math.Min(Timeouts, (byte)32)), Layer.Settings.MaxRto));

    /// <summary>Begins the wait anew, as the SYN-ACK was sent again for a SYN that came again.</summary>
    internal void RearmRetransmission()
    {
        uint? first = FirstTicks;
        ArmRetransmission();
        _lateness = first is { } ticks && FirstSentAt is { } seeming ? (ushort)Math.Min(Tcp.Timestamps.ToTicks(seeming) - ticks, ushort.MaxValue) : ushort.MaxValue;
    }

    internal override void Receive(ref Segment s) => RequestArrival.Process(this, ref s);

    /// <summary>The SYN-ACK is sent again, unless that is of no use any more.</summary>
    internal override void Expire(Instant now)
    {
        if (Extras?.Child is { } child)
        {
            FastOpenChild.OnTimeout(child, this);
            return;
        }

        int most = Listener.SynAckRetries;
        int defer = Listener.Options.DeferAccept;

        // While data is awaited after the ACK nothing is sent, but for a last chance at the end (Linux's rskq_defer_accept).
        bool expired = Timeouts >= most && (defer == 0 || !IsAcked || Timeouts >= defer);
        bool resend = defer == 0 || !IsAcked || Timeouts >= defer - 1;
        if (expired || (resend && !SendAgain() && !IsAcked))
        {
            Listener.Forget(this);
            return;
        }

        Listener.Age(this);
        Timeouts++;
        ArmRetransmission();
    }

    /// <summary>Sends the SYN-ACK again.</summary>
    internal bool SendAgain()
    {
        Layer.Counters.Retransmissions++;
        if (Layer.Host.Loop.Tracer.Enabled)
        {
            Layer.Host.Trace(TraceKind.TcpRetransmit, null, null, this, "SYN-ACK");
        }

        Retransmissions = (byte)Math.Min(Retransmissions + 1, byte.MaxValue);
        return SynAck.Send(this, Irs + 1);
    }

    /// <summary>TSval now.</summary>
    internal uint Timestamp() =>
        Tcp.Timestamps.ToTicks(Layer.Host.Loop.Now) + Layer.TimestampOffset(LocalAddress, RemoteAddress);

    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} SYN-RECEIVED";
}

/// <summary>What is so of a request, one bit each.</summary>
[Flags]
internal enum RequestFlags : byte
{
    None = 0,

    /// <summary>Both sides permit SACK.</summary>
    Sack = 1,

    /// <summary>Both sides send timestamps.</summary>
    Timestamps = 2,

    /// <summary>The last ACK of the handshake has come.</summary>
    Acked = 4,

    /// <summary>The request stands for a child that Fast Open has made already.</summary>
    FastOpen = 16,

    /// <summary>There is no record: our initial sequence number is a SYN cookie.</summary>
    Cookie = 32,
}

/// <summary>What few requests have.</summary>
internal sealed class RequestExtras
{
    /// <summary>The headers of the SYN (<c>TCP_SAVE_SYN</c>).</summary>
    public byte[]? SavedSyn;

    /// <summary>The connection that Fast Open has made of the request.</summary>
    public TcpConnection? Child;
}
