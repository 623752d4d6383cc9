using System.Net;
using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>Connects a socket to a name: asks the host's resolver on its loop and tries each address in turn, as .NET does.</summary>
internal static class NameConnector
{
    public static async Task ConnectAsync(NetSocket socket, DnsEndPoint name, CancellationToken cancellationToken)
    {
        // No ConfigureAwait(false): a task that completes on the loop would continue on the thread pool, and virtual time pass meanwhile.
        var addresses = await ResolveAsync(socket, name, cancellationToken);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            if (!SocketEndPoints.Fits(socket.AddressFamily, socket.DualMode, address.Family))
            {
                continue;
            }

            try
            {
                await socket.ConnectAsync(new IPEndPoint(address.ToIPAddress(), name.Port), cancellationToken);
                return;
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.NoData);
    }

    private static Task<IReadOnlyList<InetAddress>> ResolveAsync(NetSocket socket, DnsEndPoint name, CancellationToken cancellationToken)
    {
        var loop = socket.Host.Loop;
        var family = name.AddressFamily != AddressFamily.Unspecified ? name.AddressFamily
            : socket.AddressFamily == AddressFamily.InterNetwork ? AddressFamily.InterNetwork
            : socket.DualMode ? AddressFamily.Unspecified : AddressFamily.InterNetworkV6;
        if (loop.IsOnLoop)
        {
            return AskAsync(socket.Host, name.Host, family, cancellationToken);
        }

        // The resolver is a program on the loop: start it there, and let the answer leave without carrying the caller along.
        var answer = new TaskCompletionSource<IReadOnlyList<InetAddress>>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(async _ =>
        {
            try
            {
                answer.SetResult(await AskAsync(socket.Host, name.Host, family, cancellationToken));
            }
            catch (OperationCanceledException e)
            {
                answer.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        }, null);
        return answer.Task;
    }

    private static async Task<IReadOnlyList<InetAddress>> AskAsync(
        Host host, string name, AddressFamily family, CancellationToken cancellationToken)
    {
        var resolver = host.Resolver ?? throw new SocketException((int)SocketError.HostNotFound);
        return await resolver.ResolveAsync(name, family, cancellationToken);
    }
}
