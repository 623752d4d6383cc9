namespace Catenet.Kernel.Tcp;

/// <summary>How losses are found (Linux's tcp_recovery). RACK is always in use, whatever the first bit says.</summary>
[Flags]
public enum LossRecovery
{
    /// <summary>Nothing: as <see cref="Rack"/>.</summary>
    None = 0,

    /// <summary>RACK (RFC 8985).</summary>
    Rack = 1,

    /// <summary>The reordering window is a quarter of the least round-trip time always.</summary>
    StaticWindow = 2,

    /// <summary>Three sacked segments do not end the reordering window.</summary>
    NoThreshold = 4,
}
