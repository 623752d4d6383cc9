namespace Catenet.Kernel.Netfilter;

/// <summary>One direction of a connection, as its packets look where they come in; the entry that the table finds.</summary>
public sealed class FlowDirection : PacketTracking
{
    internal ConnectionTuple Key;
    internal uint Hash;
    internal FlowDirection? NextInBucket;
    private readonly Connection _connection;

    internal FlowDirection(ConnectionTracker tracker, Connection connection, in ConnectionTuple tuple, bool isReply)
        : base(tracker)
    {
        _connection = connection;
        Key = tuple;
        IsReply = isReply;
    }

    /// <summary>What the packets of this direction carry before translation.</summary>
    public ConnectionTuple Tuple => Key;

    /// <summary>How many packets went this way.</summary>
    public long Packets { get; internal set; }

    /// <summary>How many octets of IP packets went this way.</summary>
    public long Octets { get; internal set; }

    /// <inheritdoc/>
    public override Connection Connection => _connection;

    /// <inheritdoc/>
    public override bool IsReply { get; }

    /// <inheritdoc/>
    public override ConnectionStates State =>
        IsReply || _connection.SeenReply ? ConnectionStates.Established : ConnectionStates.New;

    /// <inheritdoc/>
    public override string ToString() => Key.ToString();
}
