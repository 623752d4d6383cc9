using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Signed connections between two hosts: TCP-MD5 (RFC 2385) and TCP-AO (RFC 5925).</summary>
public class AuthenticationTests
{
    private static readonly Duration s_long = Duration.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_is_carried_under_MD5(bool ipv6)
    {
        using var net = new TwoHosts();
        var transfer = Transfer(net, ipv6, Md5(net.A, "0.0.0.0/0", "::/0"), Md5(net.B, "0.0.0.0/0", "::/0"));
        Assert.Equal((1_000_000, -1), (transfer.Received, transfer.FirstWrong));
        Assert.Equal(0, net.B.Tcp.Counters.Md5Failures + net.B.Tcp.Counters.Md5NotFound + net.B.Tcp.Counters.Md5Unexpected);
    }

    [Theory]
    [InlineData(false, TcpAoAlgorithm.HmacSha1, 12, false)]
    [InlineData(true, TcpAoAlgorithm.HmacSha1, 12, true)]
    [InlineData(false, TcpAoAlgorithm.AesCmac, 12, false)]
    [InlineData(true, TcpAoAlgorithm.AesCmac, 16, false)]
    [InlineData(false, TcpAoAlgorithm.HmacSha256, 13, false)]
    public void A_stream_is_carried_under_AO(bool ipv6, TcpAoAlgorithm algorithm, int macLength, bool exclude)
    {
        using var net = new TwoHosts();
        var a = Ao(net.A, ipv6, 1, 2, algorithm, macLength, exclude);
        var b = Ao(net.B, ipv6, 2, 1, algorithm, macLength, exclude);
        var transfer = Transfer(net, ipv6, a, b);
        Assert.Equal((1_000_000, -1), (transfer.Received, transfer.FirstWrong));
        Assert.True(net.B.Tcp.Counters.AoGood > 600);
        Assert.Equal(0, net.B.Tcp.Counters.AoBad + net.B.Tcp.Counters.AoKeyNotFound + net.B.Tcp.Counters.AoRequired);
    }

    [Fact]
    public void Without_the_right_key_there_is_no_connection()
    {
        using var net = new TwoHosts();
        var right = Ao(net.B, false, 2, 1);
        net.Listen(80, options: new TcpSocketOptions { Keys = right });
        Assert.False(Connects(net, null));
        Assert.Equal(1, net.B.Drops[DropReason.TcpAoNotFound]);
        Assert.False(Connects(net, Md5(net.A, "0.0.0.0/0")));
        Assert.Equal(1, net.B.Drops[DropReason.TcpMd5Unexpected]);
        Assert.False(Connects(net, Ao(net.A, false, 7, 2)));
        Assert.Equal(1, net.B.Drops[DropReason.TcpAoKeyNotFound]);
        Assert.False(Connects(net, Ao(net.A, false, 1, 2, key: "wrong")));
        Assert.Equal(1, net.B.Drops[DropReason.TcpAoFailure]);
        Assert.False(Connects(net, Ao(net.A, false, 1, 2, macLength: 10)));
        Assert.Equal(2, net.B.Drops[DropReason.TcpAoFailure]);
        Assert.True(Connects(net, Ao(net.A, false, 1, 2)));
    }

