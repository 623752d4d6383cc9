namespace Catenet.Kernel.Tcp;

/// <summary>What is so or has happened, one bit each.</summary>
[Flags]
internal enum ConnectionFlags : uint
{
    None = 0,

    /// <summary>Both sides permit SACK (RFC 2018 2).</summary>
    Sack = 1,

    /// <summary>The peer's FIN has been received in sequence.</summary>
    PeerDone = 2,

    /// <summary>The user has ended our direction: a FIN is queued or sent.</summary>
    FinQueued = 4,

    /// <summary>The FIN has been sent at least once.</summary>
    FinSent = 8,

    /// <summary>The user has closed: nobody reads any more.</summary>
    Orphan = 16,

    /// <summary>A send found no room: OnWritable is owed.</summary>
    WantsWritable = 32,

    /// <summary>The flow is in the table.</summary>
    Hashed = 64,

    /// <summary>In the list of connections whose ACK is sent at the end of the batch.</summary>
    Deferred = 128,

    /// <summary>OnClosed has been raised.</summary>
    ClosedRaised = 256,

    /// <summary>The connection came through a listener.</summary>
    Passive = 1024,

    /// <summary>The connection waits in its listener's accept queue.</summary>
    InAcceptQueue = 2048,

    /// <summary>The user has ended reading (shutdown).</summary>
    ReadShut = 4096,

    /// <summary>What waits now goes whatever Nagle's algorithm and the cork say; ends with the next buffer (Linux's TCP_NAGLE_PUSH).</summary>
    NaglePush = 1 << 20,

    /// <summary>Fast Open has made the connection, and its SYN-ACK is not acknowledged yet.</summary>
    AwaitsHandshake = 1 << 24,

    /// <summary>The user has ended our direction before the handshake was over: the FIN goes when it is.</summary>
    ShutWhenOpen = 1 << 25,

    /// <summary>Everything is ready for our SYN, or it has been sent.</summary>
    Prepared = 1 << 26,

    /// <summary>The connection counts among those whose users have gone.</summary>
    CountedOrphan = 1 << 27,

    /// <summary>Something waits for packets to leave the host (Linux's TSQ_THROTTLED).</summary>
    Throttled = 1 << 28,
}

/// <summary>Events not yet delivered.</summary>
[Flags]
internal enum PendingEvents : byte
{
    None = 0,
    Connected = 1,
    Readable = 2,
    Writable = 4,
    Closed = 8,
    Urgent = 16,
}
