using Catenet.Core;

namespace Catenet.Programs.Dns;

/// <summary>What resolv.conf(5) and hosts(5) say.</summary>
public sealed class StubResolverOptions
{
    /// <summary><c>nameserver</c>: whom to ask, in this order; empty: the servers the host was told of. At most three are used.</summary>
    public IReadOnlyList<InetEndpoint> Servers { get; init; } = [];

    /// <summary><c>search</c>: domains to try for names with few dots.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary><c>options ndots</c>: names with at least so many dots are tried as they are first.</summary>
    public int Dots { get; init; } = 1;

    /// <summary><c>options timeout</c>: how long to wait for a server.</summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(5);

    /// <summary><c>options attempts</c>: how often to go through the servers.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary><c>options rotate</c>: whether each question begins with the next server.</summary>
    public bool Rotate { get; init; }

    /// <summary>The hosts file: names and their addresses, asked before any server.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<InetAddress>> Hosts { get; init; } = new Dictionary<string, IReadOnlyList<InetAddress>>();

    /// <summary>The most record sets kept.</summary>
    public int CacheCapacity { get; init; } = 1000;
}
