using Catenet.Core;

namespace Catenet.Programs.Dns;

/// <summary>How far a recursive resolver goes for one question.</summary>
public sealed class RecursiveResolverOptions
{
    /// <summary>The most queries sent for one question of a client, those for servers' addresses included.</summary>
    public int MaxQueries { get; init; } = 64;

    /// <summary>The most aliases followed.</summary>
    public int MaxAliases { get; init; } = 11;

    /// <summary>How deep looking for a server's address may lead to looking for another's.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>How long to wait for a server that has never answered.</summary>
    public Duration InitialTimeout { get; init; } = Duration.FromMilliseconds(800);

    /// <summary>The longest to wait for any server.</summary>
    public Duration MaxTimeout { get; init; } = Duration.FromSeconds(3);

    /// <summary>The most record sets kept.</summary>
    public int CacheCapacity { get; init; } = 10_000;

    /// <summary>Whether servers are asked over IPv6 too; set to false where the resolver has no IPv6.</summary>
    public bool UseIPv6 { get; init; } = true;
}
