using System.Net;
using System.Net.Sockets;
using Catenet.Fabric.Links;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel.Sockets;

namespace Catenet.Interop.Programs;

/// <summary>How connections live and die: by the thousands, half closed, reset, deserted, blocked, closed by both at once.</summary>
public sealed class ConnectionTests
{
    private const int Many = 10_000;
    private const int AtOnce = 200;

    public static TheoryData<Terrain, bool, bool> Everything => new()
    {
        { Terrain.Plain, false, true }, { Terrain.Plain, false, false }, { Terrain.Plain, true, true }, { Terrain.Plain, true, false },
        { Terrain.Rough, false, true }, { Terrain.Rough, false, false }, { Terrain.Rough, true, true }, { Terrain.Rough, true, false },
    };

    [Theory]
    [InlineData(Terrain.Plain, false)]
    [InlineData(Terrain.Rough, true)]
    public async Task Linux_opens_uses_and_closes_ten_thousand_connections(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        var listener = pair.World.Do(() => Transfer.Listen(pair, v6, 7));
        int served = 0;
        var all = new TaskCompletionSource();
        var serving = pair.World.Begin(async () =>
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }

            async Task ServeAsync(NetSocket connection)
            {
                using (connection)
                {
                    byte[] buffer = new byte[64];
                    int count;
                    while ((count = await connection.ReceiveAsync(buffer)) > 0)
                    {
                        await connection.SendAsync(buffer.AsMemory(0, count));
                    }
                }

                if (++served == Many)
                {
                    all.SetResult();
                }
            }
        });
        var to = new IPEndPoint(IPAddress.Parse(Pair.CatenetAddress(v6)), 7);
        int opened = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            byte[] buffer = new byte[64];
            while (Interlocked.Increment(ref opened) <= Many)
            {
                using var socket = pair.Linux.Socket(Transfer.Family(v6));
                await socket.ConnectAsync(to);
                await socket.SendAsync(buffer.AsMemory(0, 20));
                socket.Shutdown(SocketShutdown.Send);
                int got = 0;
                int count;
                while ((count = await socket.ReceiveAsync(buffer.AsMemory(got))) > 0)
                {
                    got += count;
                }

                Assert.Equal(20, got);
            }
        }))).WaitAsync(World.Patience);
        await all.Task.WaitAsync(World.Patience);
        pair.World.Do(listener.Dispose);
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
        Assert.Equal(Many, served);
        pair.Judge();
    }

    [Theory]
    [InlineData(Terrain.Plain, true)]
    [InlineData(Terrain.Rough, false)]
    public async Task Catenet_opens_uses_and_closes_ten_thousand_connections(Terrain terrain, bool v6)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        using var listener = pair.Linux.Listen(Pair.LinuxAddress(v6), 7, 4096);
        var serving = Task.Run(async () =>
        {
            for (int i = 0; i < Many; i++)
            {
                var connection = await listener.AcceptAsync();
                _ = Task.Run(async () =>
                {
                    using (connection)
                    {
                        byte[] buffer = new byte[64];
                        int count;
                        while ((count = await connection.ReceiveAsync(buffer)) > 0)
                        {
                            await connection.SendAsync(buffer.AsMemory(0, count));
                        }
                    }
                });
            }
        });
        var to = new IPEndPoint(IPAddress.Parse(Pair.LinuxAddress(v6)), 7);
        int opened = 0;
        int answered = 0;
        await pair.World.On(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
            {
                byte[] buffer = new byte[64];
                while (opened++ < Many)
                {
                    using var socket = new NetSocket(pair.Host, Transfer.Family(v6), SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(to);
                    await socket.SendAsync(buffer.AsMemory(0, 20));
                    socket.Shutdown(SocketShutdown.Send);
                    int count;
                    while ((count = await socket.ReceiveAsync(buffer)) > 0)
                    {
                        answered += count;
                    }
                }
            }));
            return true;
        });
        await serving.WaitAsync(World.Patience);
        Assert.Equal(20 * Many, answered);
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task One_direction_ends_and_the_other_goes_on(Terrain terrain, bool v6, bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        byte[] data = Transfer.Pattern(100_000, 1);
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 7);
        await Transfer.SendAsync(linux, data).WaitAsync(World.Patience);
        await pair.World.On(() => Transfer.ReadAsync(catenet, data));
        var back = pair.World.On(() => Transfer.SendAsync(catenet, data));
        await Transfer.ReadAsync(linux, data).WaitAsync(World.Patience);
        await back;
        linux.Dispose();
        catenet.Dispose();

        (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 8);
        back = pair.World.On(() => Transfer.SendAsync(catenet, data));
        await Transfer.ReadAsync(linux, data).WaitAsync(World.Patience);
        await back;
        var reading = pair.World.On(() => Transfer.ReadAsync(catenet, data));
        await Transfer.SendAsync(linux, data).WaitAsync(World.Patience);
        await reading;
        linux.Dispose();
        catenet.Dispose();
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_reset_is_a_reset_on_the_other_side(Terrain terrain, bool v6, bool linuxFirst)
    {
        Needs.Linux();

        // A lost RST is never sent again: this link reorders and duplicates, but loses nothing.
        using var pair = new Pair(terrain == Terrain.Plain ? null : Terrains.Both(Terrains.RoughDirection with { Loss = 0 }));
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 7);
        var reading = pair.World.On(() => catenet.ReceiveAsync(new byte[10]).AsTask());
        linux.LingerState = new LingerOption(true, 0);
        linux.Dispose();
        Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => reading)).SocketErrorCode);
        catenet.Dispose();

        (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 8);
        var theirs = linux.ReceiveAsync(new byte[10]);
        pair.World.Do(() =>
        {
            catenet.LingerState = new LingerOption(true, 0);
            catenet.Dispose();
        });
        Assert.Equal(SocketError.ConnectionReset, (await Assert.ThrowsAsync<SocketException>(() => theirs.WaitAsync(World.Patience))).SocketErrorCode);
        linux.Dispose();

        // Nobody listens.
        using var refused = pair.Linux.Socket(Transfer.Family(v6));
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(
            () => refused.ConnectAsync(IPAddress.Parse(Pair.CatenetAddress(v6)), 9).WaitAsync(World.Patience))).SocketErrorCode);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => pair.World.On(async () =>
        {
            using var socket = new NetSocket(pair.Host, Transfer.Family(v6), SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Parse(Pair.LinuxAddress(v6)), 9);
            return true;
        }))).SocketErrorCode);
        pair.Judge();
    }

    /// <summary>The link swallows everything from one moment on. Catenet's clock runs ten times faster, and both give up after a few retransmissions.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task A_peer_that_vanishes_is_given_up(bool v6, bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(Terrains.Rough, pace: 10);
        pair.Linux.Space.Sysctl("net.ipv4.tcp_retries2", "3");
        pair.World.Do(() => pair.Host.Settings.Tcp.Retries2 = 5);
        var sending = await Transfer.ConnectAsync(pair, v6, linuxFirst, 7);
        var idle = await Transfer.ConnectAsync(pair, v6, linuxFirst, 8);
        idle.Linux.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        foreach (var (name, value) in ((SocketOptionName, int)[])
            [(SocketOptionName.TcpKeepAliveTime, 1), (SocketOptionName.TcpKeepAliveInterval, 1), (SocketOptionName.TcpKeepAliveRetryCount, 2)])
        {
            idle.Linux.SetSocketOption(SocketOptionLevel.Tcp, name, value);
            pair.World.Do(() => idle.Catenet.SetSocketOption(SocketOptionLevel.Tcp, name, value));
        }

        pair.World.Do(() =>
        {
            idle.Catenet.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            pair.Linux.Link!.Configure(Terrains.Both(new LinkDirectionSettings { Blocked = true }));
        });
        await sending.Linux.SendAsync(new byte[1000]);
        var ours = pair.World.On(async () =>
        {
            await sending.Catenet.SendAsync(new byte[1000]);
            return await sending.Catenet.ReceiveAsync(new byte[10]);
        });
        Task[] waits = [ours, pair.World.On(() => idle.Catenet.ReceiveAsync(new byte[10]).AsTask()),
            sending.Linux.ReceiveAsync(new byte[10]), idle.Linux.ReceiveAsync(new byte[10])];
        foreach (var wait in waits)
        {
            var error = (await Assert.ThrowsAsync<SocketException>(() => wait.WaitAsync(World.Patience))).SocketErrorCode;

            // Linux's own neighbour cache may find out first.
            Assert.True(error is SocketError.TimedOut or SocketError.HostUnreachable, $"{error}");
        }

        pair.Judge();
    }

    /// <summary>The reader does not read for a minute of Catenet's time, six seconds of Linux's: the clock of Catenet runs ten times faster.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_window_closed_for_a_minute_opens_again(bool v6, bool linuxReads)
    {
        Needs.Linux();
        using var pair = new Pair(Terrain.Rough, pace: 10, captureLimit: 60_000);
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst: true, 7);
        byte[] data = Transfer.Pattern(12_000_000, 1);
        Task<bool> sending = linuxReads ? pair.World.On(() => Transfer.SendAsync(catenet, data)) : Transfer.SendAsync(linux, data);
        await pair.World.On(() =>
        {
            var minute = new TaskCompletionSource<bool>();
            pair.World.Loop.Arm(new ActionTimer(_ => minute.SetResult(true)), Duration.FromSeconds(60));
            return minute.Task;
        });
        Assert.False(sending.IsCompleted, "The data went into buffers that nobody read.");
        var reading = linuxReads ? Transfer.ReadAsync(linux, data) : pair.World.On(() => Transfer.ReadAsync(catenet, data));
        await Task.WhenAll(sending, reading).WaitAsync(World.Patience);
        linux.Dispose();
        catenet.Dispose();
        pair.World.Stop();
        string probes = Judge.Read(pair.World.Capture.Path, "tcp.analysis.zero_window_probe || tcp.analysis.zero_window", "frame.number");
        Assert.True(probes.Split('\n').Length > 3, "The window was never closed.");
        pair.Judge();
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Both_close_at_once(bool v6, bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(Terrains.Both(new LinkDirectionSettings { Delay = Duration.FromMilliseconds(200) }));
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 7);
        pair.World.Do(() =>
        {
            // Neither FIN can be across before the other is sent.
            linux.Shutdown(SocketShutdown.Send);
            catenet.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(0, await linux.ReceiveAsync(new byte[10]).WaitAsync(World.Patience));
        Assert.Equal(0, await pair.World.On(() => catenet.ReceiveAsync(new byte[10]).AsTask()));

        // The last ACKs are on their way: a round trip later both ends have them.
        pair.Linux.Output("ping", "-c", "2", "-i", "0.2", "-W", "10", Pair.CatenetAddress(v6));
        Assert.Contains("TIME-WAIT", pair.Linux.Sockets());
        linux.Dispose();
        catenet.Dispose();
        pair.World.Stop();
        var ends = Judge.Read(pair.World.Capture.Path, "tcp.flags.fin == 1", "tcp.seq_raw", "tcp.ack_raw").Split('\n').Select(l => l.Split('\t')).ToList();
        Assert.Equal(2, ends.Count);
        Assert.Equal(ends[0][0], ends[1][1]);
        Assert.Equal(ends[1][0], ends[0][1]);
        pair.Judge();
    }
}
