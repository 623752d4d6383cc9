using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Catenet.Kernel.Sockets.Backends;

namespace Catenet.Kernel.Sockets;

/// <summary>Writes system calls as strace prints them. Only called when somebody listens.</summary>
internal static class SystemCallText
{
    private const int MaxData = 32;

    public static string Socket(SocketCore socket, SocketError error)
    {
        string type = socket.Type switch
        {
            SocketType.Stream => "SOCK_STREAM",
            SocketType.Dgram => "SOCK_DGRAM",
            _ => "SOCK_RAW",
        };
        string protocol = socket.Protocol switch
        {
            ProtocolType.Tcp => "IPPROTO_TCP",
            ProtocolType.Udp => "IPPROTO_UDP",
            ProtocolType.Icmp => "IPPROTO_ICMP",
            ProtocolType.IcmpV6 => "IPPROTO_ICMPV6",
            _ => "IPPROTO_IP",
        };
        return $"socket({Family(socket.Family)}, {type}, {protocol}) = {Result(socket.Descriptor, error)}";
    }

    public static string Bind(SocketCore socket, InetEndpoint local, SocketError error) =>
        $"bind({socket.Descriptor}, {Address(socket, local)}) = {Result(0, error)}";

    public static string Listen(SocketCore socket, int backlog, SocketError error) =>
        $"listen({socket.Descriptor}, {backlog}) = {Result(0, error)}";

    public static string Connect(SocketCore socket, InetEndpoint remote, SocketError error) =>
        $"connect({socket.Descriptor}, {Address(socket, remote)}) = {Result(0, error)}";

    public static string Accept(SocketCore socket, SocketCore? accepted, SocketError error) => accepted is null
        ? $"accept4({socket.Descriptor}, NULL, NULL, SOCK_CLOEXEC) = {Result(-1, error)}"
        : $"accept4({socket.Descriptor}, {Address(socket, accepted.Backend.Remote!.Value)}, SOCK_CLOEXEC) = {Result(accepted.Descriptor, error)}";

    public static string Send(SocketCore socket, ReadOnlySpan<byte> data, InetEndpoint? to, int sent, SocketError error) =>
        $"sendto({socket.Descriptor}, {Data(data)}, {data.Length}, MSG_NOSIGNAL, {(to is { } end ? Address(socket, end) : "NULL")}) = {Result(sent, error)}";

    public static string Receive(
        SocketCore socket, ReadOnlySpan<byte> buffer, in Received received, bool wantsSource, SocketFlags flags, SocketError error)
    {
        bool good = error == SocketError.Success;
        string data = good ? Data(buffer[..Math.Min(received.Count, buffer.Length)]) : "";
        string source = good && wantsSource ? Address(socket, received.Source) : "NULL";
        string how = (flags & SocketFlags.Peek) != 0 ? "MSG_PEEK" : "0";
        return $"recvfrom({socket.Descriptor}, {data}, {buffer.Length}, {how}, {source}) = {Result(received.Count, error)}";
    }

    public static string Shutdown(SocketCore socket, SocketShutdown how, SocketError error)
    {
        string name = how switch
        {
            SocketShutdown.Receive => "SHUT_RD",
            SocketShutdown.Send => "SHUT_WR",
            _ => "SHUT_RDWR",
        };
        return $"shutdown({socket.Descriptor}, {name}) = {Result(0, error)}";
    }

    public static string SetOption(SocketCore socket, SocketOptionLevel level, SocketOptionName name, int value, SocketError error) =>
        $"setsockopt({socket.Descriptor}, {SocketOptionText.Level(level)}, {SocketOptionText.Name(level, name)}, [{value}], 4) = {Result(0, error)}";

    public static string Close(SocketCore socket) => $"close({socket.Descriptor}) = 0";

    /// <summary>An address as strace shows it: <c>{sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.10")}</c>.</summary>
    private static string Address(SocketCore socket, InetEndpoint endpoint)
    {
        if (socket.Family == AddressFamily.InterNetwork)
        {
            return $"{{sa_family=AF_INET, sin_port=htons({endpoint.Port}), sin_addr=inet_addr(\"{endpoint.Address}\")}}";
        }

        string text = endpoint.Address.IsIPv4 ? $"::ffff:{endpoint.Address}" : endpoint.Address.ToString();
        return $"{{sa_family=AF_INET6, sin6_port=htons({endpoint.Port}), inet_pton(AF_INET6, \"{text}\", &sin6_addr)}}";
    }

    private static string Family(AddressFamily family) => family == AddressFamily.InterNetwork ? "AF_INET" : "AF_INET6";

    private static string Result(int value, SocketError error) => error == SocketError.Success
        ? value.ToString(CultureInfo.InvariantCulture)
        : $"-1 {SocketErrorText.Of(error)}";

    /// <summary>The first octets of the data as a C string.</summary>
    private static string Data(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder("\"");
        foreach (byte octet in data[..Math.Min(data.Length, MaxData)])
        {
            text.Append(octet switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                >= 32 and < 127 => ((char)octet).ToString(),
                _ => "\\" + Convert.ToString(octet, 8),
            });
        }

        return text.Append(data.Length > MaxData ? "\"..." : "\"").ToString();
    }
}
