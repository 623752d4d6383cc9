using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Keepalive (RFC 9293 3.8.4) with Linux's knobs.</summary>
public class KeepaliveTests
{
    [Fact]
    public void An_idle_connection_is_probed_and_lives_while_the_peer_answers()
    {
        using var p = new ScriptedPeer();
        var (connection, _) = p.Connect(configure: Configure);
        for (int i = 0; i < 3; i++)
        {
            p.Run(10_100);
            p.Expect(TcpFlags.Ack, 0, 1, 0);
            p.Inject(TcpFlags.Ack, 1, 1);
        }

        Assert.Equal(TcpState.Established, connection.State);
    }

    [Fact]
    public void A_silent_peer_is_given_up_after_the_last_probe()
    {
        using var p = new ScriptedPeer();
        var (_, events) = p.Connect(configure: Configure);
        p.Run(12_500);
        for (int i = 0; i < 3; i++)
        {
            p.Expect(TcpFlags.Ack, 0, 1, 0);
        }

        p.ExpectNothing();
        p.Run(1_000);
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, 1, 1);
        Assert.Equal(SocketError.TimedOut, events.ClosedWith);
    }

    [Fact]
    public void A_probe_from_the_peer_is_answered()
    {
        using var p = new ScriptedPeer();
        p.Accept();
        p.Run(1000);
        p.Inject(TcpFlags.Ack, 0, 1);
        p.Expect(TcpFlags.Ack, 1, 1, 0);
    }

    private static TcpSocketOptions Configure(TcpSocketOptions o) => o with
    {
        KeepAlive = true,
        KeepAliveTime = Duration.FromSeconds(10),
        KeepAliveInterval = Duration.FromSeconds(1),
        KeepAliveProbes = 3,
    };
}
