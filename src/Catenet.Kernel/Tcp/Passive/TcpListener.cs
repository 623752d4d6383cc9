using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A socket in LISTEN: a queue of half-open requests and a queue of connections that wait to be accepted.</summary>
/// <remarks>Belongs to its loop's thread.</remarks>
public sealed class TcpListener
{
    private readonly TcpLayer _layer;
    private readonly Queue<TcpConnection> _accept = new();
    private readonly List<ListeningAddress> _addresses = new(1);
    private int _requests;
    private int _young;
    private int _backlog;
    private Instant _cookieSentAt = new(long.MinValue / 2);

    internal TcpListener(TcpLayer layer, InetEndpoint endpoint, bool dualMode, int backlog, TcpSocketOptions options, InetEndpoint remote = default)
    {
        _layer = layer;
        LocalEndpoint = endpoint;
        RemoteEndpoint = remote;
        IsDualMode = dualMode;
        Backlog = backlog;
        Options = options;
        FastOpen = new FastOpenQueue(this, layer);
    }

    /// <summary>Where connections are awaited; the address may be unspecified.</summary>
    public InetEndpoint LocalEndpoint { get; }

    /// <summary>From whom connections are taken: an address, a port or both; unspecified: from anybody.</summary>
    public InetEndpoint RemoteEndpoint { get; }

    /// <summary>Whether connections are taken from some peers only.</summary>
    public bool IsRestricted => RemoteEndpoint.Port != 0 || !RemoteEndpoint.Address.IsUnspecified;

    /// <summary>Whether a listener on <c>::</c> takes IPv4 connections too.</summary>
    public bool IsDualMode { get; }

    /// <summary>What new connections begin with, and share until something else is set for one of them.</summary>
    public TcpSocketOptions Options { get; set; }

    /// <summary>Who is told of new connections.</summary>
    public IListenerEvents? Events { get; set; }

    /// <summary>Connections that wait to be accepted.</summary>
    public int AcceptQueueLength => _accept.Count;

    /// <summary>Half-open requests.</summary>
    public int SynQueueLength => _requests;

    /// <summary>Of those, the ones whose SYN-ACK has not had to be sent again.</summary>
    public int YoungRequests => _young;

    /// <summary>How many connections may wait; one more is let in, as in Linux. At most somaxconn, which a negative number stands for too.</summary>
    public int Backlog
    {
        get => _backlog;
        set => _backlog = (int)Math.Min((uint)value, (uint)_layer.Settings.SoMaxConn);
    }

    /// <summary>Whether the listener has been closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Connections that Fast Open has made before the handshake was over.</summary>
    internal FastOpenQueue FastOpen { get; }

    /// <summary>The shift of the windows that connections announce (RFC 7323 2.2).</summary>
    internal byte Scale => InitialWindow.Choose(_layer.Host.Settings, Options, 536, _layer.Settings.WindowScaling).Shift;

    private bool NeedsEcn => (Options.CongestionControl ?? _layer.Settings.CongestionControl) == Dctcp.LinuxName;

    /// <summary>
    /// How often a SYN-ACK is sent again. Half of the queue is kept for young requests: when it is more than half full, old ones are
    /// given up the sooner, the more of them there are (Linux's reqsk_timer_handler).
    /// </summary>
    internal int SynAckRetries
    {
        get
        {
            int most = Options.SynRetries > 0 ? Options.SynRetries : _layer.Settings.SynAckRetries;
            if (2 * _requests > Math.Max(8, _backlog))
            {
                for (long young = 2L * _young; most > 2 && _requests >= young; young <<= 1)
                {
                    most--;
                }
            }

            return most;
        }
    }

    private bool IsAcceptQueueFull => _accept.Count > _backlog;

    private bool IsSynQueueFull => _requests > _backlog;

    /// <summary>Takes the connection that has waited longest; null if none waits. Set its events before anything else.</summary>
    public TcpConnection? Accept()
    {
        if (!_accept.TryDequeue(out var connection))
        {
            return null;
        }

        connection.Flags &= ~ConnectionFlags.InAcceptQueue;
        connection.Listener = null;
        return connection;
    }

    /// <summary>Stops listening: half-open requests are forgotten, connections not accepted are reset.</summary>
    public void Close()
    {
        if (IsClosed)
        {
            return;
        }

        End();
        Lifecycle.Tell(_layer.Host, this, TcpState.Listen, TcpState.Closed);
    }

