using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Programs.Transfer;

/// <summary>A server that is too busy to accept: connections wait in its listener's queue.</summary>
public sealed class IdleListener(Host host)
{
    /// <summary>Listens until it is stopped.</summary>
    /// <param name="port">Where.</param>
    /// <param name="backlog">How many connections may wait.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SocketException">The port is in use.</exception>
    public async Task RunAsync(int port, int backlog, CancellationToken cancellationToken)
    {
        var listener = host.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv6, (ushort)port), backlog, out var error)
            ?? throw new SocketException((int)error);
        try
        {
            await host.Loop.SleepUntilAsync(Instant.Never, cancellationToken);
        }
        finally
        {
            listener.Close();
        }
    }
}
