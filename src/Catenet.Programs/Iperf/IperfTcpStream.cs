using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Iperf;

/// <summary>A TCP connection of a test.</summary>
internal sealed class IperfTcpStream : IperfStream
{
    private readonly NetSocket _socket;

    public IperfTcpStream(IperfTest test, EventLoop loop, NetSocket socket)
        : base(test, loop)
    {
        _socket = socket;
        socket.NoDelay = test.NoDelay;
    }

    public override async Task ReceiveAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[Math.Max(Test.Block, 128 * 1024)];
        int count;
        while (!Test.IsComplete && (count = await _socket.ReceiveAsync(buffer, SocketFlags.None, stop)) > 0)
        {
            Count(count);
        }
    }

    public override void Dispose() => _socket.Dispose();

    protected override ValueTask<int> SendBlockAsync(byte[] block, CancellationToken stop) =>
        _socket.SendAsync(block, SocketFlags.None, stop);
}
