using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets;
using Catenet.Linux.Devices;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>With offload, TCP's data crosses between Linux and Catenet in super-packets; without, in frames. The bytes are the same.</summary>
public sealed class OffloadTests
{
    private const int Amount = 8_000_000;

    public static TheoryData<string, string, bool> Cases => new()
    {
        { "10.0.0.1", "10.0.0.2", true }, { "fd00::1", "fd00::2", true }, { "10.0.0.1", "10.0.0.2", false }, { "fd00::1", "fd00::2", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Data_from_Linux_comes_in_super_packets(string linux, string catenet, bool offload)
    {
        Needs.Linux();
        using var net = new Attached(new TapOptions { Offload = offload });
        using var listener = net.OnLoop(() => Streams.Listen(net, catenet));
        var receiving = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            return await Streams.ReadAllAsync(m => server.ReceiveAsync(m));
        });
        using var client = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        client.Bind(new IPEndPoint(IPAddress.Parse(linux), 0));
        await client.ConnectAsync(IPAddress.Parse(catenet), 7).WaitAsync(Attached.Patience);
        byte[] sent = Streams.Pattern(Amount);
        await Task.Run(async () =>
        {
            for (int at = 0; at < sent.Length;)
            {
                at += await client.SendAsync(sent.AsMemory(at));
            }

            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(sent, await receiving.WaitAsync(Attached.Patience));
        var counters = net.OnLoop(() => net.Tap.Counters);
        long average = counters.OctetsFromLinux / counters.FromLinux;
        Assert.Equal(offload, average > 3000);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Data_from_Catenet_goes_in_super_packets(string linux, string catenet, bool offload)
    {
        Needs.Linux();
        using var net = new Attached(new TapOptions { Offload = offload });
        using var listener = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Parse(linux), 7));
        listener.Listen();
        var receiving = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            return await Streams.ReadAllAsync(m => server.ReceiveAsync(m));
        });
        using var client = net.OnLoop(() => new NetSocket(net.Host, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(IPAddress.Parse(linux), 7).AsTask().WaitAsync(Attached.Patience);
        byte[] sent = Streams.Pattern(Amount);
        await Streams.SendAllAsync(client, sent);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await receiving.WaitAsync(Attached.Patience));
        Assert.Equal(IPAddress.Parse(catenet), ((IPEndPoint)client.LocalEndPoint!).Address is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4() : ((IPEndPoint)client.LocalEndPoint!).Address);
        var counters = net.OnLoop(() => net.Tap.Counters);
        long average = counters.OctetsToLinux / counters.ToLinux;
        Assert.Equal(offload, average > 3000);
    }
}
