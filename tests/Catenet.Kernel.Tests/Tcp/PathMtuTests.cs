using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>What IP_MTU_DISCOVER and TCP_MAXSEG make of packets, as far as a script cannot say it.</summary>
public class PathMtuTests
{
    // Linux's ip_dont_fragment.
    [Theory]
    [InlineData(PathMtuDiscovery.Dont, false)]
    [InlineData(PathMtuDiscovery.Want, true)]
    [InlineData(PathMtuDiscovery.Do, true)]
    [InlineData(PathMtuDiscovery.Probe, false)]
    [InlineData(PathMtuDiscovery.Interface, false)]
    [InlineData(PathMtuDiscovery.Omit, false)]
    public void The_mode_decides_on_the_DF_bit(PathMtuDiscovery mode, bool expected)
    {
        using var net = new TwoHosts();
        net.Listen(80);
        var seen = new List<bool>();
        net.Wire.AtoB.LosesFrame = frame =>
        {
            if (IPv4View.TryParse(frame.ToArray().AsSpan(EthernetView.Size), out var ip) && ip.Protocol == IpProtocol.Tcp)
            {
                seen.Add((ip.FlagsAndOffset & IPv4View.DontFragmentBit) != 0);
            }

            return false;
        };
        var (connection, _) = net.Connect(80, options: new TcpSocketOptions { PathMtuDiscovery = mode });
        net.Do(() => connection.Send("hello"u8, out _));
        net.Run(Duration.FromMilliseconds(100));
        Assert.True(seen.Count >= 3);
        Assert.All(seen, bit => Assert.Equal(expected, bit));
    }

    [Fact]
    public void A_socket_tells_and_takes_its_segment_size()
    {
        using var net = new TwoHosts();
        net.Listen(80);
        net.Do(() =>
        {
            using var socket = new NetSocket(net.A, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.Equal(536, socket.MaxSegmentSize);
            Assert.Equal(SocketError.InvalidArgument, Assert.Throws<SocketException>(() => socket.MaxSegmentSize = 87).SocketErrorCode);
            socket.MaxSegmentSize = 1000;
            Assert.Equal(1000, socket.MaxSegmentSize);
        });
        var client = ConnectedSocket(net);
        net.Do(() => Assert.Equal(988, client.MaxSegmentSize)); // less the timestamps
        net.Do(client.Dispose);
    }

    private static NetSocket ConnectedSocket(TwoHosts net)
    {
        NetSocket? socket = null;
        net.Do(() =>
        {
            socket = new NetSocket(net.A, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { MaxSegmentSize = 1000 };
            _ = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80)).AsTask();
        });
        net.Run(Duration.FromMilliseconds(10));
        return socket!;
    }
}
