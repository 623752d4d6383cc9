namespace Catenet.Kernel.Tcp;

/// <summary>What an acknowledgment is and did, one bit each.</summary>
[Flags]
internal enum AckFlags : ushort
{
    None = 0,

    /// <summary>It carries data or a FIN: no duplicate (RFC 5681 2).</summary>
    Data = 1,

    /// <summary>SND.WND was set by it: no duplicate (RFC 5681 2).</summary>
    WindowUpdate = 2,

    /// <summary>It took data, or the FIN, off the queue.</summary>
    DataAcked = 4,

    /// <summary>It took our SYN off the queue.</summary>
    SynAcked = 8,

    /// <summary>It took our FIN off the queue.</summary>
    FinAcked = 16,

    /// <summary>What it took off had been sent more than once (Karn's rule).</summary>
    RetransmissionAcked = 32,

    /// <summary>A segment became sacked.</summary>
    DataSacked = 64,

    /// <summary>It reports congestion (RFC 3168 6.1.3).</summary>
    CongestionEcho = 128,

    /// <summary>A segment that was sent only once, before the present episode, got through (RFC 5682 3.1 step 3b).</summary>
    OriginalDelivered = 256,

    /// <summary>SND.UNA moved.</summary>
    Advanced = 512,

    /// <summary>It reports a duplicate (RFC 2883).</summary>
    Duplicate = 1024,

    /// <summary>The duplicate is that of the tail loss probe (RFC 8985 7.4.2).</summary>
    DuplicateOfProbe = 2048,

    /// <summary>The retransmission timer is to start anew.</summary>
    SetTimer = 4096,

    /// <summary>The first segment left is one that the peer said it held (RFC 2018 8).</summary>
    Reneging = 8192,

    /// <summary>The peer may have taken its time with it: no measure of the path.</summary>
    MaybeDelayed = 16384,

    /// <summary>A retransmission was found to be lost.</summary>
    RetransmissionLost = 32768,

    Acked = DataAcked | SynAcked,

    /// <summary>Any of these, and it is no duplicate acknowledgment.</summary>
    NotDuplicate = Data | WindowUpdate | Acked,

    /// <summary>Any of these, and the path needs a look.</summary>
    Alert = DataSacked | CongestionEcho | Duplicate,
}
