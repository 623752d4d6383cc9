namespace Catenet.Kernel.Netfilter;

/// <summary>The note on an ICMP error about a connection.</summary>
public sealed class RelatedTracking : PacketTracking
{
    private readonly Connection _connection;

    internal RelatedTracking(ConnectionTracker tracker, Connection connection, bool isReply)
        : base(tracker)
    {
        _connection = connection;
        IsReply = isReply;
    }

    /// <inheritdoc/>
    public override Connection Connection => _connection;

    /// <inheritdoc/>
    public override bool IsReply { get; }

    /// <inheritdoc/>
    public override ConnectionStates State => ConnectionStates.Related;
}
