namespace Catenet.Kernel.Netfilter;

/// <summary>The note on a packet that a rule exempted from tracking.</summary>
public sealed class Untracked : PacketTracking
{
    internal Untracked(ConnectionTracker tracker)
        : base(tracker)
    {
    }

    /// <inheritdoc/>
    public override Connection? Connection => null;

    /// <inheritdoc/>
    public override bool IsReply => false;

    /// <inheritdoc/>
    public override ConnectionStates State => ConnectionStates.Untracked;
}
