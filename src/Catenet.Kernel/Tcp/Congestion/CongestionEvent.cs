namespace Catenet.Kernel.Tcp;

/// <summary>What a congestion control is told beside acknowledgments (Linux's tcp_ca_event and set_state).</summary>
public enum CongestionEvent
{
    /// <summary>The connection is established, or has just chosen this control.</summary>
    Begin,

    /// <summary>Data goes out while nothing is in flight; <see cref="AckSample.Idle"/> says for how long nothing was sent (CA_EVENT_TX_START).</summary>
    TransmissionStart,

    /// <summary>The window is about to be cut because of idleness (CA_EVENT_CWND_RESTART).</summary>
    Restart,

    /// <summary>A reduction is complete: the window is at ssthresh (CA_EVENT_COMPLETE_CWR).</summary>
    ReductionComplete,

    /// <summary>Fast recovery begins (the state TCP_CA_Recovery).</summary>
    Recovery,

    /// <summary>A timeout begins an episode; ssthresh has been set (CA_EVENT_LOSS).</summary>
    Loss,

    /// <summary>The retransmission timer has fired, for the first time or again (the state TCP_CA_Loss).</summary>
    Timeout,

    /// <summary>A segment was received that is marked CE (CA_EVENT_ECN_IS_CE).</summary>
    Marked,

    /// <summary>A segment was received that is not marked CE (CA_EVENT_ECN_NO_CE).</summary>
    NotMarked,
}
