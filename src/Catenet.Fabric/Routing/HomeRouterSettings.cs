using Catenet.Core;

namespace Catenet.Fabric.Routing;

/// <summary>How a home router is set.</summary>
public sealed record HomeRouterSettings
{
    /// <summary>The network at home; the router has its first address.</summary>
    public InetPrefix Lan { get; init; } = InetPrefix.Parse("192.168.1.0/24");

    /// <summary>The IPv6 network at home, a /64 that the provider gave; the router has its first address. Null: no IPv6.</summary>
    public InetPrefix? LanV6 { get; init; }
}
