using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Iperf;

/// <summary>A flow of numbered datagrams of a test.</summary>
/// <param name="test">The test.</param>
/// <param name="loop">The loop.</param>
/// <param name="socket">The client's own socket, or the one that the server's streams share.</param>
/// <param name="peer">At the server: whom the stream belongs to; null if the socket is connected.</param>
/// <param name="local">At the server: the address that was asked.</param>
internal sealed class IperfUdpStream(IperfTest test, EventLoop loop, NetSocket socket, IPEndPoint? peer = null, InetAddress local = default)
    : IperfStream(test, loop)
{
    private double _transit = double.NaN;

    /// <summary>Counts a datagram as iperf3 does: one that comes late is no longer lost.</summary>
    public void OnDatagram(ReadOnlySpan<byte> datagram)
    {
        if (!IperfUdpHeader.TryRead(datagram, Test.WideNumbers, out double sent, out long number))
        {
            return; // a greeting that came twice
        }

        Count(datagram.Length);
        if (number > Packets)
        {
            Lost += number - Packets - 1;
            Packets = number;
        }
        else if (Lost > 0)
        {
            Lost--;
        }

        double transit = Loop.Now.TotalSeconds - sent;
        JitterSeconds += double.IsNaN(_transit) ? 0 : (Math.Abs(transit - _transit) - JitterSeconds) / 16;
        _transit = transit;
    }

    public override async Task ReceiveAsync(CancellationToken stop)
    {
        byte[] buffer = new byte[65536];
        while (!Test.IsComplete)
        {
            int length = await socket.ReceiveAsync(buffer, SocketFlags.None, stop);
            OnDatagram(buffer.AsSpan(0, length));
        }
    }

    public override void Dispose()
    {
        if (peer is null)
        {
            socket.Dispose();
        }
    }

    protected override ValueTask<int> SendBlockAsync(byte[] block, CancellationToken stop)
    {
        IperfUdpHeader.Write(block, Loop.Now, ++Packets, Test.WideNumbers);
        return peer is null
            ? socket.SendAsync(block, SocketFlags.None, stop)
            : socket.SendMessageAsync(block, peer, local, stop);
    }
}
