using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>TCP of one host: leads segments to their connections and answers those that have none (RFC 9293 3.10.7.1).</summary>
/// <remarks>Belongs to its loop's thread.</remarks>
public sealed class TcpLayer : ITransport
{
    internal const byte ProtocolNumber = 6;

    private readonly FlowTable _flows;
    private readonly RecordTable _records;
    private readonly RecordTimer _timeWaitTimer;
    private readonly Dictionary<InetAddress, OwnAddress> _ownAddresses = [];
    private readonly ListenerTable _listeners = new();
    private readonly AckBatch _batch;
    private readonly byte[] _fastOpenKey = new byte[16];
    private readonly EphemeralPorts _ports;
    private readonly RandomStream _chance;

    internal TcpLayer(Host host)
    {
        Host = host;
        var random = host.Random("tcp");
        _chance = host.Random("tcp/congestion");
        ulong key = random.NextUInt64();
        _flows = new FlowTable(key);
        _records = new RecordTable(key);
        RequestTimer = new RecordTimer(host.Loop, lanes: 8);
        _timeWaitTimer = new RecordTimer(host.Loop, lanes: 1);
        Secret = new FlowSecret(random);
        Challenges = new ChallengeLimit(this);
        _ports = new EphemeralPorts(this, random);
        _batch = new AckBatch(host.Loop);
        host.Random("tcp/fastopen").Fill(_fastOpenKey);
        Memory = new HostMemory(this);
        SmallQueues = new SmallQueues(host.Loop);
        FastOpenCache = new FastOpenCache(host.Loop);
        host.Ip.Register(ProtocolNumber, this);
    }

    /// <summary>The host.</summary>
    public Host Host { get; }

    /// <summary>The host's TCP settings.</summary>
    public TcpSettings Settings => Host.Settings.Tcp;

    /// <summary>What TCP has seen.</summary>
    public TcpCounters Counters { get; } = new();

    /// <summary>Connections, half-open requests and TIME-WAIT records.</summary>
    public int FlowCount => _flows.Count + _records.Count;

    /// <summary>TIME-WAIT records.</summary>
    public int TimeWaitCount { get; private set; }

    /// <summary>The memory of all sockets in pages of 4096 octets (<c>mem</c> in Linux's /proc/net/sockstat), measured against <see cref="TcpSettings.Memory"/>.</summary>
    public int MemoryPages => Memory.Pages;

    /// <summary>Whether sockets are restrained for want of memory.</summary>
    public bool IsUnderMemoryPressure => Memory.IsPressed;

    /// <summary>The listeners.</summary>
    public IReadOnlyCollection<TcpListener> Listeners => _listeners.All;

    /// <summary>The connections, in no order that means anything: for <c>ss</c> and tests.</summary>
    public IEnumerable<TcpConnection> Connections => _flows.All().OfType<TcpConnection>();

    internal FlowSecret Secret { get; }

    internal ChallengeLimit Challenges { get; }

    /// <summary>The key or keys of the host's Fast Open cookies.</summary>
    internal ReadOnlySpan<byte> FastOpenKey => Settings.FastOpenKey.Length >= 16 ? Settings.FastOpenKey : _fastOpenKey;

    internal HostMemory Memory { get; }

    internal SmallQueues SmallQueues { get; }

    /// <summary>Connections and listeners.</summary>
    internal int SocketCount => _flows.Count + _listeners.Count;

    /// <summary>Connections that go on after their users have closed them.</summary>
    internal int OrphanCount { get; set; }

    /// <summary>What is known of servers that have Fast Open.</summary>
    internal FastOpenCache FastOpenCache { get; }

    /// <summary>Half-open requests and TIME-WAIT.</summary>
    internal RecordTable Records => _records;

    /// <summary>The timer of all half-open requests.</summary>
    internal RecordTimer RequestTimer { get; }

