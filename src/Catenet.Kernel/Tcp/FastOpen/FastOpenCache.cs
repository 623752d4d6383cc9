using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What a client knows of the servers that have Fast Open: a cookie, the segment size, and which kind of option to try (RFC 7413 4.1.3).</summary>
internal sealed class FastOpenCache(EventLoop loop)
{
    /// <summary>The most servers that are remembered; the one known longest goes first.</summary>
    private const int Most = 4096;

    private readonly Dictionary<(InetAddress Local, InetAddress Remote), Entry> _entries = [];
    private readonly Queue<(InetAddress Local, InetAddress Remote)> _order = new();
    private Instant _disabledAt;
    private int _disabled;

    private struct Entry
    {
        public FastOpenCookie Cookie;
        public ushort Mss;

        /// <summary>0: the RFC's kind was not refused yet; 1: the experimental kind is tried; 2: neither was answered.</summary>
        public byte Tried;
    }

    /// <summary>What is known of a server.</summary>
    /// <param name="local">Our address.</param>
    /// <param name="remote">The server's.</param>
    /// <param name="mss">The segment size; left as it is if none is known.</param>
    /// <returns>The cookie, or a request for one in the kind that is to be tried.</returns>
    public FastOpenCookie Find(InetAddress local, InetAddress remote, ref int mss)
    {
        if (!_entries.TryGetValue((local, remote), out var entry))
        {
            return FastOpenCookie.Request(experimental: false);
        }

        mss = entry.Mss != 0 ? entry.Mss : mss;
        return entry.Cookie.HasValue ? entry.Cookie : FastOpenCookie.Request(entry.Tried == 1);
    }

    /// <summary>Notes what a SYN-ACK said.</summary>
    /// <param name="local">Our address.</param>
    /// <param name="remote">The server's.</param>
    /// <param name="mss">Its segment size.</param>
    /// <param name="cookie">The cookie it gave, if any.</param>
    /// <param name="tried">How far the search for the kind of option it knows has come; zero if that was not the question.</param>
    public void Note(InetAddress local, InetAddress remote, int mss, FastOpenCookie cookie, byte tried)
    {
        var key = (local, remote);
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count >= Most)
            {
                _entries.Remove(_order.Dequeue());
            }

            _order.Enqueue(key);
        }

        entry.Mss = (ushort)Math.Min(mss, ushort.MaxValue);
        if (cookie.HasValue)
        {
            entry.Cookie = cookie;
        }
        else if (tried > entry.Tried && !entry.Cookie.HasValue)
        {
            entry.Tried = tried;
        }

        _entries[key] = entry;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _entries.Clear();
        _order.Clear();
    }

    /// <summary>Fast Open seems to be lost on the way: it is not tried for a while, twice as long each time, up to 64 times (RFC 7413 4.1.3.1).</summary>
    /// <returns>Whether that is done at all.</returns>
    public bool Disable(TcpSettings settings)
    {
        if (settings.FastOpenBlackholeTimeout <= Duration.Zero)
        {
            return false;
        }

        _disabledAt = loop.Now;
        _disabled++;
        return true;
    }

    /// <summary>Whether Fast Open is not to be tried now.</summary>
    /// <param name="settings">The host's settings.</param>
    /// <param name="probes">Whether it may be tried again, to see.</param>
    public bool IsDisabled(TcpSettings settings, out bool probes)
    {
        probes = false;
        if (_disabled == 0 || settings.FastOpenBlackholeTimeout <= Duration.Zero)
        {
            return false;
        }

        probes = loop.Now >= _disabledAt + settings.FastOpenBlackholeTimeout * (1L << Math.Min(_disabled - 1, 6));
        return !probes;
    }

    /// <summary>It got through.</summary>
    public void Enable() => _disabled = 0;
}
