using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>What .NET's Socket does with datagrams on Linux, seen on NetSocket.</summary>
public class DatagramSocketTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Any, 0);
    private static readonly byte[] Data = new byte[100];

    private readonly TwoHosts _net = new();

    [Fact]
    public void A_program_on_the_loop_asks_and_is_answered()
    {
        string answer = _net.Run(async () =>
        {
            using var server = Bound(_net.Bob, 7);
            using var client = Udp(_net.Alice);
            var echo = EchoOnceAsync(server);
            await client.SendToAsync("hello"u8.ToArray(), ToBob(7));
            byte[] buffer = new byte[100];
            var result = await client.ReceiveFromAsync(buffer, AnyPort);
            await echo;
            Assert.Equal(ToBob(7), result.RemoteEndPoint);
            return System.Text.Encoding.ASCII.GetString(buffer, 0, result.ReceivedBytes);
        });
        Assert.Equal("hello", answer);
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Ends_are_null_until_there_are_some()
    {
        _net.Run(async () =>
        {
            using var socket = Udp(_net.Alice);
            Assert.Null(socket.LocalEndPoint);
            Assert.Null(socket.RemoteEndPoint);
            Assert.False(socket.IsBound);
            await socket.ConnectAsync(ToBob(7));
            Assert.Equal(ToBob(7), socket.RemoteEndPoint);
            Assert.Equal(TwoHosts.AliceIPv4.ToIPAddress(), ((IPEndPoint)socket.LocalEndPoint!).Address);
            Assert.True(socket.Connected);
        });
    }

    [Fact]
    public void Mistakes_get_the_errors_of_Linux()
    {
        _net.Run(async () =>
        {
            await Fails(SocketError.DestinationAddressRequired, s => s.SendAsync(Data).AsTask());
            await Fails(SocketError.MessageSize, s => s.SendToAsync(new byte[65508], ToBob(7)).AsTask());
            await Fails(SocketError.AccessDenied, s => s.SendToAsync(Data, new IPEndPoint(IPAddress.Broadcast, 9)).AsTask());
            await Fails(SocketError.InvalidArgument, s => s.SendToAsync(Data, ToBob(0)).AsTask());
            await Fails(SocketError.NetworkUnreachable, s => s.SendToAsync(Data, new IPEndPoint(IPAddress.Parse("9.9.9.9"), 9)).AsTask());
            await Fails(SocketError.AddressFamilyNotSupported, s => s.SendToAsync(Data, new IPEndPoint(IPAddress.IPv6Loopback, 9)).AsTask());
            await Fails(SocketError.OperationNotSupported, s => Do(() => s.Listen()));
            await Fails(SocketError.NotConnected, s => Do(() => s.Shutdown(SocketShutdown.Both)));
            await Fails(SocketError.AddressNotAvailable, s => Do(() => s.Bind(new IPEndPoint(IPAddress.Parse("9.9.9.9"), 0))));
            await Fails(SocketError.AddressFamilyNotSupported, s => Do(() => s.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0))));
            await Fails(SocketError.InvalidArgument, s => Do(() =>
            {
                s.Bind(AnyPort);
                s.Bind(AnyPort);
            }));
            await Fails(SocketError.AddressAlreadyInUse, s => Do(() =>
            {
                using var other = Bound(_net.Alice, 7);
                s.Bind(new IPEndPoint(IPAddress.Any, 7));
            }));
            await Fails(SocketError.Shutdown, async s =>
            {
                await s.ConnectAsync(ToBob(7));
                s.Shutdown(SocketShutdown.Both);
                await s.SendAsync(Data);
            });
            await Fails(SocketError.OperationNotSupported, s => Do(() => _ = s.NoDelay));
            await Fails(SocketError.InvalidArgument, s => Do(() => s.Ttl = 0));
            using var unbound = Udp(_net.Alice);
            Assert.Throws<InvalidOperationException>(() => { _ = unbound.ReceiveFromAsync(Data, AnyPort); });
            Assert.Throws<ArgumentNullException>(() => { _ = unbound.SendToAsync(Data, null!); });
            Assert.Throws<ArgumentOutOfRangeException>(() => unbound.Ttl = 256);
            unbound.Bind(AnyPort);
            Assert.Throws<ArgumentException>(() => { _ = unbound.ReceiveFromAsync(Data, new IPEndPoint(IPAddress.IPv6Any, 0)); });
            Assert.Throws<NotSupportedException>(() => { _ = unbound.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, 1)); });
        });
        Assert.Equal(SocketError.ProtocolNotSupported,
            Assert.Throws<SocketException>(() => new NetSocket(_net.Alice, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Tcp)).SocketErrorCode);
        _net.AssertNothingLeft();
    }

    [Fact]
    public void A_closed_port_refuses_a_connected_socket_on_receive_and_on_send()
    {
        _net.Run(async () =>
        {
            await Fails(SocketError.ConnectionRefused, async s =>
            {
                await s.ConnectAsync(ToBob(9));
                await s.SendAsync(Data);
                await s.ReceiveAsync(new byte[10]);
            });
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Disposing_aborts_what_waits_and_refuses_what_follows()
    {
        _net.Run(async () =>
        {
            await Fails(SocketError.OperationAborted, async s =>
            {
                s.Bind(AnyPort);
                var receive = s.ReceiveAsync(new byte[10]);
                s.Dispose();
                await receive;
            });
            var socket = Udp(_net.Alice);
            socket.Dispose();
            socket.Dispose();
            socket.Close();
            Assert.False(socket.Connected);
            Assert.Throws<ObjectDisposedException>(() => { _ = socket.ReceiveAsync(Data); });
            Assert.Throws<ObjectDisposedException>(() => socket.LocalEndPoint);
            Assert.Throws<ObjectDisposedException>(() => socket.Ttl);
            Assert.Throws<ObjectDisposedException>(() => socket.Shutdown(SocketShutdown.Both));
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Cancelling_a_receive_leaves_the_socket_and_the_next_datagram_alone()
    {
        _net.Run(async () =>
        {
            using var socket = Bound(_net.Bob, 7);
            using var cancel = new CancellationTokenSource();
            var receive = socket.ReceiveAsync(new byte[10], SocketFlags.None, cancel.Token);
            var second = socket.ReceiveAsync(new byte[10]);
            cancel.Cancel();
            var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await receive);
            Assert.Equal(cancel.Token, e.CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await socket.ReceiveAsync(Data, SocketFlags.None, cancel.Token));

            using var client = Udp(_net.Alice);
            await client.SendToAsync(Data, ToBob(7));
            Assert.Equal(10, await second);
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Peeking_leaves_the_datagram_and_a_small_buffer_cuts_it()
    {
        _net.Run(async () =>
        {
            using var server = Bound(_net.Bob, 7);
            using var client = Udp(_net.Alice);
            await client.SendToAsync(Data, ToBob(7));
            Assert.Equal(100, await server.ReceiveAsync(new byte[200], SocketFlags.Peek));
            Assert.Equal(100, server.Available);
            var message = await server.ReceiveMessageAsync(new byte[10]);
            Assert.Equal((10, SocketFlags.Truncated), (message.ReceivedBytes, message.SocketFlags));
            Assert.Equal(64, message.TimeToLive);
            Assert.Equal(TwoHosts.BobIPv4, message.Destination);
            Assert.Equal(0, server.Available);
            await client.SendToAsync(Memory<byte>.Empty, ToBob(7));
            Assert.Equal(0, await server.ReceiveAsync(new byte[10]));
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void A_dual_mode_socket_shows_IPv4_as_mapped_and_answers_from_where_it_was_asked()
    {
        _net.Run(async () =>
        {
            using var server = new NetSocket(_net.Bob, SocketType.Dgram, ProtocolType.Udp);
            Assert.True(server.DualMode);
            server.Bind(new IPEndPoint(IPAddress.IPv6Any, 7));
            using var client = Udp(_net.Alice);
            await client.ConnectAsync(ToBob(7));
            await client.SendAsync(Data);
            var message = await server.ReceiveMessageAsync(new byte[200]);
            Assert.True(((IPEndPoint)message.RemoteEndPoint).Address.IsIPv4MappedToIPv6);
            await server.SendMessageAsync("back"u8.ToArray(), message.RemoteEndPoint, message.Destination);
            Assert.Equal(4, await client.ReceiveAsync(new byte[200]));
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Options_have_Linuxs_defaults_and_doublings()
    {
        using var socket = Udp(_net.Alice);
        Assert.Equal((212992, 212992, 64), (socket.SendBufferSize, socket.ReceiveBufferSize, socket.Ttl));
        Assert.False(socket.EnableBroadcast);
        Assert.False(socket.DontFragment);
        Assert.True(socket.ExclusiveAddressUse);
        Assert.True(socket.MulticastLoopback);
        Assert.False(socket.DualMode);
        Assert.False(socket.LingerState.Enabled);
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive));
        Assert.Equal(2, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type));
        socket.ReceiveBufferSize = 5000;
        socket.SendBufferSize = 1;
        socket.Ttl = 7;
        socket.DontFragment = true;
        Assert.Equal((10000, 4608, 7, true), (socket.ReceiveBufferSize, socket.SendBufferSize, socket.Ttl, socket.DontFragment));
        Assert.Equal(SocketError.ProtocolOption, Assert.Throws<SocketException>(
            () => socket.SetSocketOption(SocketOptionLevel.Socket, (SocketOptionName)9999, 1)).SocketErrorCode);
    }

    [Fact]
    public void Descriptors_are_the_lowest_free_from_three()
    {
        using var a = Udp(_net.Alice);
        var b = Udp(_net.Alice);
        using var c = Udp(_net.Alice);
        Assert.Equal((3, 4, 5), (a.Descriptor, b.Descriptor, c.Descriptor));
        b.Dispose();
        using var d = Udp(_net.Alice);
        Assert.Equal(4, d.Descriptor);
        _net.Alice.Settings.Sockets.MaxOpenFiles = 3;
        Assert.Equal(SocketError.TooManyOpenSockets, Assert.Throws<SocketException>(() => Udp(_net.Alice)).SocketErrorCode);
    }

    [Fact]
    public void Waiting_receives_are_served_in_their_order()
    {
        _net.Run(async () =>
        {
            using var server = Bound(_net.Bob, 7);
            byte[] first = new byte[1], second = new byte[1];
            var one = server.ReceiveAsync(first);
            var two = server.ReceiveAsync(second);
            using var client = Udp(_net.Alice);
            await client.SendToAsync(new byte[] { 1 }, ToBob(7));
            await client.SendToAsync(new byte[] { 2 }, ToBob(7));
            await two;
            await one;
            Assert.Equal((1, 2), (first[0], second[0]));
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void A_warm_socket_allocates_nothing_per_operation()
    {
        var server = Bound(_net.Alice, 7);
        var client = Udp(_net.Alice);
        byte[] buffer = new byte[200];
        long allocated = 0;
        _net.Run(async () =>
        {
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 7));
            for (int i = 0; i < 2000; i++)
            {
                if (i == 1000)
                {
                    allocated = GC.GetAllocatedBytesForCurrentThread();
                }

                var receive = server.ReceiveFromAsync(buffer, AnyPort);
                await client.SendAsync(Data);
                await receive;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        });
        Assert.True(allocated < 2000, $"{allocated} octets for 1000 exchanges");
        server.Dispose();
        client.Dispose();
    }

    private static NetSocket Udp(Host host) => new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private static NetSocket Bound(Host host, int port)
    {
        var socket = Udp(host);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    private static IPEndPoint ToBob(int port) => new(TwoHosts.BobIPv4.ToIPAddress(), port);

    private static async Task EchoOnceAsync(NetSocket server)
    {
        byte[] buffer = new byte[100];
        var result = await server.ReceiveFromAsync(buffer, AnyPort);
        await server.SendToAsync(buffer.AsMemory(0, result.ReceivedBytes), result.RemoteEndPoint);
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task Fails(SocketError expected, Func<NetSocket, Task> use)
    {
        using var socket = Udp(_net.Alice);
        var e = await Assert.ThrowsAsync<SocketException>(() => use(socket));
        Assert.Equal(expected, e.SocketErrorCode);
    }
}
