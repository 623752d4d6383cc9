namespace Catenet.Kernel;

/// <summary>The name servers a host was told of, those configured by hand before those advertised (RFC 8106 5.3.1).</summary>
/// <remarks>At most <see cref="Limit"/>. Belongs to the loop's thread.</remarks>
public sealed class NameServerList
{
    /// <summary>The most name servers that are kept.</summary>
    public const int Limit = 16;

    private readonly List<(InetAddress Address, Instant Expires)> _servers = [];

    /// <summary>Raised when the list has changed.</summary>
    public event Action? Changed;

    /// <summary>Adds a server for good, behind those there are.</summary>
    public void Add(InetAddress server) => Update(server, Instant.Never);

    /// <summary>Adds a server until a time, or moves that time; one that is past removes it.</summary>
    public void Update(InetAddress server, Instant expires, Instant now = default)
    {
        int at = _servers.FindIndex(s => s.Address == server);
        bool usable = expires > now;
        if (at >= 0 && usable)
        {
            _servers[at] = (server, _servers[at].Expires == Instant.Never ? Instant.Never : expires);
        }
        else if (at >= 0)
        {
            _servers.RemoveAt(at);
            Changed?.Invoke();
        }
        else if (usable && _servers.Count < Limit)
        {
            int place = expires == Instant.Never ? _servers.FindIndex(s => s.Expires != Instant.Never) : -1;
            _servers.Insert(place < 0 ? _servers.Count : place, (server, expires));
            Changed?.Invoke();
        }
    }

    /// <summary>Removes a server.</summary>
    public void Remove(InetAddress server) => Update(server, default);

    /// <summary>The servers that may be used now, in order.</summary>
    public IReadOnlyList<InetAddress> Current(Instant now)
    {
        _servers.RemoveAll(s => s.Expires <= now);
        return [.. _servers.Select(s => s.Address)];
    }
}
