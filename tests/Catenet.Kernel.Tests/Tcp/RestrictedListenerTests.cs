using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Passive OPENs with a foreign socket specified, wholly or in part (RFC 9293 3.9.1.1).</summary>
public class RestrictedListenerTests
{
    private static readonly InetAddress Stranger = InetAddress.Parse("192.0.2.77");

    [Fact]
    public void A_listener_for_one_peer_takes_nobody_else()
    {
        using var p = new ScriptedPeer();
        var listener = Listen(p, new InetEndpoint(ScriptedPeer.Peer, 1001));
        p.Inject(TcpFlags.Syn, 0, port: 1001, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Assert.Equal(1, listener.SynQueueLength);
        p.Inject(TcpFlags.Syn, 0, port: 1002, options: ScriptedPeer.Mss(1460));
        p.Expect(TcpFlags.Rst | TcpFlags.Ack, null, 1);
        Assert.Equal(1, listener.SynQueueLength);
    }

    [Fact]
    public void The_listener_that_says_most_of_the_peer_takes_the_connection()
    {
        using var p = new ScriptedPeer();
        var anybody = Listen(p, default);
        var byPort = Listen(p, new InetEndpoint(InetAddress.AnyIPv4, 1001));
        var byAddress = Listen(p, new InetEndpoint(ScriptedPeer.Peer, 0));
        var exact = Listen(p, new InetEndpoint(ScriptedPeer.Peer, 1001));
        Listen(p, new InetEndpoint(Stranger, 0));
        Assert.Same(exact, Takes(p, 1001));
        p.Do(exact.Close);
        Assert.Same(byAddress, Takes(p, 1001));
        p.Do(byAddress.Close);
        Assert.Same(byPort, Takes(p, 1001));
        Assert.Same(anybody, Takes(p, 1002));
        p.Do(byPort.Close);
        Assert.Same(anybody, Takes(p, 1001));
    }

    [Fact]
    public void Two_listeners_for_the_same_two_ends_are_one_too_many()
    {
        using var p = new ScriptedPeer();
        Listen(p, new InetEndpoint(ScriptedPeer.Peer, 0));
        p.Do(() =>
        {
            Assert.Null(p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out var error, remote: new InetEndpoint(ScriptedPeer.Peer, 0)));
            Assert.Equal(SocketError.AddressAlreadyInUse, error);
        });
        Assert.Single(p.Tcp.Listeners);
    }

    private static TcpListener Listen(ScriptedPeer p, InetEndpoint remote)
    {
        TcpListener? listener = null;
        p.Do(() => listener = p.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 80), 5, out _, remote: remote));
        return listener!;
    }

    /// <summary>Which listener a SYN comes to.</summary>
    private static TcpListener Takes(ScriptedPeer p, ushort port)
    {
        p.Inject(TcpFlags.Syn, 0, port: port, options: ScriptedPeer.Mss(1460));
        var found = p.Tcp.Listeners.Single(l => l.SynQueueLength > 0);
        p.Skip();
        p.Inject(TcpFlags.Rst, 1, port: port);
        Assert.Equal(0, found.SynQueueLength);
        return found;
    }
}