    /// <summary>What authenticates flows; null as long as nobody on this host has keys.</summary>
    internal AuthenticatedFlows? Keyed { get; private set; }

    /// <summary>What connections hold only while they need it.</summary>
    internal TransferPools Pools { get; } = new();

    internal SharedOptions SharedOptions { get; } = new();

    /// <summary>Makes a connection in CLOSED; call <see cref="TcpConnection.Connect"/> next.</summary>
    public TcpConnection CreateConnection(TcpSocketOptions? options = null) => new(this, options ?? TcpSocketOptions.Default);

    /// <summary>Makes an empty chain of keys for TCP-MD5 or TCP-AO, to be given to <see cref="TcpSocketOptions.Keys"/>.</summary>
    public TcpKeyChain CreateKeyChain()
    {
        Keyed ??= new AuthenticatedFlows();
        return new TcpKeyChain();
    }

    /// <summary>Passive OPEN (RFC 9293 3.9.1.1).</summary>
    /// <param name="endpoint">Where to listen; the address may be unspecified, the port may not be zero.</param>
    /// <param name="backlog">How many connections may wait to be accepted.</param>
    /// <param name="error">AddressAlreadyInUse if another listener has the endpoint or a wildcard over it.</param>
    /// <param name="dualMode">Whether a listener on <c>::</c> takes IPv4 connections too.</param>
    /// <param name="options">What accepted connections begin with.</param>
    /// <param name="remote">From whom connections are taken (RFC 9293: a passive OPEN with a specified foreign socket): an address, a port or both;
    /// unspecified: from anybody. Of several listeners the one that says most of the peer takes a connection, and one that takes anybody comes last.</param>
    public TcpListener? Listen(InetEndpoint endpoint, int backlog, out SocketError error, bool dualMode = true, TcpSocketOptions? options = null,
        InetEndpoint remote = default)
    {
        error = SocketError.InvalidArgument;
        if (endpoint.Port == 0)
        {
            return null;
        }

        var listener = new TcpListener(this, endpoint, dualMode && endpoint.Address == InetAddress.AnyIPv6, backlog, options ?? TcpSocketOptions.Default, remote);
        error = _listeners.TryAdd(listener) ? SocketError.Success : SocketError.AddressAlreadyInUse;
        if (error != SocketError.Success)
        {
            return null;
        }

        FastOpenQueue.Open(listener, Settings);
        Lifecycle.Tell(Host, listener, TcpState.Closed, TcpState.Listen);
        return listener;
    }

    /// <summary>Chooses a local port for a connection to this destination (RFC 6056 3.3.3); zero if none is free.</summary>
    public ushort ChooseEphemeralPort(InetAddress local, InetEndpoint remote) => _ports.Choose(local, remote);

    /// <summary>Whether a listener, connection or TIME-WAIT record uses the local port: for those who choose ports to bind.</summary>
    public bool IsPortInUse(ushort port) =>
        Listeners.Any(l => l.LocalEndpoint.Port == port) || _flows.All().Any(f => f.LocalPort == port) || _records.All().Any(r => r.LocalPort == port);

    /// <inheritdoc/>
    public void Receive(PacketBuffer packet, in IpReceiveInfo info)
    {
        Counters.SegmentsIn++;
        var reason = SegmentReader.Read(packet, in info, out var segment);
        if (reason != DropReason.NotDropped)
        {
            Host.Drop(packet, reason);
            return;
        }

        if (segment.Length > segment.WireLength)
        {
            Counters.SegmentsIn += (segment.Length - 1) / segment.WireLength;
        }

        if (Host.Loop.Tracer.Enabled)
        {
            Host.Trace(TraceKind.Decapsulate, packet, info.Device, null, "TCP", packet.Offset - packet.TransportOffset);
        }

        var flow = _flows.Find(segment.Destination, segment.Source, segment.DestinationPort, segment.SourcePort);
        if ((Keyed is not null || InboundAuthentication.HasOption(in segment)) &&
            InboundAuthentication.Check(this, flow ?? (object?)_records.Find(segment.Destination, segment.Source, segment.DestinationPort, segment.SourcePort), in segment)
                is var refusal and not DropReason.NotDropped)
        {
            Drop(ref segment, refusal);
            return;
        }

        if (flow is not null)
        {
            flow.Receive(ref segment);
        }
        else if (_records.Find(segment.Destination, segment.Source, segment.DestinationPort, segment.SourcePort) is { } record)
        {
            record.Receive(ref segment);
        }
        else
        {
            ReceiveUnknown(ref segment, in info);
        }

        segment.Packet?.Release();
    }

