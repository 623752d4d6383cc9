using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Programs.Transfer;

namespace Catenet.Programs.Tests.Transfer;

/// <summary>RFC 9293's own OPEN and CLOSE: in LISTEN, and in the middle of a handshake.</summary>
public class OpenerTests
{
    private static readonly IPEndPoint Bob = new(IPAddress.Parse("192.0.2.2"), 7001);

    private readonly Network _net = new();
    private readonly Host _alice, _bob;

    public OpenerTests()
    {
        (_alice, _bob) = (_net.Host("alice"), _net.Host("bob"));
        _net.Connect(_alice, "192.0.2.1/24", _bob, "192.0.2.2/24");
    }

    // RFC 9293 3.10.1 in LISTEN.
    [Fact]
    public void Who_listens_may_call_from_the_same_port()
    {
        var called = default(InetEndpoint);
        var state = _net.Driver.Run(async () =>
        {
            var listener = _bob.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 7001), 1, out _)!;
            var opening = new TcpOpener(_alice) { LocalPort = 7000, Listens = Duration.FromSeconds(2), Closes = Duration.FromSeconds(1) }.RunAsync(Bob);
            Assert.Contains(_alice.Tcp.Listeners, l => l.LocalEndpoint.Port == 7000);
            var state = await opening;
            var accepted = listener.Accept()!;
            called = accepted.RemoteEndpoint;
            accepted.Close();
            listener.Close();
            return state;
        }, Duration.FromMinutes(1));
        Assert.Equal((TcpState.Established, (ushort)7000), (state, called.Port));
        Assert.Empty(_alice.Tcp.Listeners);
    }

    [Fact]
    public void What_cannot_be_opened_is_said_and_nothing_listens_on()
    {
        _net.Driver.Run(async () =>
        {
            var opener = new TcpOpener(_alice) { LocalPort = 7000, Listens = Duration.FromSeconds(2) };
            var nowhere = new IPEndPoint(IPAddress.Parse("198.51.100.1"), 1);
            var failure = await Assert.ThrowsAsync<SocketException>(() => opener.RunAsync(nowhere));
            Assert.Equal(SocketError.NetworkUnreachable, failure.SocketErrorCode);
            var second = await Assert.ThrowsAsync<SocketException>(() =>
                Task.WhenAll(opener.RunAsync(Bob), opener.RunAsync(Bob)));
            Assert.Equal(SocketError.AddressAlreadyInUse, second.SocketErrorCode);
            return 0;
        }, Duration.FromMinutes(1));
        Assert.Empty(_alice.Tcp.Listeners);
    }

    // RFC 9293 3.10.4: CLOSE in SYN-SENT deletes the connection.
    [Fact]
    public void Closing_before_anybody_has_answered_ends_it()
    {
        var state = _net.Driver.Run(() => new TcpOpener(_alice) { LocalPort = 7000, Closes = Duration.Zero }.RunAsync(Bob), Duration.FromMinutes(1));
        Assert.Equal(TcpState.SynSent, state);
        Assert.Empty(_alice.Tcp.Connections);
    }
}
