using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What sending waits for, the more telling the higher.</summary>
internal enum SendLimitKind : byte
{
    None,

    /// <summary>Something is under way: the network, or the congestion window.</summary>
    Busy,

    /// <summary>The peer's window.</summary>
    PeerWindow,

    /// <summary>Room for the user's next octets.</summary>
    SendBuffer,
}

/// <summary>For how long sending was busy, and held back by what (Linux's tcp_chrono: tcpi_busy_time, tcpi_rwnd_limited, tcpi_sndbuf_limited), in milliseconds.</summary>
internal struct SendLimits
{
    private uint _since;
    private uint _busy;
    private uint _peerWindow;
    private uint _sendBuffer;
    private SendLimitKind _kind;

    /// <summary>Something holds back from now on, unless something more telling does.</summary>
    public void Begin(SendLimitKind kind, Instant now)
    {
        if (kind > _kind)
        {
            Set(kind, now);
        }
    }

    /// <summary>It does so no longer.</summary>
    /// <param name="kind">What.</param>
    /// <param name="idle">Whether nothing is under way either.</param>
    /// <param name="now">The present.</param>
    public void End(SendLimitKind kind, bool idle, Instant now)
    {
        if (_kind != SendLimitKind.None && (idle || kind == _kind))
        {
            Set(idle ? SendLimitKind.None : SendLimitKind.Busy, now);
        }
    }

    /// <summary>The sums until now: busy at all, held back by the peer's window, by the send buffer.</summary>
    public readonly (Duration Busy, Duration PeerWindow, Duration SendBuffer) Sums(Instant now)
    {
        var copy = this;
        copy.Set(_kind, now);
        return (Duration.FromMilliseconds(copy._busy + copy._peerWindow + copy._sendBuffer), Duration.FromMilliseconds(copy._peerWindow), Duration.FromMilliseconds(copy._sendBuffer));
    }

    private void Set(SendLimitKind kind, Instant now)
    {
        uint at = (uint)(now.Nanoseconds / 1_000_000);
        switch (_kind)
        {
            case SendLimitKind.Busy:
                _busy += at - _since;
                break;
            case SendLimitKind.PeerWindow:
                _peerWindow += at - _since;
                break;
            case SendLimitKind.SendBuffer:
                _sendBuffer += at - _since;
                break;
        }

        _since = at;
        _kind = kind;
    }
}
