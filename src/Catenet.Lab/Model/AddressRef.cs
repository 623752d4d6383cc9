using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>An address written in full, or by the name of what has it.</summary>
/// <param name="Name">A node (<c>bob</c>), an interface (<c>home.wan</c>) or an instance's public address (<c>bob.eip</c>); null when <paramref name="Address"/> is given.</param>
/// <param name="Address">The address, when written in full.</param>
public sealed record AddressRef(string? Name, InetAddress? Address)
{
    /// <summary>A literal address.</summary>
    public static AddressRef Of(InetAddress address) => new(null, address);

    /// <summary>A reference by name.</summary>
    public static AddressRef To(string name) => new(name, null);

    /// <summary>Prints as written.</summary>
    public override string ToString() => Name ?? Address.ToString()!;
}

/// <summary>A place to connect to: an address or a name, and a port.</summary>
/// <param name="Target">The host as written: a node, an address, or a domain name to be resolved.</param>
/// <param name="Port">1 to 65535.</param>
public sealed record EndpointRef(string Target, int Port)
{
    /// <summary>Prints <c>bob:80</c> or <c>[2001:db8::1]:80</c>.</summary>
    public override string ToString() => Target.Contains(':') ? $"[{Target}]:{Port}" : $"{Target}:{Port}";
}
