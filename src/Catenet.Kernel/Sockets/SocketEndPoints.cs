using System.Net;
using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>Checks and converts the end points that callers give.</summary>
internal static class SocketEndPoints
{
    /// <summary>Takes an <see cref="IPEndPoint"/> apart; a mapped IPv4 address becomes IPv4.</summary>
    /// <param name="endPoint">What the caller gave.</param>
    /// <param name="parameter">The caller's name for it.</param>
    /// <param name="scope">The scope of an IPv6 link-local address: the index of a device; else 0.</param>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static InetEndpoint Take(EndPoint endPoint, string parameter, out int scope)
    {
        ArgumentNullException.ThrowIfNull(endPoint, parameter);
        if (endPoint is not IPEndPoint ip)
        {
            throw new ArgumentException($"A socket takes an {nameof(IPEndPoint)} here, not a {endPoint.GetType().Name}.", parameter);
        }

        scope = ip.AddressFamily == AddressFamily.InterNetworkV6 ? (int)ip.Address.ScopeId : 0;
        return InetEndpoint.From(ip);
    }

    /// <summary>Whether a socket of a family may speak to an address of another.</summary>
    public static bool Fits(AddressFamily family, bool dualMode, AddressFamily other) =>
        family == other || (dualMode && family == AddressFamily.InterNetworkV6 && other == AddressFamily.InterNetwork);
}
