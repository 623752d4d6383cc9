using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Tools;

/// <summary>Probes by SYNs: each is an attempt to connect that ends by an ICMP error, a SYN-ACK (then it is reset) or a RST.</summary>
internal sealed class ConnectProbes(Host host, InetEndpoint target) : ProbeSender(host)
{
    public override void Dispose()
    {
        // Each probe has a socket of its own, which is gone with it.
    }

    protected override async Task<ProbeAnswer?> ExchangeAsync(int ttl, CancellationToken token)
    {
        using var socket = new NetSocket(Host, target.Address.Family, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveErrors = true,
            Ttl = (short)ttl,
            LingerState = new LingerOption(true, 0),
        };
        try
        {
            await socket.ConnectAsync(target.ToIPEndPoint(), token);
        }
        catch (SocketException) when (socket.TryReceiveError(out var report))
        {
            return ProbeAnswer.Of(in report);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostUnreachable or SocketError.TimedOut)
        {
            return null; // the first router, or the target on the link, does not even answer for its link address
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // A closed port answers as well as an open one.
        }

        return new ProbeAnswer(target.Address, Host.Loop.Now, null);
    }
}
