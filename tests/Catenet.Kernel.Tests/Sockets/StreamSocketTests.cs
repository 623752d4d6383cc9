using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Netfilter;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>What .NET's Socket does with streams on Linux, seen on NetSocket.</summary>
public class StreamSocketTests
{
    private static readonly byte[] Data = new byte[100];

    private readonly TwoHosts _net = new();

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_connection_carries_data_both_ways_to_the_end(AddressFamily family)
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync(family);
            using (client)
            using (server)
            {
                Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
                Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
                Assert.True(client.Connected && server.Connected);
                byte[] sent = new byte[300_000];
                new RandomStream(1, "data").Fill(sent);
                var send = SendAllAsync(client, sent);
                Assert.Equal(sent, await ReadToEndAsync(server));
                await send;
                Assert.Equal(3, await server.SendAsync("bye"u8.ToArray()));
                server.Shutdown(SocketShutdown.Send);
                Assert.Equal("bye"u8.ToArray(), await ReadToEndAsync(client));
            }
        });
        _net.AssertNothingLeft();
    }

    // tcp(7): TCP_NOTSENT_LOWAT; send(2): MSG_MORE and MSG_EOR by .NET's and our own names.
    [Fact]
    public void A_send_may_say_what_follows_and_how_much_may_wait()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync(AddressFamily.InterNetwork);
            using (client)
            using (server)
            {
                Assert.Equal(0, client.NotSentLowWater);
                client.NotSentLowWater = 16_384;
                Assert.Equal(16_384, client.NotSentLowWater);
                Assert.Throws<SocketException>(() => client.NotSentLowWater = -1);
                Assert.Equal(100, await client.SendAsync(Data, SocketFlags.Partial));
                Assert.Equal(100, await client.SendAsync(Data, NetSocket.EndOfRecord));
                byte[] got = new byte[300];
                Assert.Equal(200, await server.ReceiveAsync(got));
            }
        });
        _net.AssertNothingLeft();
    }

    // socket(7): SO_TIMESTAMPNS.
    [Fact]
    public void A_message_of_a_stream_tells_when_its_last_segment_came()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync(AddressFamily.InterNetwork);
            using (client)
            using (server)
            {
                await client.SendAsync(new byte[1000]);
                var first = await server.ReceiveMessageAsync(new byte[500]);
                await SleepAsync(1);
                await client.SendAsync(new byte[1000]);
                await SleepAsync(1);
                var old = await server.ReceiveMessageAsync(new byte[500]);
                var last = await server.ReceiveMessageAsync(new byte[2000], SocketFlags.Peek);
                Assert.Equal((500, 1000), (old.ReceivedBytes, last.ReceivedBytes));
                Assert.Equal(first.Timestamp, old.Timestamp);
                Assert.InRange((last.Timestamp - first.Timestamp).TotalSeconds, 1, 1.1);
                Assert.Equal(server.RemoteEndPoint, last.RemoteEndPoint);
            }
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Urgent_data_is_read_out_of_band_and_leaves_a_mark()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync(AddressFamily.InterNetwork);
            using (client)
            using (server)
            {
                byte[] buffer = new byte[10], answer = new byte[4];
                await client.SendAsync("abc"u8.ToArray(), SocketFlags.OutOfBand);
                await client.SendAsync("de"u8.ToArray());
                Assert.Equal(2, await server.ReceiveAsync(buffer));
                Assert.Equal("ab"u8.ToArray(), buffer[..2]);
                Assert.Equal(1, await server.ReceiveAsync(buffer, SocketFlags.OutOfBand));
                Assert.Equal((byte)'c', buffer[0]);
                Assert.Equal(4, server.IOControl(IOControlCode.OobDataRead, null, answer));
                Assert.Equal(1, BitConverter.ToInt32(answer));
                Assert.Equal(2, await server.ReceiveAsync(buffer));
                Assert.Equal("de"u8.ToArray(), buffer[..2]);
                server.IOControl(IOControlCode.OobDataRead, null, answer);
                Assert.Equal(0, BitConverter.ToInt32(answer));
                var late = await Assert.ThrowsAsync<SocketException>(() => server.ReceiveAsync(buffer, SocketFlags.OutOfBand).AsTask());
                Assert.Equal(SocketError.InvalidArgument, late.SocketErrorCode);
            }
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Urgent_data_stays_in_line_for_who_wants_it_so()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync(AddressFamily.InterNetworkV6);
            using (client)
            using (server)
            {
                byte[] buffer = new byte[10];
                server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
                await client.SendAsync("abc"u8.ToArray(), SocketFlags.OutOfBand);
                client.Shutdown(SocketShutdown.Send);
                Assert.Equal("abc"u8.ToArray(), await ReadToEndAsync(server));
            }
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Mistakes_get_the_errors_of_Linux()
    {
        _net.Run(async () =>
        {
            await Fails(SocketError.Shutdown, s => s.SendAsync(Data).AsTask());
            await Fails(SocketError.NotConnected, s => s.ReceiveAsync(Data).AsTask());
            await Fails(SocketError.Shutdown, s => s.SendToAsync(Data, ToBob(9)).AsTask());
            await Fails(SocketError.NotConnected, s => Do(() => s.Shutdown(SocketShutdown.Both)));
            await Fails(SocketError.ConnectionRefused, s => s.ConnectAsync(ToBob(9)).AsTask());
            await Fails(SocketError.ConnectionRefused, s => s.ConnectAsync(ToBob(0)).AsTask());
            await Fails(SocketError.NetworkUnreachable, s => s.ConnectAsync(new IPEndPoint(IPAddress.Parse("9.9.9.9"), 9)).AsTask());
            await Fails(SocketError.HostUnreachable, s => s.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.77"), 9)).AsTask());
            await Fails(SocketError.HostNotFound, s => s.ConnectAsync("nowhere.invalid", 9).AsTask());
            await Fails(SocketError.AddressNotAvailable, s => Do(() => s.Bind(new IPEndPoint(IPAddress.Parse("9.9.9.9"), 0))));
            await Fails(SocketError.AddressAlreadyInUse, s => Do(() =>
            {
                using var listener = Listen(_net.Alice, 7);
                s.Bind(new IPEndPoint(IPAddress.Any, 7));
            }));
            using var unbound = Tcp(_net.Alice);
            Assert.Throws<InvalidOperationException>(() => { _ = unbound.AcceptAsync(); });
            unbound.Listen();
            Assert.NotNull(unbound.LocalEndPoint);
            Assert.Throws<InvalidOperationException>(() => { _ = unbound.ConnectAsync(ToBob(9)); });
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void The_error_that_ends_an_attempt_to_connect_is_told_with_its_reporter_to_who_wants_it()
    {
        _net.Bob.Netfilter.AddChain("input", HookPoint.LocalIn).Add(FilterMatch.Tcp((ushort)22), RuleAction.Reject(RejectKind.HostUnreachable));
        _net.Run(async () =>
        {
            using var unaware = Tcp(_net.Alice);
            await Assert.ThrowsAsync<SocketException>(() => unaware.ConnectAsync(ToBob(22)).AsTask());
            Assert.False(unaware.TryReceiveError(out _));
            using var socket = Tcp(_net.Alice);
            socket.ReceiveErrors = true;
            await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(ToBob(22)).AsTask());
            Assert.True(socket.TryReceiveError(out var report));
            Assert.Equal((InetEndpoint.From(ToBob(22)), (byte)3, (byte)1, (byte)64), (report.Destination, report.Type, report.Code, report.HopLimit));
            Assert.Equal(report.Destination.Address, report.Reporter);
            Assert.False(socket.TryReceiveError(out _));
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void A_refused_socket_may_try_again_and_a_connected_one_may_not()
    {
        _net.Run(async () =>
        {
            using var socket = Tcp(_net.Alice);
            await Throws(SocketError.ConnectionRefused, () => socket.ConnectAsync(ToBob(7)).AsTask());
            using var listener = Listen(_net.Bob, 7);
            await socket.ConnectAsync(ToBob(7));
            await Throws(SocketError.IsConnected, () => socket.ConnectAsync(ToBob(7)).AsTask());
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Connecting_into_the_void_times_out_as_on_Linux()
    {
        _net.Wire.Loses = frame => frame.Span[12] == 8 && frame.Span[13] == 0;
        var begun = _net.Loop.Now;
        _net.Run(() => Fails(SocketError.TimedOut, s => s.ConnectAsync(ToBob(9)).AsTask()));
        Assert.InRange((_net.Loop.Now - begun).TotalSeconds, 120, 135);
        _net.AssertNothingLeft();
    }

    [Fact]
    public void A_reset_is_told_once_and_then_the_stream_has_ended()
    {
        _net.Run(async () =>
        {
            var (client, server) = await ResetPairAsync();
            await Throws(SocketError.ConnectionReset, () => client.ReceiveAsync(Data).AsTask());
            Assert.False(client.Connected);
            Assert.Equal(0, await client.ReceiveAsync(Data));
            await Throws(SocketError.Shutdown, () => client.SendAsync(Data).AsTask());
            client.Shutdown(SocketShutdown.Send);
            client.Dispose();

            (client, server) = await ResetPairAsync();
            await Throws(SocketError.ConnectionReset, () => client.SendAsync(Data).AsTask());
            await Throws(SocketError.Shutdown, () => client.SendAsync(Data).AsTask());
            client.Dispose();

            (client, server) = await PairAsync();
            var pending = client.ReceiveAsync(Data);
            Reset(server);
            await Throws(SocketError.ConnectionReset, () => pending.AsTask());
            client.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Shutting_down_ends_directions_as_on_Linux()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync();
            client.Shutdown(SocketShutdown.Send);
            client.Shutdown(SocketShutdown.Send);
            Assert.False(client.Connected);
            await Throws(SocketError.Shutdown, () => client.SendAsync(Data).AsTask());
            Assert.Equal(0, await server.ReceiveAsync(Data));
            Assert.True(server.Connected);

            var waiting = client.ReceiveAsync(Data);
            client.Shutdown(SocketShutdown.Both);
            Assert.Equal(0, await waiting);
            client.Dispose();
            server.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Sending_to_who_has_closed_breaks_the_pipe()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync();
            server.Dispose();
            await SleepAsync(0.1);
            Assert.Equal(0, await client.ReceiveAsync(Data));
            await client.SendAsync(Data);
            await SleepAsync(0.1);
            await Throws(SocketError.Shutdown, () => client.SendAsync(Data).AsTask());
            client.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Disposing_aborts_connects_accepts_and_receives()
    {
        _net.Run(async () =>
        {
            _net.Wire.Loses = frame => frame.Span[12] == 8 && frame.Span[13] == 0 && frame.Span[23] == IpProtocol.Tcp;
            var socket = Tcp(_net.Alice);
            var connect = socket.ConnectAsync(ToBob(7));
            socket.Dispose();
            await Throws(SocketError.OperationAborted, () => connect.AsTask());
            _net.Wire.Loses = null;

            var listener = Listen(_net.Bob, 7);
            var accept = listener.AcceptAsync();
            listener.Dispose();
            await Throws(SocketError.OperationAborted, () => accept.AsTask());

            var (client, server) = await PairAsync();
            var receive = client.ReceiveAsync(Data);
            client.Dispose();
            await Throws(SocketError.OperationAborted, () => receive.AsTask());
            server.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Cancelling_a_connect_gives_it_up_and_one_may_connect_again()
    {
        _net.Run(async () =>
        {
            using var listener = Listen(_net.Bob, 7);
            using var socket = Tcp(_net.Alice);
            using var cancel = new CancellationTokenSource();
            var connect = socket.ConnectAsync(ToBob(7), cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.AsTask());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.ConnectAsync(ToBob(7), cancel.Token).AsTask());
            await socket.ConnectAsync(ToBob(7));
            Assert.True(socket.Connected);
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void An_accept_waits_and_connections_are_taken_in_order()
    {
        _net.Run(async () =>
        {
            using var listener = Listen(_net.Bob, 7);
            using var a = Tcp(_net.Alice);
            using var b = Tcp(_net.Alice);
            var first = listener.AcceptAsync();
            var second = listener.AcceptAsync();
            await a.ConnectAsync(ToBob(7));
            await b.ConnectAsync(ToBob(7));
            using var acceptedA = await first;
            using var acceptedB = await second;
            Assert.Equal(a.LocalEndPoint, acceptedA.RemoteEndPoint);
            Assert.Equal(b.LocalEndPoint, acceptedB.RemoteEndPoint);
            listener.Shutdown(SocketShutdown.Both);
            await Throws(SocketError.InvalidArgument, () => listener.AcceptAsync().AsTask());
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Peeking_and_empty_buffers_wait_without_taking()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync();
            var empty = client.ReceiveAsync(Memory<byte>.Empty);
            await SleepAsync(0.1);
            Assert.False(empty.IsCompleted);
            await server.SendAsync(Data);
            Assert.Equal(0, await empty);
            Assert.Equal(100, await client.ReceiveAsync(new byte[200], SocketFlags.Peek));
            Assert.Equal(100, client.Available);
            await Throws(SocketError.InvalidArgument, () => client.ReceiveAsync(Data, SocketFlags.OutOfBand).AsTask());
            Assert.Equal(100, await client.ReceiveAsync(new byte[200]));
            Assert.Equal(0, await client.SendAsync(Memory<byte>.Empty));
            client.Dispose();
            server.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Dual_mode_sockets_connect_and_accept_over_IPv4()
    {
        _net.Run(async () =>
        {
            using var listener = new NetSocket(_net.Bob, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 7));
            listener.Listen();
            using var client = new NetSocket(_net.Alice, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(ToBob(7));
            using var server = await listener.AcceptAsync();
            Assert.Equal("::ffff:192.0.2.1", ((IPEndPoint)server.RemoteEndPoint!).Address.ToString());
            Assert.Equal("::ffff:192.0.2.2", ((IPEndPoint)client.RemoteEndPoint!).Address.ToString());
            Assert.Equal(AddressFamily.InterNetworkV6, server.AddressFamily);
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Names_are_resolved_by_the_hosts_resolver_and_each_address_is_tried()
    {
        _net.Alice.Resolver = new Table([InetAddress.Parse("2001:db8::77"), TwoHosts.BobIPv4]);
        _net.Run(async () =>
        {
            using var listener = Listen(_net.Bob, 7);
            using var client = new NetSocket(_net.Alice, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new DnsEndPoint("bob.example", 7));
            Assert.Equal(7, ((IPEndPoint)client.RemoteEndPoint!).Port);
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Options_are_kept_before_and_after_connecting()
    {
        _net.Run(async () =>
        {
            var (client, server) = await PairAsync();
            Assert.False(client.NoDelay);
            client.NoDelay = true;
            Assert.True(client.NoDelay);
            Assert.Equal(7200, client.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
            client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            Assert.Equal(60, client.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
            client.ReceiveBufferSize = 30000;
            Assert.Equal(60000, client.ReceiveBufferSize);
            client.Dispose();
            server.Dispose();
        });
        _net.AssertNothingLeft();
    }

    [Fact]
    public void Warm_streams_allocate_nothing_per_operation()
    {
        long allocated = 0;
        _net.Run(async () =>
        {
            using var listener = Listen(_net.Alice, 7);
            using var client = Tcp(_net.Alice);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 7));
            using var server = await listener.AcceptAsync();
            byte[] buffer = new byte[200];
            for (int i = 0; i < 3000; i++)
            {
                if (i == 2000)
                {
                    allocated = GC.GetAllocatedBytesForCurrentThread();
                }

                var receive = server.ReceiveAsync(buffer);
                await client.SendAsync(Data);
                await receive;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        });
        Assert.True(allocated < 2000, $"{allocated} octets for 1000 exchanges");
    }

    [Fact]
    public void A_stream_wraps_its_failures()
    {
        _net.Run(async () =>
        {
            using (var unconnected = Tcp(_net.Alice))
            {
                Assert.Throws<IOException>(() => new NetStream(unconnected));
            }

            var (client, server) = await PairAsync();
            var stream = new NetStream(client, ownsSocket: true);
            await server.SendAsync("hello\n"u8.ToArray());
            using (var reader = new StreamReader(stream, leaveOpen: true))
            {
                Assert.Equal("hello", await reader.ReadLineAsync());
            }

            await stream.WriteAsync("hi"u8.ToArray());
            Assert.Equal(2, await server.ReceiveAsync(Data));
            Assert.Throws<InvalidOperationException>(() => stream.Read(Data, 0, 1));
            using var cancel = new CancellationTokenSource();
            var read = stream.ReadAsync(Data, cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.AsTask());
            read = stream.ReadAsync(Data);
            Reset(server);
            var e = await Assert.ThrowsAsync<IOException>(() => read.AsTask());
            Assert.Equal("Unable to read data from the transport connection: Connection reset by peer.", e.Message);
            Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
            stream.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(Data).AsTask());
        });
        _net.AssertNothingLeft();
    }

    private static NetSocket Tcp(Host host, AddressFamily family = AddressFamily.InterNetwork) => new(host, family, SocketType.Stream, ProtocolType.Tcp);

    private static NetSocket Listen(Host host, int port, AddressFamily family = AddressFamily.InterNetwork)
    {
        var socket = Tcp(host, family);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        socket.Listen();
        return socket;
    }

    private static IPEndPoint ToBob(int port) => new(TwoHosts.BobIPv4.ToIPAddress(), port);

    private async Task<(NetSocket Client, NetSocket Server)> PairAsync(AddressFamily family = AddressFamily.InterNetwork)
    {
        using var listener = Listen(_net.Bob, 0, family);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var client = Tcp(_net.Alice, family);
        await client.ConnectAsync((family == AddressFamily.InterNetwork ? TwoHosts.BobIPv4 : TwoHosts.BobIPv6).ToIPAddress(), port);
        return (client, await listener.AcceptAsync());
    }

    private async Task<(NetSocket Client, NetSocket Server)> ResetPairAsync()
    {
        var (client, server) = await PairAsync();
        Reset(server);
        await SleepAsync(0.1);
        return (client, server);
    }

    private static void Reset(NetSocket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private Task SleepAsync(double seconds)
    {
        var done = new TaskCompletionSource();
        _net.Loop.Arm(new ActionTimer(_ => done.SetResult()), Duration.FromSeconds(seconds));
        return done.Task;
    }

    private static async Task SendAllAsync(NetSocket socket, byte[] data)
    {
        Assert.Equal(data.Length, await socket.SendAsync(data));
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadToEndAsync(NetSocket socket)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[10_000];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task Fails(SocketError expected, Func<NetSocket, Task> use)
    {
        using var socket = Tcp(_net.Alice);
        await Throws(expected, () => use(socket));
    }

    private static async Task Throws(SocketError expected, Func<Task> use) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<SocketException>(use)).SocketErrorCode);

    private sealed class Table(IReadOnlyList<InetAddress> addresses) : INameResolver
    {
        public ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken = default) =>
            new(addresses);
    }
}
