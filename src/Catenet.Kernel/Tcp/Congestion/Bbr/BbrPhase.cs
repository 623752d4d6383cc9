namespace Catenet.Kernel.Tcp;

/// <summary>The states of BBR's machine (draft-ietf-ccwg-bbr 4.3).</summary>
internal enum BbrPhase : byte
{
    /// <summary>Doubles the rate each round until the bandwidth grows no more.</summary>
    Startup,

    /// <summary>Empties the queue that Startup has made.</summary>
    Drain,

    /// <summary>Sends below the bandwidth, so that queues vanish.</summary>
    Down,

    /// <summary>Sends at the bandwidth.</summary>
    Cruise,

    /// <summary>Fills the pipe before it is probed.</summary>
    Refill,

    /// <summary>Sends above the bandwidth, to see if there is more.</summary>
    Up,

    /// <summary>Sends little, so that the round-trip time shows without queues.</summary>
    ProbeRtt,
}

/// <summary>How acknowledgments relate to the bandwidth probe (draft-ietf-ccwg-bbr 4.3.3.6).</summary>
internal enum BbrProbeAcks : byte
{
    /// <summary>None yet.</summary>
    None,

    /// <summary>They tell of the time before the probe.</summary>
    Starting,

    /// <summary>They tell of the probe.</summary>
    Feedback,

    /// <summary>They tell of the probe's end.</summary>
    Stopping,

    /// <summary>The pipe is being filled.</summary>
    Refilling,
}
