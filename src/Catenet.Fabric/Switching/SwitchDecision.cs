namespace Catenet.Fabric.Switching;

/// <summary>What a switch did with a frame.</summary>
public enum SwitchDecision
{
    /// <summary>The destination is known to be behind another port: out by that one.</summary>
    Forward,

    /// <summary>The destination is behind the port the frame came from: nothing to do.</summary>
    Filter,

    /// <summary>The destination is unknown (or a group): out by every other port.</summary>
    Flood,

    /// <summary>The frame is for every station: out by every other port.</summary>
    Broadcast,
}