    /// <inheritdoc/>
    public void ReceiveError(in IcmpErrorInfo error) => IcmpErrors.Process(this, in error);

    internal TcpFlow? Find(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort) =>
        _flows.Find(local, remote, localPort, remotePort);

    internal FlowRecord? FindRecord(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort) =>
        _records.Find(local, remote, localPort, remotePort);

    /// <summary>The listener that takes a segment; null if there is none.</summary>
    internal TcpListener? FindListener(in Segment s) => _listeners.Find(in s);

    /// <summary>The same, whoever the peer is.</summary>
    internal TcpListener? FindListener(InetAddress address, ushort port) => _listeners.Find(address, port);

    internal void Add(TcpFlow flow)
    {
        _flows.Add(flow);
        if (flow is TcpConnection connection)
        {
            connection.Flags |= ConnectionFlags.Hashed;
        }
    }

    internal void Remove(TcpFlow flow)
    {
        Host.Loop.Cancel(flow);
        if (flow is TcpConnection connection)
        {
            if (!connection.Has(ConnectionFlags.Hashed))
            {
                return;
            }

            connection.Flags &= ~ConnectionFlags.Hashed;
        }

        _flows.Remove(flow);
    }

    internal void Add(FlowRecord record) => _records.Add(record);

    internal void Remove(FlowRecord record)
    {
        Keyed?.Forget(record);
        _records.Remove(record);
        RequestTimer.Cancel(record);
    }

    internal void Remove(TcpListener listener)
    {
        _listeners.Remove(listener);
        foreach (var request in _records.All().OfType<RequestRecord>().Where(r => r.Listener == listener).ToList())
        {
            listener.Forget(request);
        }
    }

    internal void AddTimeWait(TcpConnection connection)
    {
        if (TimeWaitCount >= Settings.MaxTimeWait)
        {
            Counters.TimeWaitOverflows++;
            Lifecycle.Tell(Host, connection, TcpState.TimeWait, TcpState.Closed);
            return;
        }

        var record = new TimeWaitRecord(connection);
        _records.Add(record);
        TimeWaitCount++;
        Keyed?.Keep(record, connection);
        ArmTimeWait(record);
    }

    internal void ArmTimeWait(TimeWaitRecord record) => _timeWaitTimer.Arm(record, 0, Settings.TimeWait);

    internal void RemoveTimeWait(TimeWaitRecord record)
    {
        TimeWaitCount--;
        _records.Remove(record);
        _timeWaitTimer.Cancel(record);
        Lifecycle.Tell(Host, record, TcpState.TimeWait, TcpState.Closed);
    }

    /// <summary>What records know of one of our addresses.</summary>
    internal OwnAddress OwnAddressOf(InetAddress address)
    {
        if (!_ownAddresses.TryGetValue(address, out var own))
        {
            if (_ownAddresses.Count >= 1024)
            {
                _ownAddresses.Clear(); // records that have one keep it
            }

            own = new OwnAddress(this, address);
            _ownAddresses.Add(address, own);
        }

        return own;
    }

    /// <summary>Forgets what earlier connections have taught of their peers (<c>ip tcp_metrics flush</c>).</summary>
    public void FlushMetrics() => FastOpenCache.Clear();

