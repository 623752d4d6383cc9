using System.Net.Sockets;
using Catenet.Interop.Programs.Support;

namespace Catenet.Interop.Programs;

/// <summary>A peer that falls silent, to who sends and to who only keeps the connection alive.</summary>
public sealed class VanishedPeerTests
{
    public static TheoryData<Terrain, bool, bool> Everything => ConnectionTests.Everything;

    /// <summary>The cable swallows everything from one moment on. Catenet's clock runs ten times faster, and both give up after a few retransmissions.</summary>
    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_peer_that_vanishes_is_given_up(Terrain terrain, bool v6, bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(terrain, pace: 10);
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
            pair.Linux.Wire!.IsCut = true;
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
}
