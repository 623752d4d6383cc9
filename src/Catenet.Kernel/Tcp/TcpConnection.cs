using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Udp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>One TCP connection (RFC 9293's TCB): its calls never block, its events tell when to call again.</summary>
/// <remarks>
/// This type holds the parts together and offers the user interface (RFC 9293 3.9.1). What happens when a segment arrives is
/// in <c>Arrival/</c>, when one is sent in <c>Output/</c>, when one is lost in <c>Recovery/</c>. Belongs to its loop's thread.
/// The owner must <see cref="Close"/> or <see cref="Abort"/> it in the end, after a failure too.
/// </remarks>
public sealed class TcpConnection : TcpFlow, IPacketSender
{
    internal SendSequence Snd;
    internal ReceiveSequence Rcv;
    internal SentQueue Sent;
    /// <summary>What came in sequence and was not read; null while there is nothing.</summary>
    internal ReceiveQueue? Received;
    internal ReassemblyQueue? Reassembly;

    /// <summary>What was written and not acknowledged; null while there is nothing.</summary>
    internal SendBuffer? SendData;

    /// <summary>What SACK is to report; null while there is nothing.</summary>
    internal SackReport? Sacks;
    internal RttEstimator Rtt;
    internal CongestionWindow Window;
    internal DeliveryRate Rate;
    internal Statistics Stats;
    internal AckPolicy Acks = AckPolicy.Initial;
    internal ReceiveWindow Space;
    internal RightSizing Sizing;
    internal Timestamps Ts;
    internal Deadlines Deadlines = Deadlines.None;
    internal Destination? Route;

    /// <summary>Null unless ECN is in use, or the peer marks its packets all the same.</summary>
    internal EcnState? Ecn;
    internal TcpListener? Listener;

    /// <summary>Only while segments are paced.</summary>
    internal Pacing? Pace;
    internal OpeningState? Opening;

    /// <summary>What signs segments (TCP-MD5, TCP-AO); null unless there is a key for the peer.</summary>
    internal SegmentAuthentication? Authentication;

    /// <summary>The search for the path's MTU by probes; null unless it is on.</summary>
    internal MtuProbing? Probing;

    /// <summary>The largest payload of a segment without options beyond the usual (RFC 6691).</summary>
    internal int Mss;

    /// <summary>The checksum's part that is the same for all segments.</summary>
    internal ushort PseudoSum;

    /// <summary>The peer's MSS option, or what RFC 9293 3.7.1 takes for granted.</summary>
    internal ushort PeerMss;
    internal ushort PathMtu;

    /// <summary>The MSS that was announced, less the options that every segment has.</summary>
    internal ushort AnnouncedMss;
    internal int SendLimit;

    /// <summary>How much reordering the path is known to do, in segments (RFC 5681's DupThresh to begin with).</summary>
    internal int Reordering;

    /// <summary>Window probes or keepalive probes sent and unanswered.</summary>
    internal byte Probes;

    /// <summary>Buffers of written octets that are not acknowledged, sent or not (see <see cref="SendSpace"/>).</summary>
    internal int Buffers;

    /// <summary>The memory of data that has not left the host yet (Linux's sk_wmem_alloc).</summary>
    internal int Leaving;

    /// <summary>Pages that the connection is charged (see <see cref="HostMemory"/>).</summary>
    internal int Pages;

    internal SendLimits Limits;

    /// <summary>What was written and not sent; null while there is nothing.</summary>
    internal WriteQueue? Writes;
    internal ConnectionFlags Flags;
    internal TcpConnection? NextDeferred;
    internal Instant LastSentAt;

    /// <summary>When anything was sent, be it an ACK.</summary>
    internal Instant LastPacketAt;
    internal UrgentState? Urgent;
    private PendingEvents _pending;
    private short _error;
    private short _softError;
    private StrongBox<UdpErrorReport>? _report;
    private StrongBox<RecoveryState>? _recovery;

    internal TcpConnection(TcpLayer layer, TcpSocketOptions options)
        : base(layer)
    {
        Options = options;
        var settings = layer.Settings;
        Algorithm = layer.CreateCongestionControl(options.CongestionControl);
        Rtt.Reset(settings.InitialRto);
        Window = new CongestionWindow { Cwnd = settings.InitialWindow, Ssthresh = CongestionWindow.NoThreshold, Clamp = 1 << 24 };
        Reordering = settings.Reordering;
        Space = new ReceiveWindow
        {
            Buffer = options.ReceiveBuffer > 0 ? options.ReceiveBuffer : settings.ReceiveBuffer,
            Locked = options.ReceiveBuffer > 0,
            Ratio = ReceiveWindow.InitialRatio,
        };
        Acks.PingPong = !options.QuickAck;
        SendLimit = options.SendBuffer > 0 ? options.SendBuffer : settings.SendBuffer;
        Pacing.Apply(this);
    }

    /// <summary>The connection's state.</summary>
    public TcpState State { get; internal set; }

    /// <summary>Why the connection failed; <see cref="SocketError.Success"/> if it did not.</summary>
    public SocketError Error
    {
        get => (SocketError)_error;
        internal set => _error = (short)value; // every code fits, and connections are many
    }

    /// <summary>The last ICMP error that an established connection outlived; SO_ERROR tells it once.</summary>
    internal SocketError SoftError
    {
        get => (SocketError)_softError;
        set => _softError = (short)value;
    }

    /// <summary>Who is told what happens; may be changed at any time.</summary>
    public ISocketEvents? Events { get; set; }

    /// <summary>What is set for the connection, shared with others that have the same. <see cref="ApplyOptions"/> makes a change take effect.</summary>
    public TcpSocketOptions Options { get; set; }

    /// <summary>The congestion control in use.</summary>
    public ICongestionControl Algorithm { get; internal set; }

    /// <summary>What <c>IP_TOS</c> tells: the DSCP that was set, and the ECN bits that TCP sends at present.</summary>
    public byte TrafficClass => (byte)(Options.TrafficClass | (Ecn?.Mark ?? (NeedsEcn ? EcnField.Ect0 : EcnField.NotCapable)));

    /// <summary>Whether the route forbids to choose another (<c>congctl lock</c>).</summary>
    public bool IsCongestionControlLocked => PathMetrics.IsCongestionControlLocked(this);

    /// <summary>Octets that can be read now.</summary>
    public int Available => Received?.Available ?? 0;

    /// <summary>Whether the peer's end of data has come; what is <see cref="Available"/> may still be read.</summary>
    public bool IsPeerDone => Has(ConnectionFlags.PeerDone);

    /// <summary>Whether nothing more will come to be read: the peer or the user has ended it.</summary>
    public bool IsReceiveShut => IsReadShut;

    /// <summary>Whether a read has something to tell: data, the end of data, or an error.</summary>
    public bool IsReadable => HasEnoughToRead || IsReadShut || Error != SocketError.Success || State == TcpState.Closed;

    /// <summary>How much memory is free for what is written: a send takes at least one more octet if it is not zero.</summary>
    public int SendRoom => Connection.MaySend(this) && SendSpace.IsFree(this) ? Math.Max(0, SendLimit - SendSpace.Queued(this)) : 0;

    /// <summary>The memory that what is written and not acknowledged takes, reckoned as Linux does (SK_MEMINFO_WMEM_QUEUED).</summary>
    public int SendMemory => SendSpace.Queued(this);

    /// <summary>What the connection has of the host's memory beyond what it uses: less than a page, but while it is at work (SK_MEMINFO_FWD_ALLOC).</summary>
    public int ForwardMemory => HostMemory.Forward(this);

    /// <summary>The most that may become (SO_SNDBUF as it stands).</summary>
    public int SendBufferSize => SendLimit;

    /// <summary>How far the peer has acknowledged, counted as <see cref="ITransmissionEvents"/> does.</summary>
    public uint AcknowledgedPosition => (uint)(Snd.Una - Snd.Iss);

    /// <summary>Who is told of transmissions and acknowledgments of octets; null: nobody.</summary>
    public ITransmissionEvents? Transmissions { get; set; }

    /// <summary>The MTU of the path as routes and ICMP have it now, in octets (IP_MTU); zero before there is a route.</summary>
    public int RouteMtu => Route is null ? 0 : Math.Min((Route.IsValid ? Route : Layer.Reroute(this) ?? Route).Mtu, ushort.MaxValue);

    /// <summary>Octets given by the user and not acknowledged by the peer (Linux's SIOCOUTQ).</summary>
    public int Unacknowledged => SendData?.Length ?? 0;

    internal Host Host => Layer.Host;

    internal Instant Now => Layer.Host.Loop.Now;

    internal bool NeedsEcn => (Algorithm.Needs & CongestionNeeds.Ecn) != 0;

    /// <summary>The number of the next octet to be read (Linux's copied_seq).</summary>
    internal SeqNumber ReadAt => Rcv.Nxt - Available - (IsPeerDone ? 1 : 0);

    /// <summary>Whether the user cannot expect to read more: he or the peer has ended it.</summary>
    internal bool IsReadShut => Has(ConnectionFlags.PeerDone | ConnectionFlags.ReadShut | ConnectionFlags.Orphan);

    /// <summary>Whether as much can be read as the user waits for (SO_RCVLOWAT), or as the buffer will ever hold.</summary>
    internal bool HasEnoughToRead => Available > 0 && (Available >= Options.ReceiveLowWater + (IsAtMark && !Options.OutOfBandInline ? 1 : 0) ||
        WindowSelection.Memory(this) > Space.Buffer - (Space.Buffer >> 3) || Rcv.CurrentWindow <= Acks.SegmentSize);

    internal bool UsesSack => Has(ConnectionFlags.Sack);

    /// <summary>Segments in the network: sent, neither delivered nor lost (RFC 6675's pipe).</summary>
    internal int InFlight => Sent.Count - Sent.SackedOut - Recovery.DuplicateAcks - Sent.LostOut + Sent.RetransOut;

    /// <summary>Octets that wait for their first transmission.</summary>
    internal int Unsent => Math.Max(0, Snd.WriteEnd - Snd.Nxt); // the FIN has a number but no octet

    internal bool IsSynchronized => State >= TcpState.Established;

    /// <summary>How loss recovery stands.</summary>
    internal ref readonly RecoveryState Recovery => ref (_recovery ?? RecoveryPool.Resting).Value;

    internal bool Has(ConnectionFlags flag) => (Flags & flag) != 0;

    /// <summary>Active OPEN: sends a SYN (RFC 9293 3.9.1.1). <see cref="ISocketEvents.OnConnected"/> or OnClosed follows.</summary>
    /// <param name="local">Our end; an unspecified address or port zero is chosen.</param>
    /// <param name="remote">The peer's end.</param>
    /// <returns><see cref="SocketError.InProgress"/>, or why it cannot be tried.</returns>
    public SocketError Connect(InetEndpoint local, InetEndpoint remote) => Connection.Open(this, local, remote);

    /// <summary>Active OPEN with the first octets to send, which go in the SYN if the peer's Fast Open cookie is known (RFC 7413; Linux's <c>MSG_FASTOPEN</c>).</summary>
    /// <param name="local">Our end; an unspecified address or port zero is chosen.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="data">The octets.</param>
    /// <param name="taken">How many of them the connection has taken; the rest is for <see cref="Send(ReadOnlySpan{byte}, out SocketError)"/> when the connection is open.</param>
    /// <param name="waits">Whether the user waits to send the rest: then our ACK waits a little for it.</param>
    /// <returns><see cref="SocketError.InProgress"/>, or why it cannot be tried.</returns>
    public SocketError ConnectWithData(InetEndpoint local, InetEndpoint remote, ReadOnlySpan<byte> data, out int taken, bool waits = false)
    {
        var error = Connection.Open(this, local, remote, fast: true, data, out taken);
        if (waits && taken < data.Length && Opening is not null)
        {
            Opening.WriterWaits = true;
        }

        return error;
    }

    /// <summary>Whether connecting waits for the first data (<see cref="TcpSocketOptions.FastOpenConnect"/>): <see cref="ConnectWithData"/> sends it.</summary>
    public bool IsConnectDeferred => Opening is { Deferred: true };

    /// <summary>Whether Fast Open has made the connection of a SYN, and it is used before its handshake is over.</summary>
    public bool IsOpenedFast => Has(ConnectionFlags.AwaitsHandshake);

    /// <summary>The IP and TCP headers of the SYN that opened the connection, once (<see cref="TcpSocketOptions.SaveSyn"/>); null if there are none.</summary>
    public byte[]? TakeSavedSyn()
    {
        var saved = Opening?.SavedSyn;
        if (saved is not null)
        {
            Opening!.SavedSyn = null;
        }

        return saved;
    }

    /// <summary>Takes octets for sending, as many as there is room for (RFC 9293 3.9.1.2).</summary>
    /// <param name="data">The octets; copied.</param>
    /// <param name="error">Success; WouldBlock if there is no room: OnWritable follows; otherwise why nothing can be sent.</param>
    /// <returns>How many octets were taken.</returns>
    public int Send(ReadOnlySpan<byte> data, out SocketError error) => Connection.Send(this, data, SendFlags.None, out error);

    /// <summary>The same with what Linux's MSG_* ask for.</summary>
    public int Send(ReadOnlySpan<byte> data, SendFlags flags, out SocketError error) => Connection.Send(this, data, flags, out error);

    /// <summary>Sends what Nagle's algorithm, the cork or <see cref="SendFlags.More"/> hold back, with PSH (RFC 9293 3.9.1.2: SEND's PUSH).</summary>
    public void Push() => Connection.Push(this);

    /// <summary>Lets go what is held back, as setting TCP_NODELAY does: once, and without PSH of its own.</summary>
    public void Uncork() => Connection.Uncork(this);

    /// <summary>Whether poll(2) would find the socket writable; if not, <see cref="ISocketEvents.OnWritable"/> follows.</summary>
    public bool PollWritable() => Connection.PollWritable(this);

    /// <summary>Reads octets that have come (RFC 9293 3.9.1.3).</summary>
    /// <param name="destination">Where to copy them.</param>
    /// <param name="error">Success, also at the end of data; WouldBlock if there is nothing yet: OnReadable follows; otherwise why.</param>
    /// <returns>How many octets were copied; zero with Success at the end of data.</returns>
    public int Receive(Span<byte> destination, out SocketError error) => Reading.Receive(this, destination, out error);

    /// <summary>When the segment came that a read of so many octets will have read from last (<c>SO_TIMESTAMP</c>); null if there is nothing to read.</summary>
    /// <param name="count">How many octets are read at most.</param>
    /// <param name="offset">How many are passed over before.</param>
    public Instant? ArrivalOf(int count, int offset = 0)
    {
        int mark = AvailableToMark;
        return Received?.ArrivalOf(Math.Min(offset + count, mark > 0 ? mark : Available) - 1);
    }

    /// <summary>Looks at octets that have come without taking them.</summary>
    /// <param name="destination">Where to copy them.</param>
    /// <param name="offset">How many to pass over (SO_PEEK_OFF).</param>
    public int Peek(Span<byte> destination, int offset = 0) => Reading.Peek(this, destination, offset);

    /// <summary>Takes octets that have come without looking at them (MSG_TRUNC).</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="error">As for <see cref="Receive(Span{byte}, out SocketError)"/>.</param>
    /// <returns>How many octets were taken.</returns>
    public int Discard(int count, out SocketError error) => Reading.Discard(this, count, out error);

    /// <summary>Ends reading: once what has come is read the data ends; what comes later is still acknowledged, unless our direction has ended too (RFC 1122 4.2.2.13).</summary>
    /// <returns>NotConnected if there is nothing to shut down.</returns>
    public SocketError ShutdownReceive() => Reading.Shutdown(this);

    /// <summary><c>TCP_QUICKACK</c>: zero delays ACKs as if an answer would carry them; otherwise they go at once, an even value only this time.</summary>
    public void SetQuickAck(int value) => Acknowledgment.SetQuick(this, value);

    /// <summary>Whether ACKs are sent without waiting for an answer to carry them (TCP_QUICKACK).</summary>
    public bool IsQuickAck => !Acks.PingPong;

    /// <summary>The receive buffer in octets of memory, as it has grown (SO_RCVBUF).</summary>
    public int ReceiveBuffer => Space.Buffer;

    /// <summary><c>TCP_WINDOW_CLAMP</c>: the largest window to be announced.</summary>
    public int WindowClamp => Space.Clamp;

    /// <summary>Gives up an attempt to connect (shutdown in SYN-SENT): the user is told ConnectionReset.</summary>
    public void Disconnect() => Connection.Disconnect(this);

    /// <summary>Sets <c>TCP_WINDOW_CLAMP</c>, at least 1152; zero only before the connection is made.</summary>
    public SocketError SetWindowClamp(int clamp) => Reading.SetClamp(this, clamp);

    /// <summary>Sets <c>SO_RCVLOWAT</c>, making the receive buffer larger if need be.</summary>
    public void SetReceiveLowWater(int octets) => Reading.SetLowWater(this, octets);

    /// <summary>Sends octets of which the last is urgent (RFC 9293 3.8.5, MSG_OOB).</summary>
    /// <param name="data">The octets.</param>
    /// <param name="error">As for <see cref="Send(ReadOnlySpan{byte}, out SocketError)"/>.</param>
    /// <returns>How many octets were taken; the last of those is urgent.</returns>
    public int SendUrgent(ReadOnlySpan<byte> data, out SocketError error) => Connection.Send(this, data, SendFlags.Urgent, out error);

    /// <summary>Reads the urgent octet (MSG_OOB); never waits.</summary>
    /// <param name="destination">Where to copy it.</param>
    /// <param name="peek">Whether it is to stay.</param>
    /// <param name="error">InvalidArgument if there is none, it was read already or it is in line; WouldBlock if it was only announced.</param>
    /// <returns>One, or zero.</returns>
    public int ReceiveUrgent(Span<byte> destination, bool peek, out SocketError error) => UrgentReading.Take(this, destination, peek, out error);

    /// <summary>Whether an urgent octet waits to be read out of band (POLLPRI).</summary>
    public bool HasUrgent => Urgent is { Receipt: UrgentReceipt.Here };

    /// <summary>Whether the next octet of the stream would be the urgent one (SIOCATMARK).</summary>
    public bool IsAtMark => UrgentReading.IsMark(this);

    /// <summary>Octets up to the urgent mark, or all that can be read (SIOCINQ).</summary>
    public int AvailableToMark => Reading.AvailableToMark(this);

    /// <summary>Ends our direction of data after what was sent; reading goes on (RFC 9293 3.6).</summary>
    /// <returns>NotConnected if there is nothing to shut down.</returns>
    public SocketError ShutdownSend() => Connection.Shutdown(this);

    /// <summary>CLOSE by a user who will neither send nor read any more: data already sent is still delivered (RFC 9293 3.9.1.4).</summary>
    /// <remarks>If data came that was never read, or <see cref="TcpSocketOptions.AbortOnClose"/> is set, the connection is reset (RFC 2525 2.17).</remarks>
    public void Close() => Connection.Close(this);

    /// <summary>ABORT: resets the connection and forgets what was not sent or read (RFC 9293 3.9.1.5).</summary>
    public void Abort() => Connection.Abort(this);

    /// <summary>Applies changed <see cref="Options"/>: no-delay and cork let data go, buffers are resized, keepalive is timed anew.</summary>
    public void ApplyOptions() => Connection.ApplyOptions(this);

    /// <summary>What Linux's TCP_INFO tells.</summary>
    public TcpInfo GetInfo() => TcpInfo.Of(this);

    /// <summary>Why the connection ended, or the ICMP error it has outlived since this was last asked (SO_ERROR).</summary>
    public SocketError TakeError()
    {
        var error = Error != SocketError.Success ? Error : SoftError;
        SoftError = SocketError.Success;
        return error;
    }

    /// <summary>Takes the ICMP error that ended the attempt to connect, with its reporter (MSG_ERRQUEUE); see <see cref="TcpSocketOptions.ReceiveErrors"/>.</summary>
    public bool TryTakeReport(out UdpErrorReport report)
    {
        bool found = _report is not null;
        report = found ? _report!.Value : default;
        _report = null;
        return found;
    }

    /// <summary>TCP_AO_INFO: how TCP-AO stands; null if it is not in use.</summary>
    public TcpAoInfo? GetAoInfo() => AoControl.Info(this);

    /// <summary>TCP_AO_INFO set: which keys to sign with and to ask the peer to sign with.</summary>
    /// <param name="current">The SendID of the key to sign with; -1 leaves it.</param>
    /// <param name="next">The RecvID of the key to ask for; -1 leaves it.</param>
    /// <returns>InvalidArgument without TCP-AO; AddressNotAvailable (Linux: ENOENT) if there is no such key.</returns>
    public SocketError ChooseKeys(int current, int next) => AoControl.Choose(this, current, next);

    /// <summary>TCP_AO_DEL_KEY: removes a key that is neither signed with nor asked for.</summary>
    /// <returns>InvalidArgument if it is; AddressNotAvailable (Linux: ENOENT) if there is none of the kind.</returns>
    public SocketError RemoveKey(InetPrefix peers, byte sendId, byte receiveId) => AoControl.Remove(this, peers, sendId, receiveId);

    /// <summary>Prints endpoints and state.</summary>
    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} {TcpStateNames.Of(State)}";

    /// <inheritdoc/>
    protected override void Fire(Instant now)
    {
        ConnectionTimer.Fire(this, now);
        Layer.Memory.Settle(this);
        DeliverEvents();
    }

    internal override void Receive(ref Segment segment)
    {
        Stats.SegmentsIn++;
        Stats.DataSegmentsIn += segment.Length > 0 ? 1u : 0;
        var next = Rcv.Nxt;
        SegmentArrival.Process(this, ref segment);
        Stats.NoteReceived(next, in Rcv);
        if (Sent.IsEmpty)
        {
            Layer.Pools.Recoveries.Settle(ref _recovery);
        }

        Layer.Memory.Settle(this);
        if (_pending != PendingEvents.None)
        {
            DeliverEvents();
        }
    }

    /// <summary>The same to be changed; it lasts at least until the segment or call at hand is done with.</summary>
    internal ref RecoveryState HoldRecovery() => ref (_recovery ??= Layer.Pools.Recoveries.Rent(this)).Value;

    /// <inheritdoc/>
    void IPacketSender.OnLeft(int memory)
    {
        Leaving -= memory;
        if (Has(ConnectionFlags.Throttled))
        {
            Flags &= ~ConnectionFlags.Throttled;
            Layer.SmallQueues.Resume(this);
        }
    }

    /// <summary>Arms the timer at the earliest deadline.</summary>
    internal void ArmTimer()
    {
        Instant earliest = Deadlines.Earliest;
        if (Pace is { } pace)
        {
            earliest = Instant.Min(earliest, pace.Deadline);
        }

        if (earliest != Deadline)
        {
            Layer.Host.Loop.Arm(this, earliest);
        }
    }

    /// <summary>Keeps what an ICMP error said.</summary>
    internal void Keep(in IcmpErrorInfo error) =>
        _report = new(new(error.Reporter, RemoteEndpoint, error.Type, error.Code, error.Error, error.Mtu, Now, error.HopLimit));

    internal void Raise(PendingEvents events) => _pending |= events;

    /// <summary>Tells the user what has happened; whatever the user does then finds the connection consistent.</summary>
    internal void DeliverEvents()
    {
        while (_pending != PendingEvents.None)
        {
            var pending = _pending;
            _pending = PendingEvents.None;
            if ((pending & PendingEvents.Connected) != 0)
            {
                Events?.OnConnected(this);
            }

            if ((pending & PendingEvents.Readable) != 0)
            {
                Events?.OnReadable(this);
            }

            if ((pending & PendingEvents.Urgent) != 0)
            {
                Events?.OnUrgent(this);
            }

            if ((pending & PendingEvents.Writable) != 0)
            {
                Events?.OnWritable(this);
            }

            if ((pending & PendingEvents.Closed) != 0)
            {
                Events?.OnClosed(this, Error);
            }
        }
    }
}
