using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;

namespace Catenet.Programs.Tools;

/// <summary>Finds the address of what was written on a command line.</summary>
internal static class ProgramNames
{
    /// <exception cref="SocketException">There is no such name, or no resolver on the host.</exception>
    public static async Task<InetAddress> ResolveAsync(Host host, string name, AddressFamily family, CancellationToken token)
    {
        if (InetAddress.TryParse(name, out var literal))
        {
            return literal;
        }

        var resolver = host.Resolver ?? throw new SocketException((int)SocketError.HostNotFound);
        return (await resolver.ResolveAsync(name, family, token))[0];
    }
}
