namespace Catenet.Kernel.Ip;

/// <summary>The path MTUs that ICMP errors told, by destination; each is forgotten after ten minutes (RFC 1191 6.3, RFC 8201 4).</summary>
/// <remarks>At most <see cref="Limit"/> destinations; the oldest goes first.</remarks>
public sealed class PathMtuCache
{
    /// <summary>The most destinations that are kept.</summary>
    public const int Limit = 2048;

    private readonly Host _host;
    private readonly Dictionary<InetAddress, (int Mtu, bool Locked, Instant Expires, int Serial)> _entries = [];
    private readonly Queue<(InetAddress Address, int Serial)> _order = new();

    internal PathMtuCache(Host host) => _host = host;

    /// <summary>How many destinations are known.</summary>
    public int Count => _entries.Count;

    /// <summary>Goes up with every change.</summary>
    internal int Version { get; private set; }

    /// <summary>The path MTU to an address; zero if nothing was learned.</summary>
    /// <param name="destination">The address.</param>
    /// <param name="until">Until when the answer holds if no error comes.</param>
    public int Lookup(InetAddress destination, out Instant until)
    {
        if (_entries.Count != 0 && _entries.TryGetValue(destination, out var entry) && entry.Expires > _host.Loop.Now)
        {
            until = entry.Expires;
            return entry.Mtu;
        }

        until = Instant.Never;
        return 0;
    }

    /// <summary>Whether the path takes less than is believed: packets of the least size believed go, and may be fragmented (Linux's locked metric).</summary>
    internal bool IsLocked(InetAddress destination) => _entries.TryGetValue(destination, out var entry) && entry.Locked && entry.Expires > _host.Loop.Now;

    /// <summary>Notes what an error told about a packet that the transport knows to be its own.</summary>
    internal void Learn(in IcmpErrorInfo error)
    {
        var route = _host.Ip.Route(error.Destination, error.Source, null, 0, out _);
        int least = error.IsIPv6 ? Catenet.Wire.Internet.IPv6View.MinMtu : _host.Settings.MinPathMtu;
        if (route is { IsLocal: false } && !(error.IsIPv6 && error.Mtu < least) && error.Mtu < route.Mtu)
        {
            Learn(error.Destination, Math.Max(error.Mtu, least), error.Mtu < least);
        }
    }

    /// <summary>Notes what an error told. It can only lower the MTU; raising it is left to time.</summary>
    internal void Learn(InetAddress destination, int mtu, bool locked = false)
    {
        int known = Lookup(destination, out _);
        if (known != 0 && known < mtu)
        {
            return;
        }

        Version++;
        _entries[destination] = (mtu, locked, _host.Loop.Now + _host.Settings.PathMtuExpires, Version);
        _order.Enqueue((destination, Version));
        while (_order.Count > Limit)
        {
            // An entry that was renewed stands further back as well; only its last place counts.
            var (oldest, serial) = _order.Dequeue();
            if (_entries.TryGetValue(oldest, out var entry) && entry.Serial == serial)
            {
                _entries.Remove(oldest);
            }
        }
    }
}