    // RFC 5925 7.4: each side tells by RNextKeyID what it wants to be sent, and the other follows.
    [Fact]
    public void Keys_are_rolled_over_while_data_flows()
    {
        using var net = new TwoHosts();
        var (client, server) = Pair(net);
        foreach (var (connection, sendId, receiveId) in new[] { (client, (byte)11, (byte)12), (server, (byte)12, (byte)11) })
        {
            var peers = new InetPrefix(connection.RemoteEndpoint.Address, 32);
            Assert.Equal(SocketError.Success, connection.Options.Keys!.Add(new TcpAoKey(peers, sendId, receiveId, "new"u8, TcpAoAlgorithm.AesCmac)));
        }

        net.Do(() => Assert.Equal(SocketError.Success, client.ChooseKeys(-1, 12)));
        Exchange(net, client, server);
        Assert.Equal(1, client.GetAoInfo()!.Value.Current.SendId);
        Assert.Equal(12, server.GetAoInfo()!.Value.Current.SendId); // the peer follows at once
        net.Do(() => Assert.Equal(SocketError.Success, server.ChooseKeys(-1, 11)));
        Exchange(net, server, client);
        Exchange(net, client, server);
        Assert.Equal(11, client.GetAoInfo()!.Value.Current.SendId);
        Assert.Equal(SocketError.InvalidArgument, client.RemoveKey(new InetPrefix(client.RemoteEndpoint.Address, 32), 11, 12));
        Assert.Equal(SocketError.Success, client.RemoveKey(client.Options.Keys!.AoKeys[0].Peers, 1, 2));
        Exchange(net, client, server);
        Assert.Equal(0, client.GetAoInfo()!.Value.Bad + server.GetAoInfo()!.Value.Bad);
        Assert.Equal(SocketError.AddressNotAvailable, client.ChooseKeys(99, -1));
    }

    // RFC 5925 7.7 and 3.1 of RFC 5961's spirit: what nobody signed ends nothing.
    [Fact]
    public void A_reset_ends_a_connection_only_if_it_is_signed()
    {
        using var net = new TwoHosts();
        var (client, server) = Pair(net);
        net.Do(server.Abort);
        net.Run(Duration.FromMilliseconds(10));
        Assert.Equal(TcpState.Closed, client.State);
        Assert.Equal(SocketError.ConnectionReset, client.Error);
    }

    [Fact]
    public void Time_wait_answers_with_a_signature()
    {
        using var net = new TwoHosts();
        var (client, server) = Pair(net);
        net.Do(() => client.ShutdownSend());
        net.Run(Duration.FromMilliseconds(10));
        net.Wire.Both(d => d.LosesFrame = _ => true); // the last ACK is lost, and the FIN that it is for comes again
        net.Do(() => server.ShutdownSend());
        net.Run(Duration.FromMilliseconds(10));
        net.Wire.Both(d => d.LosesFrame = null);
        net.Run(Duration.FromSeconds(5));
        Assert.Equal(TcpState.Closed, server.State);
        Assert.Equal(0, net.B.Tcp.Counters.AoBad + net.B.Tcp.Counters.AoRequired);
    }

    [Fact]
    public void Identifiers_that_overlap_and_keys_of_both_kinds_are_refused()
    {
        using var net = new TwoHosts();
        var chain = net.A.Tcp.CreateKeyChain();
        var all = InetPrefix.AllIPv4;
        var one = new InetPrefix(TwoHosts.AddressOfB(false), 32);
        Assert.Equal(SocketError.Success, chain.Add(new TcpAoKey(all, 1, 2, "k"u8)));
        Assert.Equal(SocketError.AddressAlreadyInUse, chain.Add(new TcpAoKey(one, 1, 3, "k"u8)));
        Assert.Equal(SocketError.AddressAlreadyInUse, chain.Add(new TcpAoKey(one, 3, 2, "k"u8)));
        Assert.Equal(SocketError.Success, chain.Add(new TcpAoKey(one, 3, 3, "k"u8)));
        Assert.Equal(SocketError.AccessDenied, chain.Add(new TcpMd5Key(one, "k"u8)));
        Assert.Equal(SocketError.Success, chain.Add(new TcpMd5Key(InetPrefix.AllIPv6, "k"u8)));
        Assert.Equal(SocketError.AccessDenied, chain.Add(new TcpAoKey(InetPrefix.AllIPv6, 1, 2, "k"u8)));
        Assert.Equal(SocketError.AddressNotAvailable, chain.RemoveAo(one, 9, 9));
        Assert.Equal(SocketError.AddressNotAvailable, chain.RemoveMd5(one));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Signing_allocates_nothing_per_segment(bool ao)
    {
        using var net = new TwoHosts();
        var transfer = new Transfer(long.MaxValue) { KeepOpen = true };
        var listener = net.Listen(5001, options: new TcpSocketOptions { ReceiveBuffer = 1024 * 1024, Keys = ao ? Ao(net.B, false, 2, 1, TcpAoAlgorithm.AesCmac) : Md5(net.B, "0.0.0.0/0") });
        var accepted = new AcceptAll(transfer.Receiver);
        listener.Events = accepted;
        using var owner = net.Loop.Enter();
        var connection = net.A.Tcp.CreateConnection(new TcpSocketOptions { SendBuffer = 256 * 1024, Keys = ao ? Ao(net.A, false, 1, 2, TcpAoAlgorithm.AesCmac) : Md5(net.A, "0.0.0.0/0") });
        connection.Events = transfer.Sender;
        connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(false), 5001));
        Turn(net, 2_000);
        long octets = transfer.Received;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn(net, 1_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        octets = transfer.Received - octets;
        connection.Abort();
        accepted.Accepted.ForEach(c => c.Abort());
        Assert.True(octets > 500_000, $"only {octets} octets moved");
        Assert.True(allocated == 0, $"{allocated} octets allocated for {octets} octets moved");
    }

