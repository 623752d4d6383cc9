using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>Sockets used from other threads than the loop's, with a driver running the loop by the clock.</summary>
public sealed class ThreadTests : IDisposable
{
    private readonly TwoHosts _net = new(delay: Duration.FromMicroseconds(100));
    private readonly RealDriver _driver;
    private readonly Thread _thread;

    public ThreadTests()
    {
        _driver = new RealDriver(_net.Loop); // no faster than the clock: a thread that waits for a processor must not miss minutes
        _thread = new Thread(() => _driver.Run(Instant.Never));
        _thread.Start();
    }

    public void Dispose()
    {
        _driver.Stop();
        _thread.Join();
        _driver.Dispose();
    }

    [Fact]
    public async Task Programs_of_the_thread_pool_talk_through_the_loop()
    {
        using var server = new NetSocket(_net.Bob, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Any, 7));
        Assert.Equal(7, ((IPEndPoint)server.LocalEndPoint!).Port);
        var echo = Task.Run(async () =>
        {
            byte[] buffer = new byte[100];
            for (int i = 0; i < 400; i++)
            {
                var from = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await server.SendToAsync(buffer.AsMemory(0, from.ReceivedBytes), from.RemoteEndPoint);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
        {
            using var client = new NetSocket(_net.Alice, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await client.ConnectAsync(new IPEndPoint(TwoHosts.BobIPv4.ToIPAddress(), 7));
            byte[] buffer = new byte[100];
            for (int i = 0; i < 100; i++)
            {
                await client.SendAsync(new byte[] { (byte)n, (byte)i });
                Assert.Equal(2, await client.ReceiveAsync(buffer));
                Assert.Equal((n, i), (buffer[0], buffer[1]));
                Assert.False(_net.Loop.IsOnLoop);
            }
        })));
        await echo;
    }

    [Fact]
    public async Task Streams_carry_data_between_threads_through_the_loop()
    {
        using var listener = new NetSocket(_net.Bob, AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 7));
        listener.Listen();
        byte[] sent = new byte[500_000];
        new RandomStream(1, "data").Fill(sent);
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptAsync();
            using var stream = new NetStream(connection);
            await stream.CopyToAsync(stream);
            connection.Shutdown(SocketShutdown.Send);
        });

        using var socket = new NetSocket(_net.Alice, AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(TwoHosts.BobIPv6.ToIPAddress(), 7));
        using var client = new NetStream(socket, ownsSocket: true);
        var writing = Task.Run(async () =>
        {
            await client.WriteAsync(sent);
            socket.Shutdown(SocketShutdown.Send);
        });
        var received = new MemoryStream();
        byte[] buffer = new byte[4096];
        for (int count = client.Read(buffer, 0, buffer.Length); count > 0; count = client.Read(buffer, 0, buffer.Length))
        {
            received.Write(buffer, 0, count); // a blocking read, as old code makes them
        }

        await writing;
        await serving;
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Cancelling_and_disposing_race_with_arrivals_without_harm()
    {
        using var server = new NetSocket(_net.Bob, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Any, 7));
        var to = new IPEndPoint(TwoHosts.BobIPv4.ToIPAddress(), 7);
        using var client = new NetSocket(_net.Alice, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        int received = 0, cancelled = 0;
        for (int i = 0; i < 300; i++)
        {
            using var cancel = new CancellationTokenSource();
            var receive = server.ReceiveAsync(new byte[10], SocketFlags.None, cancel.Token).AsTask();
            var send = client.SendToAsync(new byte[1], to).AsTask();
            if (i % 2 == 0)
            {
                await cancel.CancelAsync();
            }

            await send;
            try
            {
                await receive;
                received++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
        }

        Assert.Equal(300, received + cancelled);
        var last = server.ReceiveAsync(new byte[10]).AsTask();
        while (last.IsCompleted)
        {
            last = server.ReceiveAsync(new byte[10]).AsTask();
        }

        server.Dispose();
        try
        {
            while (true)
            {
                await last;
                last = server.ReceiveAsync(new byte[10]).AsTask();
            }
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.OperationAborted, e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            // A datagram was still there, and the next call came too late.
        }
    }
}
