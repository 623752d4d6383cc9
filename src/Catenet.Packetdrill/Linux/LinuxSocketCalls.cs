using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Linux;

/// <summary>Calls that make, connect and end sockets.</summary>
internal sealed unsafe class LinuxSocketCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    public LinuxCall Socket(CallAction call)
    {
        bool open = Values.IsAny(Argument(call, 0));
        int family = open ? Process.Addressing.IsIPv6Socket ? Symbols.AF_INET6 : Symbols.AF_INET : (int)Number(call, 0);
        int type = (int)Number(call, 1, Symbols.SOCK_STREAM) | Libc.SOCK_CLOEXEC, protocol = (int)Number(call, 2);
        return new LinuxCall(() => RawCalls.Result(Libc.Socket(family, type, protocol)))
        {
            Finish = value => value < 0 ? value : Made((int)value, family, type & 0xF, call.Result),
        };
    }

    public LinuxCall Bind(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        var socket = Process.Socket(Argument(call, 0));
        bool ipv6 = socket?.IsIPv6 ?? Process.Addressing.IsIPv6Socket;
        var given = Values.Address(Argument(call, 1));
        var address = given is null ? (ipv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4) : given.Address ?? Process.Addressing.Local;
        byte[] bytes = SocketAddresses.Encode(new InetEndpoint(address, given?.Port ?? Process.Addressing.LocalPort), ipv6);
        nint pointer = Memory.Copy(bytes);
        return new LinuxCall(() => RawCalls.Result(Libc.Bind(descriptor, (void*)pointer, (uint)bytes.Length)))
        {
            Finish = value =>
            {
                if (value >= 0 && socket is not null)
                {
                    socket.IsBound = true;
                }

                return Learn(value, socket);
            },
        };
    }

    public LinuxCall Listen(CallAction call)
    {
        int descriptor = Descriptor(call, 0), backlog = (int)Number(call, 1, 128);
        return new LinuxCall(() => RawCalls.Result(RawCalls.Listen(descriptor, backlog)));
    }

    public LinuxCall Accept(CallAction call)
    {
        int descriptor = Descriptor(call, 0), flags = (int)Number(call, 3) | Libc.SOCK_CLOEXEC;
        bool ipv6 = Process.Socket(Argument(call, 0))?.IsIPv6 ?? false;
        return new LinuxCall(() => RawCalls.Result(RawCalls.Accept(descriptor, null, null, flags)))
        {
            MayWait = true,
            Finish = value => value < 0 ? value : Accepted((int)value, ipv6, call.Result),
        };
    }

    public LinuxCall Connect(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        var socket = Process.Socket(Argument(call, 0));
        var given = Values.Address(Argument(call, 1));
        var remote = new InetEndpoint(given?.Address ?? Process.Addressing.Remote, given?.Port ?? Process.Addressing.RemotePort);
        byte[] bytes = given is { Family: 0 } ? new byte[16] : SocketAddresses.Encode(remote, socket?.IsIPv6 ?? !remote.Address.IsIPv4);
        nint pointer = Memory.Copy(bytes);
        if (socket?.Conversation is { } conversation && given is not { Family: 0 })
        {
            conversation.Remote = remote;
            conversation.Local = socket.IsBound ? conversation.Local : conversation.Local with { Port = 0 };
        }

        return new LinuxCall(() => RawCalls.Result(RawCalls.Connect(descriptor, (void*)pointer, (uint)bytes.Length)))
        {
            MayWait = true,
            Finish = value => Learn(value, socket),
        };
    }

    public LinuxCall Shutdown(CallAction call)
    {
        int descriptor = Descriptor(call, 0), how = (int)Number(call, 1);
        return new LinuxCall(() => RawCalls.Result(RawCalls.Shutdown(descriptor, how)));
    }

    public LinuxCall Close(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        Process.Open.Remove((int)Values.Number(Argument(call, 0)));
        return new LinuxCall(() => RawCalls.Result(Libc.Close(descriptor))) { MayWait = true };
    }

    private long Made(int number, int family, int type, Expression expected)
    {
        var socket = new ScriptDescriptor(number)
        {
            Conversation = Process.Conversations.Converse(),
            IsIPv6 = family == Symbols.AF_INET6,
            HasUsualCongestion = type == Symbols.SOCK_STREAM,
        };
        if (socket.HasUsualCongestion)
        {
            Process.ApplyCongestion(socket);
        }

        return Process.Add(socket, expected);
    }

    private long Learn(long value, ScriptDescriptor? socket)
    {
        if (socket is not null)
        {
            Process.LearnLocal(socket);
        }

        return value;
    }

    private long Accepted(int number, bool ipv6, Expression expected)
    {
        var remote = ScriptProcess.NameOf(number, peer: true);
        var conversation = Process.Conversations.All.LastOrDefault(c => c.Remote == remote) ?? Process.Conversations.Converse();
        var socket = new ScriptDescriptor(number) { Conversation = conversation, IsIPv6 = ipv6 };
        return Process.Add(socket, expected);
    }
}
