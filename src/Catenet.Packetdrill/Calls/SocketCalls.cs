using System.Net.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls that make, connect and end sockets.</summary>
internal sealed class SocketCalls(CallContext context) : CallGroup(context)
{
    public Attempt Socket(CallAction call) => Now(() =>
    {
        bool ipv6 = Values.IsAny(Argument(call, 0)) ? Context.Addressing.IsIPv6Socket : Number(call, 0) switch
        {
            Symbols.AF_INET => false,
            Symbols.AF_INET6 => true,
            _ => throw new UnsupportedException($"the socket family {Argument(call, 0)}"),
        };
        long type = Number(call, 1, Symbols.SOCK_STREAM);
        long protocol = Number(call, 2);
        var file = (type & 0xF, protocol) switch
        {
            (Symbols.SOCK_STREAM, 0 or 6) => (SocketFile)new TcpFile(Context.Host) { Conversation = Context.Converse(), IsIPv6 = ipv6 },
            (Symbols.SOCK_DGRAM, 0 or 17) => new UdpFile(Context.Host.Udp.Open(ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, ipv6)) { Conversation = Context.Converse(), IsIPv6 = ipv6 },
            _ => throw new UnsupportedException($"a socket of type {Argument(call, 1)} and protocol {Argument(call, 2)}"),
        };
        file.Flags |= (int)type & Symbols.SOCK_NONBLOCK;
        return Context.Open(file, call.Result);
    });

    public Attempt Bind(CallAction call) => OnSocket(call, socket =>
    {
        var given = Values.Address(Argument(call, 1));
        var any = socket.IsIPv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4;
        var local = new InetEndpoint(given?.Address ?? (given is null ? any : Context.Addressing.Local), given?.Port ?? Context.Addressing.LocalPort);
        var outcome = socket.Bind(local);
        if (outcome.Error is null)
        {
            var address = socket.Local.Address.IsUnspecified ? Context.Addressing.Local : socket.Local.Address;
            socket.Conversation.Local = new InetEndpoint(address, socket.Local.Port);
        }

        return outcome;
    });

    public Attempt Listen(CallAction call) => OnSocket(call, socket => socket.Listen((int)Number(call, 1, 128)));

    public Attempt Accept(CallAction call)
    {
        if (!Context.TryFile(Argument(call, 0), out var file) || file is not SocketFile listener)
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        int flags = (int)Number(call, 3) & Symbols.SOCK_NONBLOCK;
        return () =>
        {
            var outcome = listener.Accept(out var accepted);
            if (accepted is null)
            {
                return outcome.IsAgain && !listener.IsNonBlocking ? null : outcome;
            }

            accepted.Flags |= flags;
            accepted.Conversation = Context.Conversations.LastOrDefault(c => c.Remote == accepted.Remote) ?? Context.Converse();
            return Context.Open(accepted, call.Result);
        };
    }

    public Attempt Connect(CallAction call)
    {
        if (!Context.TryFile(Argument(call, 0), out var file) || file is not SocketFile socket)
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        var given = Values.Address(Argument(call, 1));
        if (given is { Family: 0 })
        {
            return Now(socket.Disconnect);
        }

        var remote = new InetEndpoint(given?.Address ?? Context.Addressing.Remote, given?.Port ?? Context.Addressing.RemotePort);
        bool begun = false;
        return () =>
        {
            var outcome = socket.Connect(remote);
            bool first = !begun;
            begun = true;
            if (first && outcome.Error is null or "EINPROGRESS")
            {
                socket.Conversation.Local = socket.Local;
                socket.Conversation.Remote = remote;
            }

            return outcome.Error is "EINPROGRESS" or "EALREADY" && !socket.IsNonBlocking ? null : outcome;
        };
    }

    public Attempt Shutdown(CallAction call) => OnSocket(call, socket => Number(call, 1) is >= 0 and <= 2 and var how ? socket.Shutdown((int)how) : CallOutcome.Fail("EINVAL"));

    public Attempt Close(CallAction call)
    {
        int descriptor = (int)Values.Number(Argument(call, 0));
        if (!Context.Files.Remove(descriptor, out var file))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        foreach (var epoll in Context.Files.Values.OfType<EpollFile>())
        {
            epoll.Entries.Where(e => e.File == file).ToList().ForEach(epoll.Remove);
        }

        file.Close();
        if (file is not TcpFile { Linger: (true, > 0), Connection: { } connection } lingering)
        {
            return Now(() => CallOutcome.Success);
        }

        // SO_LINGER with a time: the call waits until all is acknowledged, or the time is over.
        var until = Context.Now + Duration.FromSeconds(lingering.Linger.Seconds);
        Context.WakeAt(until);
        return () => connection.State is TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck && Context.Now < until ? null : CallOutcome.Success;
    }
}
