using System.Globalization;
using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>What a NAT rule does to the first packet of a connection, and thereby to all of them.</summary>
public sealed record NatTarget
{
    private enum Kind : byte
    {
        Accept,
        Masquerade,
        Source,
        Destination,
        Redirect,
        SourcePrefix,
        DestinationPrefix,
    }

    private Kind What { get; init; }

    /// <summary>The first address to translate to.</summary>
    public InetAddress First { get; private init; }

    /// <summary>The last address to translate to.</summary>
    public InetAddress Last { get; private init; }

    /// <summary>The first port to translate to; zero if the port is to be kept or found.</summary>
    public ushort FirstPort { get; private init; }

    /// <summary>The last port to translate to.</summary>
    public ushort LastPort { get; private init; }

    /// <summary>The block to translate to, host bits being kept.</summary>
    public InetPrefix Prefix { get; private init; }

    /// <summary>How source translation behaves towards further destinations and strangers.</summary>
    public NatBehaviour Behaviour { get; init; } = NatBehaviour.Linux;

    /// <summary>Whether this translates sources; otherwise destinations.</summary>
    public bool TranslatesSource => What is Kind.Masquerade or Kind.Source or Kind.SourcePrefix;

    internal bool IsMasquerade => What == Kind.Masquerade;

    internal bool IsRedirect => What == Kind.Redirect;

    internal bool IsPrefix => What is Kind.SourcePrefix or Kind.DestinationPrefix;

    internal bool IsAccept => What == Kind.Accept;

    /// <summary>Translates nothing, and lets no later rule do it.</summary>
    public static NatTarget Accept { get; } = new();

    /// <summary>Translates the source to the address of the device the packet leaves by.</summary>
    public static NatTarget Masquerade { get; } = new() { What = Kind.Masquerade };

    /// <summary>Translates the source to an address, or one of a pool.</summary>
    public static NatTarget ToSource(InetAddress first, InetAddress? last = null) =>
        new() { What = Kind.Source, First = first, Last = Checked(first, last) };

    /// <summary>Translates the destination to an address, or one of a pool, keeping the port.</summary>
    public static NatTarget ToDestination(InetAddress first, InetAddress? last = null) =>
        new() { What = Kind.Destination, First = first, Last = Checked(first, last) };

    /// <summary>Translates the destination to an address and port.</summary>
    public static NatTarget ToDestination(InetEndpoint endpoint) => ToDestination(endpoint.Address).WithPorts(endpoint.Port, endpoint.Port);

    /// <summary>Translates the destination to this host, optionally to another port.</summary>
    public static NatTarget Redirect(ushort port = 0) => new() { What = Kind.Redirect, FirstPort = port, LastPort = port };

    /// <summary>Translates the source's leading bits and keeps the rest (Linux's NETMAP): one to one for a whole block.</summary>
    public static NatTarget ToSourcePrefix(InetPrefix prefix) => new() { What = Kind.SourcePrefix, Prefix = prefix };

    /// <summary>Translates the destination's leading bits and keeps the rest.</summary>
    public static NatTarget ToDestinationPrefix(InetPrefix prefix) => new() { What = Kind.DestinationPrefix, Prefix = prefix };

    /// <summary>The same, with ports out of a range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The last port is smaller than the first.</exception>
    public NatTarget WithPorts(ushort first, ushort last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        return this with { FirstPort = first, LastPort = last };
    }

    /// <summary>The same, with another behaviour.</summary>
    public NatTarget With(NatBehaviour behaviour) => this with { Behaviour = behaviour };

    /// <summary>Prints as nftables does: <c>masquerade</c>, <c>dnat to 10.0.0.2:80</c>.</summary>
    public override string ToString()
    {
        string addresses = First == Last ? $"{First}" : $"{First}-{Last}";
        string ports = FirstPort == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{FirstPort}");
        ports = FirstPort == LastPort ? ports : string.Create(CultureInfo.InvariantCulture, $":{FirstPort}-{LastPort}");
        return What switch
        {
            Kind.Masquerade => ports.Length == 0 ? "masquerade" : $"masquerade to {ports}",
            Kind.Source => $"snat to {Join(addresses, ports)}",
            Kind.Destination => $"dnat to {Join(addresses, ports)}",
            Kind.Redirect => ports.Length == 0 ? "redirect" : $"redirect to {ports}",
            Kind.SourcePrefix => $"snat prefix to {Prefix}",
            Kind.DestinationPrefix => $"dnat prefix to {Prefix}",
            _ => "accept",
        };
    }

    private string Join(string addresses, string ports) => First.IsIPv6 && ports.Length > 0 ? $"[{addresses}]{ports}" : addresses + ports;

    private static InetAddress Checked(InetAddress first, InetAddress? last)
    {
        if (last is { } end && (end.IsIPv4 != first.IsIPv4 || end.CompareTo(first) < 0 || end.High != first.High))
        {
            throw new ArgumentException($"{first} to {last} is no range of addresses: both of one family (and one /64), the smaller first.", nameof(last));
        }

        return last ?? first;
    }
}
