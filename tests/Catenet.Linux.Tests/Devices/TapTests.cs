using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>A Catenet host on Linux's wire: what Linux's own programs and sockets see of it.</summary>
public sealed class TapTests
{
    public static TheoryData<string, string> BothFamilies => new() { { "10.0.0.1", "10.0.0.2" }, { "fd00::1", "fd00::2" } };

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public void Linux_pings_a_Catenet_host(string linux, string catenet)
    {
        Needs.Linux("ping");
        using var net = new Attached();

        // With -w it waits for each answer; without, two round trips after the last question it has had enough, however busy the machine is.
        string text = net.Output("ping", "-c", "3", "-i", "0.1", "-w", "20", "-I", linux, catenet);
        Assert.Contains(", 3 received", text);
        Assert.DoesNotContain("DUP", text);
    }

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public async Task Linux_as_client_gets_its_bytes_back_over_TCP(string linux, string catenet)
    {
        Needs.Linux();
        using var net = new Attached();
        using var listener = net.OnLoop(() => Streams.Listen(net, catenet));
        var echo = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            await Streams.EchoAsync(server);
        });
        using var client = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        client.Bind(new IPEndPoint(IPAddress.Parse(linux), 0));
        await client.ConnectAsync(IPAddress.Parse(catenet), 7).WaitAsync(Attached.Patience);
        byte[] sent = Streams.Pattern(300_000);
        var sending = Task.Run(async () =>
        {
            await client.SendAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(sent, await Streams.ReadAllAsync(m => client.ReceiveAsync(m)).WaitAsync(Attached.Patience));
        await sending;
        await echo.WaitAsync(Attached.Patience);
    }

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public async Task Catenet_as_client_gets_its_bytes_back_over_TCP(string linux, string catenet)
    {
        Needs.Linux();
        using var net = new Attached();
        using var listener = net.Linux.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Parse(linux), 7));
        listener.Listen();
        var echo = Task.Run(async () =>
        {
            using var server = await listener.AcceptAsync();
            var buffer = new byte[50_000];
            while (await server.ReceiveAsync(buffer) is > 0 and int count)
            {
                for (int sent = 0; sent < count;)
                {
                    sent += await server.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }

            server.Shutdown(SocketShutdown.Send);
        });
        using var client = net.OnLoop(() => new NetSocket(net.Host, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(IPAddress.Parse(linux), 7).AsTask().WaitAsync(Attached.Patience);
        Assert.Equal(IPAddress.Parse(catenet), Address(client.LocalEndPoint!));
        byte[] bytes = Streams.Pattern(300_000);
        var sending = Task.Run(async () =>
        {
            await Streams.SendAllAsync(client, bytes);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(bytes, await Streams.ReadAllAsync(m => client.ReceiveAsync(m)).WaitAsync(Attached.Patience));
        await sending;
        await echo.WaitAsync(Attached.Patience);
    }

    [Theory]
    [MemberData(nameof(BothFamilies))]
    public async Task Datagrams_go_both_ways(string linux, string catenet)
    {
        Needs.Linux();
        using var net = new Attached();
        var family = IPAddress.Parse(linux).AddressFamily;
        using var ours = net.OnLoop(() =>
        {
            var socket = new NetSocket(net.Host, family, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(catenet), 5000));
            return socket;
        });
        using var theirs = net.Linux.Run(() => new Socket(family, SocketType.Dgram, ProtocolType.Udp));
        theirs.Bind(new IPEndPoint(IPAddress.Parse(linux), 6000));
        byte[] buffer = new byte[2000];
        var any = new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

        await theirs.SendToAsync(Streams.Pattern(1000), new IPEndPoint(IPAddress.Parse(catenet), 5000));
        var question = await ours.ReceiveFromAsync(buffer, any).AsTask().WaitAsync(Attached.Patience);
        Assert.Equal(Streams.Pattern(1000), buffer[..question.ReceivedBytes]);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(linux), 6000), question.RemoteEndPoint);

        await ours.SendToAsync(Streams.Pattern(1400), question.RemoteEndPoint);
        var answer = await theirs.ReceiveFromAsync(buffer, any).WaitAsync(Attached.Patience);
        Assert.Equal(Streams.Pattern(1400), buffer[..answer.ReceivedBytes]);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(catenet), 5000), answer.RemoteEndPoint);
    }

    private static IPAddress Address(EndPoint endPoint)
    {
        var address = ((IPEndPoint)endPoint).Address;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
