using System.Net;
using System.Net.Sockets;
using Catenet.Fabric.Links;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Tcp;

namespace Catenet.Interop.Programs;

/// <summary>How connections end: half closed, reset, refused, closed by both at once.</summary>
public sealed class ConnectionTests
{
    public static TheoryData<Terrain, bool, bool> Everything => new()
    {
        { Terrain.Plain, false, true }, { Terrain.Plain, false, false }, { Terrain.Plain, true, true }, { Terrain.Plain, true, false },
        { Terrain.Rough, false, true }, { Terrain.Rough, false, false }, { Terrain.Rough, true, true }, { Terrain.Rough, true, false },
    };

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

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Both_close_at_once(Terrain terrain, bool v6, bool linuxFirst)
    {
        Needs.Linux();

        // Neither FIN can be across before the other is sent: the plain cable is not read in between, and on the rough way it takes 100 ms.
        using var pair = new Pair(terrain == Terrain.Plain ? null : Terrains.Both(Terrains.RoughDirection with { Delay = Duration.FromMilliseconds(100) }));
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst, 7);
        pair.World.Do(() =>
        {
            linux.Shutdown(SocketShutdown.Send);
            catenet.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(0, await linux.ReceiveAsync(new byte[10]).WaitAsync(World.Patience));
        Assert.Equal(0, await pair.World.On(() => catenet.ReceiveAsync(new byte[10]).AsTask()));

        // The last ACKs are on their way, on the rough one maybe for the second time.
        var limit = DateTime.UtcNow + World.Patience;
        while (!(pair.Linux.Sockets().Contains("TIME-WAIT") && pair.World.Do(() => pair.Host.Tcp.Connections.All(c => c.State == TcpState.TimeWait))))
        {
            Assert.True(DateTime.UtcNow < limit, $"The end has not come.\n{pair.World.Report()}");
            pair.Linux.Run("ping", "-c", "1", "-W", "1", Pair.CatenetAddress(v6));
        }

        linux.Dispose();
        catenet.Dispose();
        pair.World.Stop();
        if (terrain == Terrain.Plain)
        {
            var ends = Judge.Read(pair.World.Capture.Path, "tcp.flags.fin == 1", "tcp.seq_raw", "tcp.ack_raw").Split('\n').Select(l => l.Split('\t')).ToList();
            Assert.Equal(2, ends.Count);
            Assert.Equal(ends[0][0], ends[1][1]);
            Assert.Equal(ends[1][0], ends[0][1]);
        }

        pair.Judge();
    }
}
