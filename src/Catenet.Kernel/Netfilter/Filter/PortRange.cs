using System.Globalization;

namespace Catenet.Kernel.Netfilter;

/// <summary>A range of ports, both ends included. <c>default</c> is port zero alone; see <see cref="Any"/>.</summary>
/// <param name="First">The first port.</param>
/// <param name="Last">The last port.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>Every port.</summary>
    public static PortRange Any => new(0, ushort.MaxValue);

    /// <summary>The ports from which clients send (RFC 6335 8.1.2 and the habits of systems): 1024-65535.</summary>
    public static PortRange Ephemeral => new(1024, ushort.MaxValue);

    /// <summary>Whether the port lies in the range.</summary>
    public bool Contains(ushort port) => port >= First && port <= Last;

    /// <summary>A range of one port.</summary>
    public static implicit operator PortRange(ushort port) => new(port, port);

    /// <summary>Prints <c>80</c> or <c>1024-65535</c>.</summary>
    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
