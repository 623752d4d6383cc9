using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>Turns names into addresses: what getaddrinfo asks on a host.</summary>
/// <remarks>Called on the host's loop and answers there. Programs bring the real one (a DNS stub resolver); tests bring a table.</remarks>
public interface INameResolver
{
    /// <summary>Finds the addresses of a name, in the order in which they should be tried.</summary>
    /// <param name="name">A host name, with or without a dot at the end, or an address in text.</param>
    /// <param name="family">The family wanted; <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Gives up the search.</param>
    /// <returns>One address at least.</returns>
    /// <exception cref="SocketException"><see cref="SocketError.HostNotFound"/>: there is no such name;
    /// <see cref="SocketError.NoData"/>: it has no address of that family; <see cref="SocketError.TryAgain"/>: no server answered.</exception>
    ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken = default);
}
