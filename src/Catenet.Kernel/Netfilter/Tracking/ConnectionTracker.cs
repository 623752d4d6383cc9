using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>Recognises which packets belong together (Linux's nf_conntrack), for stateful filters and NAT.</summary>
/// <remarks>
/// The table holds at most <see cref="ConntrackSettings.Max"/> connections; when it is full, the oldest one that has not
/// proved to be real makes room, and if all have, the packet is dropped as <see cref="DropReason.ConntrackFull"/>.
/// </remarks>
public sealed class ConnectionTracker
{
    private readonly Host _host;
    private readonly ConnectionTable _table;
    private Connection? _oldestUnassured;
    private Connection? _newestUnassured;
    private long _serial;

    internal ConnectionTracker(Host host, ConntrackSettings settings)
    {
        _host = host;
        Settings = settings;
        _table = new ConnectionTable(host.Random("conntrack").NextUInt64());
        Untracked = new Untracked(this);
        Hook = new TrackingHook(this);
        Confirmation = new ConfirmationHook(this);
    }

    /// <summary>The knobs.</summary>
    public ConntrackSettings Settings { get; }

    /// <summary>How many connections are in the table.</summary>
    public int Count => _table.Count;

    /// <summary>How many connections were evicted to make room (<c>early_drop</c> of <c>conntrack -S</c>).</summary>
    public long Evicted { get; private set; }

    /// <summary>How many packets were found invalid (<c>invalid</c> of <c>conntrack -S</c>).</summary>
    public long InvalidPackets { get; internal set; }

    /// <summary>The connections in the table, in the order in which they began.</summary>
    public IReadOnlyList<Connection> Connections => _table.ToArray();

    /// <summary>The note that a rule puts on packets to exempt them.</summary>
    internal Untracked Untracked { get; }

    internal TrackingHook Hook { get; }

    internal ConfirmationHook Confirmation { get; }

    internal Instant Now => _host.Loop.Now;

    /// <summary>Told of every connection that enters the table; NAT listens.</summary>
    internal Action<Connection>? Confirmed { get; set; }

    /// <summary>Told of every connection that leaves the table; NAT listens.</summary>
    internal Action<Connection>? Destroyed { get; set; }

    /// <summary>The connection, and its direction, that a packet of this tuple belongs to; null if there is none.</summary>
    public FlowDirection? Find(in ConnectionTuple tuple) => _table.Find(tuple);

    /// <summary>Forgets a connection, as <c>conntrack -D</c> does. Its next packet begins a new one.</summary>
    public void Destroy(Connection connection)
    {
        if (connection.IsDead)
        {
            return;
        }

        connection.IsDead = true;
        _host.Loop.Cancel(connection);
        if (connection.IsConfirmed)
        {
            LeaveUnassured(connection);
            _table.Remove(connection);
            Destroyed?.Invoke(connection);
        }
    }

    /// <summary>Forgets every connection (<c>conntrack -F</c>), or those that a condition picks.</summary>
    public void Flush(Func<Connection, bool>? which = null)
    {
        foreach (var connection in Connections)
        {
            if (which is null || which(connection))
            {
                Destroy(connection);
            }
        }
    }

    /// <summary>What a packet is to this host's connections.</summary>
    public ConnectionStates StateOf(PacketBuffer packet) =>
        packet.Conntrack is PacketTracking tracking && tracking.Tracker == this ? tracking.State : ConnectionStates.Invalid;

    /// <summary>Prints what <c>conntrack -L</c> prints.</summary>
    public override string ToString() => string.Join('\n', Connections);

    /// <summary>Whether another connection has answers of this tuple: then a translation must not produce it.</summary>
    internal bool IsTaken(in ConnectionTuple reply, Connection except) =>
        _table.Find(reply) is { } found && found.Connection != except;

    /// <summary>Begins a connection that is not in the table yet; null if there is no room for it.</summary>
    internal Connection? Begin(in ConnectionTuple tuple) =>
        MakeRoom() ? new Connection(this, tuple, ++_serial) { StreamSince = Now + Duration.FromSeconds(2) } : null;

    /// <summary>Lets a packet of a known connection push back its expiry.</summary>
    internal void Refresh(Connection connection, Duration timeout)
    {
        connection.Timeout = timeout;
        if (connection.IsConfirmed && !connection.IsDead)
        {
            _host.Loop.Arm(connection, timeout);
        }
    }

    /// <summary>Notes that a connection has proved to be real.</summary>
    internal void Assure(Connection connection)
    {
        if (!connection.IsAssured)
        {
            connection.IsAssured = true;
            LeaveUnassured(connection);
        }
    }

    /// <summary>Puts a new connection into the table as its first packet leaves; false if its tuples were taken meanwhile or the table is full.</summary>
    internal bool Confirm(Connection connection)
    {
        if (_table.Find(connection.Original.Key) is not null || _table.Find(connection.Reply.Key) is not null || !MakeRoom())
        {
            return false;
        }

        _table.Insert(connection);
        connection.IsConfirmed = true;
        _host.Loop.Arm(connection, connection.Timeout);
        if (!connection.IsAssured)
        {
            JoinUnassured(connection);
        }

        Confirmed?.Invoke(connection);
        return true;
    }

    private bool MakeRoom()
    {
        if (_table.Count < Settings.Max)
        {
            return true;
        }

        if (_oldestUnassured is null)
        {
            return false;
        }

        Evicted++;
        Destroy(_oldestUnassured);
        return true;
    }

    private void JoinUnassured(Connection connection)
    {
        connection.OlderUnassured = _newestUnassured;
        if (_newestUnassured is null)
        {
            _oldestUnassured = connection;
        }
        else
        {
            _newestUnassured.NewerUnassured = connection;
        }

        _newestUnassured = connection;
    }

    private void LeaveUnassured(Connection connection)
    {
        var (older, newer) = (connection.OlderUnassured, connection.NewerUnassured);
        if (older is null && newer is null && _oldestUnassured != connection)
        {
            return;
        }

        if (older is null)
        {
            _oldestUnassured = newer;
        }
        else
        {
            older.NewerUnassured = newer;
        }

        if (newer is null)
        {
            _newestUnassured = older;
        }
        else
        {
            newer.OlderUnassured = older;
        }

        connection.OlderUnassured = connection.NewerUnassured = null;
    }

    /// <summary>How long a connection that is not TCP's may be silent.</summary>
    internal Duration TimeoutOf(Connection connection) => connection.Protocol switch
    {
        IpProtocol.Udp => connection.IsAssured ? Settings.UdpStream : Settings.Udp,
        IpProtocol.Icmp or IpProtocol.IcmpV6 => Settings.Icmp,
        _ => Settings.Generic,
    };
}
