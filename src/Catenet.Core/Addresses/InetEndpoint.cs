using System.Globalization;
using System.Net;

namespace Catenet.Core;

/// <summary>An address and a port: what RFC 793 calls a socket.</summary>
/// <remarks>Immutable and thread-safe. The surface type is <see cref="IPEndPoint"/>.</remarks>
public readonly record struct InetEndpoint(InetAddress Address, ushort Port)
{
    /// <summary>Converts from the surface type; a scope is left behind.</summary>
    public static InetEndpoint From(IPEndPoint endPoint) => new(InetAddress.From(endPoint.Address), (ushort)endPoint.Port);

    /// <summary>Converts to the surface type.</summary>
    public IPEndPoint ToIPEndPoint() => new(Address.ToIPAddress(), Port);

    /// <summary>The same in every run.</summary>
    public override int GetHashCode() => Address.GetHashCode() * 31 + Port;

    /// <summary>Prints <c>192.0.2.1:80</c> or <c>[2001:db8::1]:80</c>.</summary>
    public override string ToString() => Address.IsIPv4
        ? string.Create(CultureInfo.InvariantCulture, $"{Address}:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"[{Address}]:{Port}");
}