    /// <summary>Gives a new connection its local port and enters it in the table.</summary>
    internal SocketError ClaimLocalPort(TcpConnection c, ushort port)
    {
        c.LocalPort = port != 0 ? port : _ports.Choose(c.LocalAddress, c.RemoteEndpoint);
        if (c.LocalPort == 0)
        {
            return SocketError.AddressNotAvailable;
        }

        if (_flows.Find(c.LocalAddress, c.RemoteAddress, c.LocalPort, c.RemotePort) is not null)
        {
            return SocketError.AddressNotAvailable;
        }

        switch (_records.Find(c.LocalAddress, c.RemoteAddress, c.LocalPort, c.RemotePort))
        {
            case null:
                break;
            case TimeWaitRecord record when record.MayReuse(chosen: port != 0, Host.Loop.Now):
                // RFC 6191: numbers and timestamps go on where those of before ended.
                c.Snd.Iss = record.NextIss;
                c.Ts.Recent = record.RecentTimestamp;
                RemoveTimeWait(record);
                break;
            default:
                return SocketError.AddressNotAvailable;
        }

        Add(c);
        return SocketError.Success;
    }

    /// <summary>Looks the route up again after routes or addresses have changed.</summary>
    internal Destination? Reroute(TcpConnection c) =>
        c.Route = Host.Ip.Route(c.RemoteAddress, c.LocalAddress, null, c.Options.Mark, out _);

    internal ICongestionControl CreateCongestionControl(string? name) => CongestionControls.Create(name ?? Settings.CongestionControl, Settings.HyStart, _chance);

    /// <summary>Sends the connection's ACK after what is queued already at this instant.</summary>
    internal void Defer(TcpConnection c) => _batch.Add(c);

    /// <summary>What is added to the clock in timestamps of this pair of addresses.</summary>
    internal uint TimestampOffset(InetAddress local, InetAddress remote) => Settings.TimestampOffset ? Secret.TimestampOffset(local, remote) : 0;

    /// <summary>Answers a segment with a reset (RFC 9293 3.10.7.1).</summary>
    internal void SendReset(in Segment s)
    {
        if (s.Has(TcpFlags.Rst) || s.Source.IsMulticast || s.Source.IsUnspecified)
        {
            return;
        }

        SegmentAuthentication? authentication = null;
        if ((Keyed is not null || InboundAuthentication.HasOption(in s)) && !SignedReset.Permits(this, in s, out authentication))
        {
            return;
        }

        var route = Host.Ip.Route(s.Source, s.Destination, null, 0, out _);
        if (route is null)
        {
            return;
        }

        Counters.ResetsOut++;
        var local = new InetEndpoint(s.Destination, s.DestinationPort);
        var remote = new InetEndpoint(s.Source, s.SourcePort);
        bool acked = s.Has(TcpFlags.Ack);
        var options = new TcpOptionsWriter(stackalloc byte[TcpOptionsWriter.MaxLength]);
        authentication?.AddOption(ref options);
        ControlSegment.Send(this, local, remote, route, acked ? s.Ack : default, acked ? default : s.End,
            acked ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack, 0, options.Written, null, authentication: authentication);
    }

    private void ReceiveUnknown(ref Segment s, in IpReceiveInfo info)
    {
        if (s.Packet!.Kind != PacketKind.Host || info.Destination.IsMulticast || info.Source.IsMulticast)
        {
            // TCP knows no broadcast: such a segment is not even answered (RFC 9293 3.9.2.3).
            Drop(ref s, DropReason.IpInvalidDestination);
        }
        else if (FindListener(in s) is { } listener)
        {
            listener.Receive(ref s);
        }
        else
        {
            SendReset(in s);
            Drop(ref s, DropReason.NoSocket);
        }
    }

    private void Drop(ref Segment s, DropReason reason)
    {
        var packet = s.Packet!;
        s.Packet = null;
        Host.Drop(packet, reason);
    }
}
