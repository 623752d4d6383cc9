namespace Catenet.Kernel.Tcp;

/// <summary>What a send asks for beside the octets (Linux's MSG_* of the sending side).</summary>
[Flags]
public enum SendFlags
{
    /// <summary>Nothing: the end is pushed (RFC 9293 3.9.1.2).</summary>
    None = 0,

    /// <summary><c>MSG_MORE</c>: more follows at once; a partial segment may wait for it, and the end is not pushed.</summary>
    More = 1,

    /// <summary><c>MSG_EOR</c>: a record ends here; what follows never shares a segment with it.</summary>
    EndOfRecord = 2,

    /// <summary>This is the rest of a send that found too little room: what it pushed before stays pushed.</summary>
    Continued = 4,

    /// <summary>Begins a buffer of its own: what waits before it is pushed and not added to, as when Linux's runs out of page references.</summary>
    NewBuffer = 8,

    /// <summary><c>MSG_OOB</c>: the last octet is urgent (RFC 9293 3.8.5).</summary>
    Urgent = 16,
}
