using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Programs.Tools;

namespace Catenet.Programs.Transfer;

/// <summary>Opens and closes a connection by RFC 9293's own calls (3.9.1), at moments that the socket interface does not offer: OPEN in LISTEN, CLOSE in the middle of a handshake.</summary>
public sealed class TcpOpener(Host host)
{
    /// <summary>The port to open from.</summary>
    public required int LocalPort { get; init; }

    /// <summary>How long a passive OPEN goes before the active one; zero: none does.</summary>
    public Duration Listens { get; init; }

    /// <summary>How long after the active OPEN the connection is closed, open or not.</summary>
    public Duration Closes { get; init; }

    /// <summary>Listens if it is to, opens, waits and closes. What is left of the connection the kernel ends by itself.</summary>
    /// <param name="to">The peer's end.</param>
    /// <param name="cancellationToken">Gives up: what is open is reset.</param>
    /// <returns>The state in which CLOSE found the connection; CLOSED if the peer was not there.</returns>
    /// <exception cref="SocketException">The port is in use, the name could not be found, or there is no way to the address.</exception>
    public async Task<TcpState> RunAsync(EndPoint to, CancellationToken cancellationToken = default)
    {
        var remote = to switch
        {
            IPEndPoint ip => new InetEndpoint(InetAddress.From(ip.Address), (ushort)ip.Port),
            DnsEndPoint name => new InetEndpoint(await ProgramNames.ResolveAsync(host, name.Host, AddressFamily.Unspecified, cancellationToken), (ushort)name.Port),
            _ => throw new SocketException((int)SocketError.AddressFamilyNotSupported),
        };
        var local = new InetEndpoint(remote.Address.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6, (ushort)LocalPort);
        var connection = Listens > Duration.Zero
            ? await OpenListeningAsync(local, remote, cancellationToken)
            : Open(local, remote);
        try
        {
            await host.Loop.SleepUntilAsync(host.Loop.Now + Closes, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
            throw;
        }

        var state = connection.State;
        connection.Close();
        return state;
    }

    private async Task<TcpConnection> OpenListeningAsync(InetEndpoint local, InetEndpoint remote, CancellationToken cancellationToken)
    {
        var listener = host.Tcp.Listen(local, 1, out var error) ?? throw new SocketException((int)error);
        try
        {
            await host.Loop.SleepUntilAsync(host.Loop.Now + Listens, cancellationToken);
            return listener.Connect(remote, out error) ?? throw new SocketException((int)error);
        }
        finally
        {
            listener.Close(); // unless it has become the connection
        }
    }

    private TcpConnection Open(InetEndpoint local, InetEndpoint remote)
    {
        var connection = host.Tcp.CreateConnection();
        var error = connection.Connect(local, remote);
        return error == SocketError.InProgress ? connection : throw new SocketException((int)error);
    }
}
