using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>Catenet as the router between two Linux hosts: super-packets pass it whole, or are cut where the way out needs it.</summary>
public sealed class RouterTests
{
    private const int Amount = 5_000_000;

    public static TheoryData<bool, bool, bool, int> Cases => new()
    {
        { false, false, false, 1500 }, { true, false, false, 1500 },
        { false, true, false, 1500 }, { true, true, false, 1500 },
        { false, false, true, 1500 }, { true, true, true, 1500 },
        { false, false, false, 1300 }, { true, false, true, 1300 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_stream_between_two_Linux_hosts_passes_a_Catenet_router(bool ipv6, bool nat, bool cut, int mtu)
    {
        Needs.Linux();
        using var net = new Between(nat, cut, mtu);
        var server = IPAddress.Parse(ipv6 ? "fd00:1::1" : "10.0.1.1");
        using var listener = Open(net.Right, server, 7);
        listener.Listen();
        byte[] sent = Streams.Pattern(Amount);
        var receiving = Task.Run(async () =>
        {
            using var peer = await listener.AcceptAsync();
            return (((IPEndPoint)peer.RemoteEndPoint!).Address, await Streams.ReadAllAsync(m => peer.ReceiveAsync(m)));
        });
        using var client = Open(net.Left, IPAddress.Parse(ipv6 ? "fd00::1" : "10.0.0.1"), 0);
        await client.ConnectAsync(server, 7).WaitAsync(Attached.Patience);
        await Task.Run(async () =>
        {
            for (int at = 0; at < sent.Length;)
            {
                at += await client.SendAsync(sent.AsMemory(at));
            }

            client.Shutdown(SocketShutdown.Send);
        }).WaitAsync(Attached.Patience);
        var (seen, received) = await receiving.WaitAsync(Attached.Patience);
        Assert.Equal(sent, received);
        Assert.Equal(nat ? ipv6 ? "fd00:1::2" : "10.0.1.2" : ipv6 ? "fd00::1" : "10.0.0.1", seen.ToString());
        net.Stop();
        Assert.True(net.LeftTap.Counters.OctetsFromLinux / net.LeftTap.Counters.FromLinux > 3000, "Linux gave no super-packets");
        long average = net.RightTap.Counters.OctetsToLinux / net.RightTap.Counters.ToLinux;
        Assert.True(cut ? average <= 1514 : average > 3000, $"{average} octets on average");
        Assert.Equal(mtu == 1300, net.Router.Drops[DropReason.FragmentationNeeded] > 0);
    }

    private static Socket Open(NetworkNamespace linux, IPAddress address, int port)
    {
        var socket = linux.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}
