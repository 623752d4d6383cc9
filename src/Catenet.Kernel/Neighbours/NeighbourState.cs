namespace Catenet.Kernel.Neighbours;

/// <summary>What is known of a neighbour (RFC 4861 7.3.2 and Linux's NUD_*).</summary>
public enum NeighbourState : byte
{
    /// <summary>Just made.</summary>
    None,

    /// <summary>Asked for, no answer yet: packets wait.</summary>
    Incomplete,

    /// <summary>It has answered lately.</summary>
    Reachable,

    /// <summary>Known, but not confirmed lately.</summary>
    Stale,

    /// <summary>Stale and used: upper layers have some seconds to confirm it.</summary>
    Delay,

    /// <summary>It is being asked whether it is still there.</summary>
    Probe,

    /// <summary>It did not answer.</summary>
    Failed,

    /// <summary>Set by hand, never to be asked.</summary>
    Permanent,

    /// <summary>Needs no resolution.</summary>
    NoArp,
}