    /// <summary>Active OPEN in LISTEN (RFC 9293 3.10.1): listening ends, and a SYN goes from its endpoint.</summary>
    /// <remarks>Linux's system calls have no such thing: connect(2) on a socket that listens is EISCONN.</remarks>
    /// <param name="remote">The peer's end.</param>
    /// <param name="error">InProgress, or why it cannot be tried: then the listener goes on listening.</param>
    /// <returns>The connection, in SYN-SENT; null if it cannot be tried.</returns>
    public TcpConnection? Connect(InetEndpoint remote, out SocketError error)
    {
        if (IsClosed)
        {
            error = SocketError.InvalidArgument;
            return null;
        }

        var connection = _layer.CreateConnection(Options);
        connection.State = TcpState.Listen;
        error = connection.Connect(LocalEndpoint, remote);
        if (error != SocketError.InProgress)
        {
            return null;
        }

        End();
        return connection;
    }

    private void End()
    {
        IsClosed = true;
        _layer.Remove(this);
        while (Accept() is { } connection)
        {
            connection.Abort();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"tcp {LocalEndpoint} LISTEN";

    /// <summary>A segment for the listener that belongs to no connection or request (RFC 9293 3.10.7.2).</summary>
    /// <param name="s">The segment.</param>
    /// <param name="iss">The number to begin with, if the place of a connection in TIME-WAIT is taken over: such a SYN is let in without limit.</param>
    internal void Receive(ref Segment s, SeqNumber? iss = null)
    {
        // First, RST: ignored. Second, ACK: of a SYN cookie, or answered with a reset. Third, SYN.
        if (s.Has(TcpFlags.Rst))
        {
            Drop(ref s, DropReason.TcpReset);
        }
        else if (s.Has(TcpFlags.Ack))
        {
            ReceiveAck(ref s);
        }
        else if (!s.Has(TcpFlags.Syn) || s.Has(TcpFlags.Fin))
        {
            Drop(ref s, DropReason.TcpFlags);
        }
        else if (!MayAsk(iss is not null, out bool asCookie))
        {
            Drop(ref s, DropReason.TcpSynQueueFull);
        }
        else if (IsAcceptQueueFull)
        {
            _layer.Counters.ListenOverflows++;
            Drop(ref s, DropReason.TcpListenOverflow);
        }
        else if (_layer.Host.Ip.Route(s.Source, s.Destination, null, Options.Mark, out _) is null)
        {
            Drop(ref s, DropReason.IpNoRoute);
        }
        else if (asCookie)
        {
            SendCookie(in s);
        }
        else if (iss is null && IsCrowded)
        {
            Drop(ref s, DropReason.TcpSynQueueFull);
        }
        else
        {
            AddRequest(ref s, iss);
        }
    }

    /// <summary>The request has waited for an ACK once.</summary>
    internal void Age(RequestRecord request) => _young -= request.Timeouts == 0 ? 1 : 0;

    /// <summary>The request ends without a connection: the listener goes on without it (RFC 9293 figure 5, note 1).</summary>
    internal void Forget(RequestRecord request)
    {
        Lifecycle.Tell(_layer.Host, request, TcpState.SynReceived, IsClosed ? TcpState.Closed : TcpState.Listen);
        _requests--;
        Age(request);
        _layer.Remove(request);
    }

    /// <summary>The handshake is complete: makes the connection and queues it.</summary>
    internal void Complete(RequestRecord request, ref Segment s)
    {
        if (IsClosed || IsAcceptQueueFull)
        {
            _layer.Counters.ListenOverflows++;
            request.Flags |= RequestFlags.Acked;
            if (IsClosed || _layer.Settings.AbortOnOverflow)
            {
                _layer.SendReset(in s);
                Forget(request);
            }

            Drop(ref s, DropReason.TcpListenOverflow);
            return;
        }

        _requests--;
        Age(request);
        var connection = PassiveOpen.Create(_layer, this, request, in s);
        _accept.Enqueue(connection);
        connection.Receive(ref s);
        if (connection.State != TcpState.Closed || connection.Available > 0)
        {
            Events?.OnAcceptable(this);
        }
    }

    /// <summary>Without cookies the last quarter of the host's room for requests is kept for peers that are known; none is here.</summary>
    private bool IsCrowded => _layer.Settings.SynCookies == 0 &&
        _layer.Settings.MaxSynBacklog - _requests < _layer.Settings.MaxSynBacklog >> 2;

    /// <summary>Whether a SYN is dealt with at all, and whether without a record.</summary>
    private bool MayAsk(bool continues, out bool asCookie)
    {
        var settings = _layer.Settings;
        asCookie = false;
        if (continues || (settings.SynCookies != 2 && !IsSynQueueFull))
        {
            return true;
        }

        asCookie = settings.SynCookies != 0;
        if (asCookie)
        {
            _layer.Counters.RequestQueueFullCookies++;
        }
        else
        {
            _layer.Counters.RequestQueueFullDrops++;
        }

        return asCookie;
    }

    private void SendCookie(in Segment s)
    {
        var request = MakeRequest(in s);
        if (!request.Timestamps)
        {
            request.Flags &= ~RequestFlags.Sack;
            request.Ecn = default;
            request.PeerScale = RequestRecord.NoScale;
        }

        SynCookies.Encode(request);
        _cookieSentAt = _layer.Host.Loop.Now;
        SynAck.Send(request, request.Irs + 1);
    }

    /// <summary>An ACK that belongs to no request may be of a cookie, if one was sent lately.</summary>
    private void ReceiveAck(ref Segment s)
    {
        if (_layer.Settings.SynCookies != 0 && !s.Has(TcpFlags.Syn) && _layer.Host.Loop.Now - _cookieSentAt <= SynCookies.Validity)
        {
            var request = Blank(in s);
            if (SynCookies.TryDecode(request, in s))
            {
                _layer.Counters.SynCookiesReceived++;
                TakeCookie(request, ref s);
                return;
            }

            _layer.Counters.SynCookiesFailed++;
        }

        _layer.SendReset(in s);
        Drop(ref s, DropReason.TcpInvalidAck);
    }

    private void TakeCookie(RequestRecord request, ref Segment s)
    {
        if (IsAcceptQueueFull)
        {
            _layer.Counters.ListenOverflows++;
            Drop(ref s, DropReason.TcpListenOverflow);
            return;
        }

        SynAck.ChooseWindow(request);
        request.PeerWindow = s.Window;
        var connection = PassiveOpen.Create(_layer, this, request, in s);
        _accept.Enqueue(connection);
        connection.Receive(ref s);
        Events?.OnAcceptable(this);
    }

    private void AddRequest(ref Segment s, SeqNumber? iss)
    {
        var request = MakeRequest(in s);
        request.Iss = iss ?? new SeqNumber(_layer.Secret.InitialSequence(request.LocalEndpoint, request.RemoteEndpoint, _layer.Host.Loop.Now));
        if (Options.SaveSyn != 0)
        {
            request.Extras = new RequestExtras { SavedSyn = SavedSyn.Of(in s) };
        }

        if (_layer.Keyed is { } keyed && !keyed.Admit(request, in s))
        {
            return; // it would understand no answer
        }

        Lifecycle.Tell(_layer.Host, request, TcpState.Listen, TcpState.SynReceived);
        if (FastOpenServer.TryOpen(this, request, ref s, out var cookie) is { } child)
        {
            SynAck.Send(request, child.Rcv.Nxt, cookie);
            _accept.Enqueue(child);
            Events?.OnAcceptable(this);
            return;
        }

        _requests++;
        _young++;
        _layer.Add(request);
        request.ArmRetransmission();
        SynAck.Send(request, request.Irs + 1, cookie);
    }

    private RequestRecord MakeRequest(in Segment s)
    {
        var settings = _layer.Settings;
        ref readonly var options = ref s.Options;
        var request = Blank(in s);
        request.Irs = s.Seq;
        request.PeerMss = options.MaximumSegmentSize > 0 ? options.MaximumSegmentSize : SegmentSize.DefaultOf(s.Source);
        request.PeerWindow = s.Window;
        request.PeerTimestamp = settings.Timestamps ? options.TimestampValue : 0;
        request.Flags = (settings.Sack && options.Has(TcpOptionSet.SackPermitted) ? RequestFlags.Sack : 0)
            | (settings.Timestamps && options.HasTimestamps ? RequestFlags.Timestamps : 0);
        if (settings.WindowScaling && options.Has(TcpOptionSet.WindowScale))
        {
            request.PeerScale = options.WindowScale;
        }

        if (Options.MaxSegment > 0 && options.Has(TcpOptionSet.MaximumSegmentSize))
        {
            request.PeerMss = (ushort)Math.Min(request.PeerMss, Options.MaxSegment);
        }

        request.SynTrafficClass = s.TrafficClass;
        if ((s.Flags & (TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae)) != 0 || NeedsEcn)
        {
            var route = _layer.Host.Ip.Route(s.Source, s.Destination, null, Options.Mark, out _);
            request.Ecn = RequestEcn.Of(in s, settings, route?.Route.UsesEcn == true, NeedsEcn);
        }

        return request;
    }

    private RequestRecord Blank(in Segment s) => new(AddressOf(s.Destination), s.DestinationPort, s.Source, s.SourcePort);

    /// <summary>What is known of one of our addresses, shared by all requests that came to it.</summary>
    private ListeningAddress AddressOf(InetAddress address)
    {
        foreach (var known in _addresses)
        {
            if (known.Address == address)
            {
                return known;
            }
        }

        var fresh = new ListeningAddress(this, _layer, address);
        if (_addresses.Count == 16)
        {
            _addresses.RemoveAt(0); // requests that have it keep it
        }

        _addresses.Add(fresh);
        return fresh;
    }

    private void Drop(ref Segment s, DropReason reason)
    {
        if (s.Packet is { } packet)
        {
            s.Packet = null;
            _layer.Host.Drop(packet, reason, this);
        }
    }
}
