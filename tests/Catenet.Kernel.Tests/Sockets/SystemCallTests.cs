using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Kernel.Tests.Sockets;

public class SystemCallTests : ITraceListener
{
    private readonly TwoHosts _net = new();
    private readonly List<string> _calls = [];

    void ITraceListener.OnEvent(in TraceEvent traceEvent)
    {
        if (traceEvent.Kind == TraceKind.SystemCall)
        {
            _calls.Add($"{traceEvent.Node}: {traceEvent.Detail}");
        }
    }

    [Fact]
    public void Calls_are_shown_as_strace_shows_them()
    {
        using var subscription = _net.Loop.Tracer.Subscribe(this);
        _net.Run(async () =>
        {
            using var server = new NetSocket(_net.Bob, SocketType.Dgram, ProtocolType.Udp);
            server.Bind(new IPEndPoint(IPAddress.IPv6Any, 53));
            using var client = new NetSocket(_net.Alice, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            client.Ttl = 5;
            await client.ConnectAsync(new IPEndPoint(TwoHosts.BobIPv4.ToIPAddress(), 53));
            await client.SendAsync("GET \"/\"\r\n\x01"u8.ToArray());
            await server.ReceiveAsync(new byte[512]);
            await Assert.ThrowsAsync<SocketException>(async () =>
                await client.SendToAsync(new byte[1], new IPEndPoint(IPAddress.Parse("203.0.113.10"), 443)));
        });
        Assert.Equal(
        [
            "bob: socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP) = 3",
            "bob: bind(3, {sa_family=AF_INET6, sin6_port=htons(53), inet_pton(AF_INET6, \"::\", &sin6_addr)}) = 0",
            "alice: socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) = 3",
            "alice: setsockopt(3, SOL_IP, IP_TTL, [5], 4) = 0",
            "alice: connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"192.0.2.2\")}) = 0",
            "alice: sendto(3, \"GET \\\"/\\\"\\r\\n\\1\", 10, MSG_NOSIGNAL, NULL) = 10",
            "bob: recvfrom(3, \"GET \\\"/\\\"\\r\\n\\1\", 512, 0, NULL) = 10",
            "alice: sendto(3, \"\\0\", 1, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"203.0.113.10\")}) = -1 ENETUNREACH (Network is unreachable)",
            "alice: close(3) = 0",
            "bob: close(3) = 0",
        ], _calls);
    }
}