    private static void Turn(TwoHosts net, int events)
    {
        for (int i = 0; i < events; i++)
        {
            net.Loop.RunOne();
        }
    }

    private static (TcpConnection Client, TcpConnection Server) Pair(TwoHosts net)
    {
        var listener = net.Listen(80, options: new TcpSocketOptions { Keys = Ao(net.B, false, 2, 1) });
        var (client, _) = net.Connect(80, options: new TcpSocketOptions { Keys = Ao(net.A, false, 1, 2) });
        net.Run(Duration.FromMilliseconds(10));
        TcpConnection? server = null;
        net.Do(() => server = listener.Accept());
        Assert.Equal((TcpState.Established, TcpState.Established), (client.State, server!.State));
        return (client, server);
    }

    private static void Exchange(TwoHosts net, TcpConnection from, TcpConnection to)
    {
        net.Do(() => from.Send("hello"u8, out _));
        net.Run(Duration.FromMilliseconds(300));
        var buffer = new byte[16];
        net.Do(() => Assert.Equal(5, to.Receive(buffer, out _)));
    }

    private static bool Connects(TwoHosts net, TcpKeyChain? keys)
    {
        var (connection, _) = net.Connect(80, options: new TcpSocketOptions { Keys = keys });
        net.Run(Duration.FromMilliseconds(500));
        bool connected = connection.State == TcpState.Established;
        net.Do(connection.Abort);
        return connected;
    }

    private static Transfer Transfer(TwoHosts net, bool ipv6, TcpKeyChain a, TcpKeyChain b)
    {
        var transfer = new Transfer(1_000_000);
        var listener = net.Listen(5001, options: new TcpSocketOptions { Keys = b });
        listener.Events = new AcceptAll(transfer.Receiver);
        net.Do(() =>
        {
            var connection = net.A.Tcp.CreateConnection(new TcpSocketOptions { Keys = a });
            connection.Events = transfer.Sender;
            connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(ipv6), 5001));
        });
        var end = net.Loop.Now + s_long;
        while (!transfer.EndSeen && net.Loop.Now < end)
        {
            net.Run(Duration.FromMilliseconds(100));
        }

        return transfer;
    }

    private static TcpKeyChain Md5(Host host, params string[] peers)
    {
        var chain = host.Tcp.CreateKeyChain();
        foreach (string prefix in peers)
        {
            Assert.Equal(SocketError.Success, chain.Add(new TcpMd5Key(InetPrefix.Parse(prefix), "secret"u8)));
        }

        return chain;
    }

    private static TcpKeyChain Ao(Host host, bool ipv6, byte sendId, byte receiveId, TcpAoAlgorithm algorithm = TcpAoAlgorithm.HmacSha1, int macLength = 12, bool exclude = false,
        string key = "secret")
    {
        var chain = host.Tcp.CreateKeyChain();
        var peers = ipv6 ? InetPrefix.AllIPv6 : InetPrefix.AllIPv4;
        Assert.Equal(SocketError.Success, chain.Add(new TcpAoKey(peers, sendId, receiveId, System.Text.Encoding.ASCII.GetBytes(key), algorithm, macLength, exclude)));
        return chain;
    }
}
