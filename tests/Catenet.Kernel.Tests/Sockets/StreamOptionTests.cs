using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>Sockets share what they have set alike, and nobody sees it but in the memory they take.</summary>
public class StreamOptionTests
{
    private static readonly IPEndPoint Bob = new(TwoHosts.BobIPv4.ToIPAddress(), 7);

    private readonly TwoHosts _net = new();

    [Fact]
    public void What_is_set_for_one_socket_is_set_for_no_other()
    {
        _net.Run(async () =>
        {
            using var listener = Tcp(_net.Bob);
            listener.Bind(Bob);
            listener.NoDelay = true;
            listener.Listen();
            listener.Ttl = 9;
            using var client = Tcp(_net.Alice);
            await client.ConnectAsync(Bob);
            using var first = await listener.AcceptAsync();
            using var other = Tcp(_net.Alice);
            await other.ConnectAsync(Bob);
            using var second = await listener.AcceptAsync();
            Assert.Equal((true, 9), (first.NoDelay, first.Ttl));
            first.NoDelay = false;
            client.Ttl = 5;
            listener.Ttl = 10;
            Assert.Equal((true, 10), (listener.NoDelay, listener.Ttl));
            Assert.Equal((false, 9), (first.NoDelay, first.Ttl));
            Assert.Equal((true, 9), (second.NoDelay, second.Ttl));
            Assert.Equal((5, 64), (client.Ttl, other.Ttl));
            using var fresh = Tcp(_net.Alice);
            Assert.Equal(64, fresh.Ttl);
        });
        _net.AssertNothingLeft();
    }

    // setsockopt(2): options are the socket's, whatever becomes of its attempts to connect.
    [Fact]
    public void What_is_set_outlives_attempts_to_connect()
    {
        _net.Run(async () =>
        {
            using var socket = Tcp(_net.Alice);
            socket.Bind(new IPEndPoint(IPAddress.Any, 4000));
            socket.NoDelay = true;
            await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(Bob).AsTask());
            socket.Ttl = 9;
            using var listener = Tcp(_net.Bob);
            listener.Bind(Bob);
            listener.Listen();
            using var cancel = new CancellationTokenSource();
            var connect = socket.ConnectAsync(Bob, cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.AsTask());
            Assert.Equal((true, 9), (socket.NoDelay, socket.Ttl));
            Assert.Equal(4000, ((IPEndPoint)socket.LocalEndPoint!).Port);
            await socket.ConnectAsync(Bob);
            Assert.Equal((true, 9), (socket.NoDelay, socket.Ttl));
            Assert.Equal(4000, ((IPEndPoint)socket.LocalEndPoint!).Port);
        });
        _net.AssertNothingLeft();
    }

    // ip-sysctl: ip_no_pmtu_disc makes new sockets begin with IP_PMTUDISC_DONT.
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Sockets_begin_with_the_hosts_word_on_path_MTU_discovery(int setting, bool expected)
    {
        _net.Alice.Settings.NoPathMtuDiscovery = setting;
        var bits = new List<bool>();
        _net.Wire.Touches = frame =>
        {
            if (frame.Span[12] == 8 && frame.Span[13] == 0 && frame.Span[29] == 1) // an IPv4 packet of alice
            {
                bits.Add((frame.Span[20] & (IPv4View.DontFragmentBit >> 8)) != 0);
            }
        };
        _net.Run(async () =>
        {
            using var listener = Tcp(_net.Bob);
            listener.Bind(Bob);
            listener.Listen();
            using var socket = Tcp(_net.Alice);
            await socket.ConnectAsync(Bob);
            using var accepted = await listener.AcceptAsync();
        });
        _net.AssertNothingLeft();
        Assert.NotEmpty(bits);
        Assert.All(bits, bit => Assert.Equal(expected, bit));
    }

    // .NET makes a new LingerOption for each who asks.
    [Fact]
    public void Linger_is_kept_by_its_values()
    {
        _net.Run(() =>
        {
            using var socket = Tcp(_net.Alice);
            var option = new LingerOption(true, 3);
            socket.LingerState = option;
            option.Enabled = false;
            Assert.Equal((true, 3), (socket.LingerState.Enabled, socket.LingerState.LingerTime));
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, new LingerOption(false, 4));
            var told = Assert.IsType<LingerOption>(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger));
            Assert.Equal((false, 4), (told.Enabled, told.LingerTime));
            Assert.Throws<ArgumentException>(() => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, option));
            return Task.CompletedTask;
        });
    }

    private static NetSocket Tcp(Host host) => new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
