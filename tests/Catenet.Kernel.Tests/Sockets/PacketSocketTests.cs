using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Tests.Sockets;

public sealed class PacketSocketTests : KernelTest
{
    private const ushort Local = 0x88B5; // IEEE 802: for local experiments

    private readonly Host _host;
    private readonly EthernetDevice _device;
    private readonly TestPort _port;

    public PacketSocketTests()
    {
        _host = Quiet("a");
        (_device, _port) = AddPort(_host, "eth0", "10.0.0.1/24");
    }

    [Fact]
    public void A_socket_sees_a_copy_of_each_frame_of_its_type_and_the_protocol_still_gets_it()
    {
        using var socket = new PacketSocket(_device, EtherType.Arp);
        int told = 0;
        socket.Readable = () => told++;
        byte[] request = Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.1");
        _port.Inject(request);
        _port.Inject(FromPeer(_device, EchoRequest("10.0.0.2", "10.0.0.1")));
        Run(0.1);
        Assert.Equal([request], Take(socket, PacketKind.Broadcast));
        Assert.Equal((1, 1L, 0L), (told, socket.Received, socket.Dropped));
        Assert.Equal(2, _port.Sent.Count); // the ARP reply and the echo reply
    }

    [Fact]
    public void What_the_host_writes_to_a_packet_does_not_show_in_the_copy()
    {
        _host.Settings.Forwarding = true;
        var (way, out_) = AddPort(_host, "eth1", "10.0.1.1/24");
        Know(way, "10.0.1.2");
        using var socket = new PacketSocket(_device, EtherType.IPv4);
        byte[] frame = FromPeer(_device, EchoRequest("10.0.0.2", "10.0.1.2"));
        _port.Inject(frame);
        Run(0.1);
        Assert.Equal(63, Assert.Single(out_.Sent)[22]);
        Assert.Equal([frame], Take(socket, PacketKind.Host));
    }

    [Fact]
    public void Every_socket_gets_its_own_copy_and_a_closed_one_none()
    {
        using var first = new PacketSocket(_device, EtherType.Arp);
        var second = new PacketSocket(_device, EtherType.Arp);
        using var third = new PacketSocket(_device, EtherType.Arp);
        byte[] request = Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.1");
        _port.Inject(request);
        Run(0.1);
        second.Dispose();
        second.Dispose();
        Assert.Equal(1, _host.Drops[DropReason.Shutdown]);
        _port.Inject(request);
        Run(0.1);
        Assert.Equal([request, request], Take(first, PacketKind.Broadcast));
        Assert.Equal([request, request], Take(third, PacketKind.Broadcast));
        Assert.False(second.TryReceive(out _));
        Assert.Throws<ObjectDisposedException>(() => second.Send(request));
    }

    [Fact]
    public void A_socket_may_close_itself_and_others_while_it_is_told()
    {
        var sockets = new PacketSocket[3];
        for (int i = 0; i < 3; i++)
        {
            sockets[i] = new PacketSocket(_device, EtherType.Arp);
        }

        sockets[0].Readable = () =>
        {
            sockets[0].Dispose();
            sockets[1].Dispose();
        };
        _port.Inject(Arp(ArpView.Request, PeerMac, "10.0.0.2", MacAddress.None, "10.0.0.1"));
        Run(0.1);
        Assert.Equal([1, 0, 1], sockets.Select(s => (int)s.Received));
        Array.ForEach(sockets, s => s.Dispose());
    }

    [Fact]
    public void The_queue_is_bounded_and_counts_what_it_refuses()
    {
        using var socket = new PacketSocket(_device, Local) { ReceiveBufferSize = 0 };
        byte[] frame = Ethernet(_device.Mac, PeerMac, Local, new byte[46]);
        for (int i = 0; i < 10; i++)
        {
            _port.Inject(frame);
        }

        Run(0.1);
        Assert.Equal((10L, 7L), (socket.Received, socket.Dropped)); // 3 * (60 + 576) fit into 2304
        Assert.Equal(7, _host.Drops[DropReason.SocketReceiveBuffer]);
        Assert.Equal(3, Take(socket, PacketKind.Host).Count);
        _port.Inject(frame);
        Run(0.1);
        Assert.Single(Take(socket, PacketKind.Host));
    }

    [Fact]
    public void A_protocol_that_only_a_program_speaks_is_no_loss()
    {
        byte[] frame = Ethernet(_device.Mac, PeerMac, Local, new byte[46]);
        _port.Inject(frame);
        Run(0.1);
        Assert.Equal((1L, 1L), (_host.Drops[DropReason.UnhandledProtocol], _device.Counters.RxDropped));
        using var socket = new PacketSocket(_device, Local);
        _port.Inject(frame);
        Run(0.1);
        Assert.Equal((1L, 1L), (_host.Drops[DropReason.UnhandledProtocol], _device.Counters.RxDropped));
        Assert.Single(Take(socket, PacketKind.Host));
    }

    [Fact]
    public void Frames_to_other_stations_are_seen_on_a_promiscuous_device_only()
    {
        using var socket = new PacketSocket(_device, Local);
        byte[] frame = Ethernet(PeerMac, PeerMac, Local, new byte[46]);
        _port.Inject(frame);
        Run(0.1);
        Assert.False(socket.TryReceive(out _));
        _device.Promiscuous = true;
        _port.Inject(frame);
        Run(0.1);
        Assert.Single(Take(socket, PacketKind.OtherHost));
        Assert.Equal(2, _host.Drops[DropReason.OtherHost]);
    }

    [Fact]
    public void A_frame_leaves_as_it_is_if_the_device_can_take_it()
    {
        using var socket = new PacketSocket(_device, Local);
        byte[] frame = Ethernet(MacAddress.Broadcast, PeerMac, Local, [1, 2, 3]);
        Assert.Equal(SocketError.Success, socket.Send(frame));
        Assert.Equal(SocketError.Success, socket.Send(new byte[1514]));
        Assert.Equal(SocketError.MessageSize, socket.Send(new byte[1515]));
        Assert.Equal(SocketError.InvalidArgument, socket.Send(new byte[13]));
        _device.TakeDown();
        Assert.Equal(SocketError.NetworkDown, socket.Send(frame));
        Assert.Equal(2, _port.Sent.Count);
        Assert.Equal(frame, _port.Sent.Dequeue());
        Assert.False(socket.TryReceive(out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Input_allocates_nothing_without_a_listener_nor_with_one(bool listens)
    {
        _port.KeepFrames = false;
        Know(_device, "10.0.0.2");
        byte[] frame = FromPeer(_device, EchoRequest("10.0.0.2", "10.0.0.1"));
        _host.Settings.Icmp.EchoIgnoreAll = true;
        using var socket = listens ? new PacketSocket(_device, EtherType.IPv4) : null;
        long allocated = 0;
        for (int round = 0; round < 60; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                _port.Inject(frame);
            }

            while (Loop.RunOne())
            {
            }

            while (socket is not null && socket.TryReceive(out var copy))
            {
                copy.Release();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(3000, _device.Counters.RxPackets);
        Assert.Equal((listens ? 3000 : 0, 0), (socket?.Received ?? 0, socket?.Dropped ?? 0));
    }

    private static List<byte[]> Take(PacketSocket socket, PacketKind kind)
    {
        var frames = new List<byte[]>();
        while (socket.TryReceive(out var frame))
        {
            Assert.Equal(kind, frame.Kind);
            frames.Add(frame.ToArray());
            frame.Release();
        }

        return frames;
    }
}
