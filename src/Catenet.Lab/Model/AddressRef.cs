using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>An address written in full, or by the name of the node that has it.</summary>
/// <param name="Node">The node's name, or null when <paramref name="Address"/> is given.</param>
/// <param name="Part">After the node's name: an interface, or <c>eip</c> for an instance's public address; null for the node's own choice.</param>
/// <param name="Address">The address, when written in full.</param>
public sealed record AddressRef(string? Node, string? Part, InetAddress? Address)
{
    /// <summary>A literal address.</summary>
    public static AddressRef Of(InetAddress address) => new(null, null, address);

    /// <summary>A reference: <c>bob</c>, <c>home.wan</c>, <c>bob.eip</c>. The part after the last dot is split off later, since names may have dots.</summary>
    public static AddressRef To(string name) => new(name, null, null);

    /// <summary>Prints as written.</summary>
    public override string ToString() => Address?.ToString() ?? (Part is null ? Node! : $"{Node}.{Part}");
}

/// <summary>A place to connect to: an address or a name, and a port.</summary>
/// <param name="Target">The host as written: a node, an address, or a domain name to be resolved.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record EndpointRef(string Target, int Port)
{
    /// <summary>Prints <c>bob:80</c> or <c>[2001:db8::1]:80</c>.</summary>
    public override string ToString() => Target.Contains(':') ? $"[{Target}]:{Port}" : $"{Target}:{Port}";
}
