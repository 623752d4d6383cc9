using System.Globalization;
using System.Text;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Neighbours;

namespace Catenet.Kernel.Routing;

/// <summary>A route: what to do with packets to the addresses of a prefix. Once added to a table it does not change.</summary>
/// <param name="prefix">The addresses it is for.</param>
public sealed class RouteEntry(InetPrefix prefix)
{
    /// <summary>The addresses it is for.</summary>
    public InetPrefix Prefix => prefix;

    /// <summary>What it does with packets.</summary>
    public RouteType Type { get; init; }

    /// <summary>The next hop; null if the destinations are neighbours.</summary>
    public InetAddress? Gateway { get; init; }

    /// <summary>The device packets leave by; null for routes that discard.</summary>
    public NetDevice? Device { get; init; }

    /// <summary>The source address that packets made here get; null: to be chosen (RFC 6724).</summary>
    public InetAddress? PreferredSource { get; init; }

    /// <summary>Of several routes for one prefix the one of the least metric is used.</summary>
    public uint Metric { get; init; }

    /// <summary>The MTU of the path, if below the device's; zero: the device's.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether TCP asks for ECN on it and agrees to it, whatever <c>tcp_ecn</c> says (Linux's <c>features ecn</c>).</summary>
    public bool UsesEcn { get; init; }

    /// <summary>How TCP is to use it; null: as the host's settings say.</summary>
    public RouteMetrics? Metrics { get; init; }

    /// <summary>Who put it there.</summary>
    public RouteProtocol Protocol { get; init; } = RouteProtocol.Static;

    /// <summary>Until when it holds.</summary>
    public Instant Expires { get; internal set; } = Instant.Never;

    /// <summary>The next entry for the same prefix, of the same or a higher metric.</summary>
    internal RouteEntry? Next { get; set; }

    /// <summary>Whether the table has it.</summary>
    internal bool IsInTable { get; set; }

    /// <summary>The gateway's neighbour entry, once used.</summary>
    internal Neighbour? GatewayNeighbour { get; set; }

    /// <summary>As <c>ip route</c> shows it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Type != RouteType.Unicast)
        {
            text.Append(Type.ToString().ToLowerInvariant()).Append(' ');
        }

        text.Append(prefix.Length == 0 ? "default" : prefix.Length == prefix.Address.Bits ? prefix.Address.ToString() : prefix.ToString());
        text.Append(Gateway is { } gateway ? $" via {gateway}" : "");
        text.Append(Device is { } device ? $" dev {device.Name}" : "");
        text.Append(" proto ").Append(Protocol.ToString().ToLowerInvariant());
        text.Append(Type == RouteType.Unicast && Gateway is null && prefix.IsIPv4 ? " scope link" : Type == RouteType.Local && prefix.IsIPv4 ? " scope host" : "");
        text.Append(PreferredSource is { } source ? $" src {source}" : "");
        text.Append(Metric != 0 ? string.Create(CultureInfo.InvariantCulture, $" metric {Metric}") : "");
        text.Append(UsesEcn ? " features ecn" : "");
        text.Append(Mtu != 0 ? string.Create(CultureInfo.InvariantCulture, $" mtu {Mtu}") : "");
        text.Append(Metrics is null ? "" : Metrics.ToString());
        return text.ToString();
    }
}
