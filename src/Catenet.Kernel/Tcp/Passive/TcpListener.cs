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
    private int _requests;
    private int _backlog;

    internal TcpListener(TcpLayer layer, InetEndpoint endpoint, bool dualMode, int backlog, TcpSocketOptions options, InetEndpoint remote = default)
    {
        _layer = layer;
        LocalEndpoint = endpoint;
        RemoteEndpoint = remote;
        IsDualMode = dualMode;
        Backlog = backlog;
        Options = options;
    }

    /// <summary>Where connections are awaited; the address may be unspecified.</summary>
    public InetEndpoint LocalEndpoint { get; }

    /// <summary>From whom connections are taken: an address, a port or both; unspecified: from anybody.</summary>
    public InetEndpoint RemoteEndpoint { get; }

    /// <summary>Whether connections are taken from some peers only.</summary>
    public bool IsRestricted => RemoteEndpoint.Port != 0 || !RemoteEndpoint.Address.IsUnspecified;

    /// <summary>Whether a listener on <c>::</c> takes IPv4 connections too.</summary>
    public bool IsDualMode { get; }

    /// <summary>What new connections begin with; each gets a copy.</summary>
    public TcpSocketOptions Options { get; }

    /// <summary>Who is told of new connections.</summary>
    public IListenerEvents? Events { get; set; }

    /// <summary>Connections that wait to be accepted.</summary>
    public int AcceptQueueLength => _accept.Count;

    /// <summary>Half-open requests.</summary>
    public int SynQueueLength => _requests;

    /// <summary>How many connections may wait; one more is let in, as in Linux. At most somaxconn.</summary>
    public int Backlog
    {
        get => _backlog;
        set => _backlog = Math.Clamp(value, 0, _layer.Settings.SoMaxConn);
    }

    /// <summary>Whether the listener has been closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The shift of the windows that connections announce (RFC 7323 2.2).</summary>
    internal byte Scale => InitialWindow.Choose(_layer.Host.Settings, Options, 536, _layer.Settings.WindowScaling).Shift;

    private bool NeedsEcn => (Options.CongestionControl ?? _layer.Settings.CongestionControl) == Dctcp.LinuxName;

    private bool IsAcceptQueueFull => _accept.Count > _backlog;

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
    internal void Receive(ref Segment s, SeqNumber? iss = null)
    {
        // First, RST: ignored. Second, ACK: answered with a reset. Third, SYN.
        if (s.Has(TcpFlags.Rst))
        {
            Drop(ref s, DropReason.TcpReset);
            return;
        }

        if (s.Has(TcpFlags.Ack))
        {
            _layer.SendReset(in s);
            Drop(ref s, DropReason.TcpInvalidAck);
            return;
        }

        if (!s.Has(TcpFlags.Syn) || s.Has(TcpFlags.Fin))
        {
            Drop(ref s, DropReason.TcpFlags);
            return;
        }

        if (IsAcceptQueueFull)
        {
            _layer.Counters.ListenOverflows++;
            Drop(ref s, DropReason.TcpListenOverflow);
            return;
        }

        // SYN cookies, when they come, answer here without a record.
        if (_requests >= Math.Max(_backlog, 8) || _requests >= _layer.Settings.MaxSynBacklog)
        {
            Drop(ref s, DropReason.TcpSynQueueFull);
            return;
        }

        AddRequest(in s, iss);
    }

    internal void Forget(RequestRecord request)
    {
        _requests--;
        _layer.Remove(request);
    }

    /// <summary>The handshake is complete: makes the connection and queues it.</summary>
    internal void Complete(RequestRecord request, ref Segment s)
    {
        if (IsClosed || IsAcceptQueueFull)
        {
            _layer.Counters.ListenOverflows++;
            if (IsClosed || _layer.Settings.AbortOnOverflow)
            {
                _layer.SendReset(in s);
                Forget(request);
            }

            Drop(ref s, DropReason.TcpListenOverflow);
            return;
        }

        _requests--;
        var connection = PassiveOpen.Create(_layer, this, request);
        _accept.Enqueue(connection);
        connection.Receive(ref s);
        if (connection.State != TcpState.Closed || connection.Available > 0)
        {
            Events?.OnAcceptable(this);
        }
    }

    private void AddRequest(in Segment s, SeqNumber? iss)
    {
        var settings = _layer.Settings;
        ref readonly var options = ref s.Options;
        var request = new RequestRecord(_layer, this)
        {
            LocalAddress = s.Destination,
            RemoteAddress = s.Source,
            LocalPort = s.DestinationPort,
            RemotePort = s.SourcePort,
            Irs = s.Seq,
            PeerMss = options is { MaximumSegmentSize: > 0 } && options.Has(TcpOptionSet.MaximumSegmentSize) ? options.MaximumSegmentSize : (ushort)(s.Source.IsIPv4 ? 536 : 1220),
            PeerWindow = s.Window,
            Sack = settings.Sack && options.Has(TcpOptionSet.SackPermitted),
            Timestamps = settings.Timestamps && options.HasTimestamps,
            PeerTimestamp = options.TimestampValue,
        };
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

        request.Iss = iss ?? new SeqNumber(_layer.Secret.InitialSequence(request.LocalEndpoint, request.RemoteEndpoint, _layer.Host.Loop.Now));
        _requests++;
        _layer.Add(request);
        if (_layer.Host.Loop.Tracer.Enabled)
        {
            _layer.Host.Trace(TraceKind.TcpState, null, null, request, "LISTEN -> SYN-RECEIVED");
        }

        if (_layer.Keyed is { } keyed && !keyed.Admit(request, in s))
        {
            Forget(request);
            return;
        }

        request.SendSynAck();
        request.ArmRetransmission();
    }

    private void Drop(ref Segment s, DropReason reason)
    {
        var packet = s.Packet!;
        s.Packet = null;
        _layer.Host.Drop(packet, reason, this);
    }
}
