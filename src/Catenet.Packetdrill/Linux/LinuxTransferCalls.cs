using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>Calls that move data.</summary>
internal sealed unsafe class LinuxTransferCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    private const int RoomForAddress = 64;

    public LinuxCall Read(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        long length = Number(call, 2);
        var buffer = new CallBuffers(Memory, Argument(call, 1), length, CallBuffers.Empty);
        return Reading(() => RawCalls.Result(Libc.Read(descriptor, (void*)buffer.First, (nint)length)), buffer);
    }

    public LinuxCall ReadVector(CallAction call)
    {
        int descriptor = Descriptor(call, 0), count = (int)Number(call, 2);
        var buffers = new CallBuffers(Memory, Argument(call, 1), CallBuffers.Empty);
        return Reading(() => RawCalls.Result(Libc.ReadV(descriptor, (IoVector*)buffers.Vectors, count)), buffers);
    }

    /// <summary>recv and recvfrom.</summary>
    public LinuxCall Receive(CallAction call)
    {
        int descriptor = Descriptor(call, 0), flags = (int)Number(call, 3);
        long length = Number(call, 2);
        var buffer = new CallBuffers(Memory, Argument(call, 1), length, CallBuffers.Empty);
        nint address = Memory.Allocate(RoomForAddress), size = Memory.Allocate(sizeof(uint));
        *(uint*)size = RoomForAddress;
        var source = call.Name == "recvfrom" && call.Arguments.Count > 4 ? call.Arguments[4] : null;
        return Reading(() => RawCalls.Result(RawCalls.ReceiveFrom(descriptor, (void*)buffer.First, (nuint)length, flags, (void*)address, (uint*)size)), buffer) with
        {
            Finish = value =>
            {
                buffer.Verify(value);
                VerifySource(value, source, new ReadOnlySpan<byte>((void*)address, (int)Math.Min(*(uint*)size, RoomForAddress)));
                return value;
            },
        };
    }

    public LinuxCall Write(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        long length = Number(call, 2);
        var buffer = new CallBuffers(Memory, Argument(call, 1), length, Values.Buffer);
        return new LinuxCall(() => RawCalls.Result(Libc.Write(descriptor, (void*)buffer.First, (nint)length))) { MayWait = true };
    }

    public LinuxCall WriteVector(CallAction call)
    {
        int descriptor = Descriptor(call, 0), count = (int)Number(call, 2);
        var buffers = new CallBuffers(Memory, Argument(call, 1), Values.Buffer);
        return new LinuxCall(() => RawCalls.Result(Libc.WriteV(descriptor, (IoVector*)buffers.Vectors, count))) { MayWait = true };
    }

    /// <summary>send and sendto.</summary>
    public LinuxCall Send(CallAction call)
    {
        int descriptor = Descriptor(call, 0), flags = (int)Number(call, 3);
        long length = Number(call, 2);
        var buffer = new CallBuffers(Memory, Argument(call, 1), length, Values.Buffer);
        var to = call.Name == "sendto" && call.Arguments.Count > 4 ? call.Arguments[4] : null;
        var socket = Process.Socket(Argument(call, 0));
        byte[] address = Destination(Process, socket, to);
        nint pointer = address.Length == 0 ? 0 : Memory.Copy(address);
        return new LinuxCall(() => RawCalls.Result(RawCalls.SendTo(descriptor, (void*)buffer.First, (nuint)length, flags, (void*)pointer, (uint)address.Length)))
        {
            MayWait = true,
            Finish = value =>
            {
                if (address.Length > 0 && socket is not null)
                {
                    Process.LearnLocal(socket);
                }

                return value;
            },
        };
    }

    /// <summary>Where a message goes: the address, which the socket's conversation has from now on; empty if none is given.</summary>
    public static byte[] Destination(ScriptProcess process, ScriptDescriptor? socket, Expression? to)
    {
        if (to is null or SymbolExpression { Name: "NULL" } || socket?.Conversation is not { } conversation)
        {
            return [];
        }

        var given = Values.Address(to);
        if (given is null && conversation.Remote.Port != 0)
        {
            return []; // connected already
        }

        conversation.Remote = new InetEndpoint(given?.Address ?? process.Addressing.Remote, given?.Port ?? process.Addressing.RemotePort);
        return SocketAddresses.Encode(conversation.Remote, socket.IsIPv6);
    }

    /// <summary>A message must come from where the script says.</summary>
    public static void VerifySource(long value, Expression? expected, ReadOnlySpan<byte> address)
    {
        if (value < 0 || expected is null || Values.Address(expected) is not { } wanted)
        {
            return;
        }

        var source = SocketAddresses.Decode(address);
        if ((wanted.Address is { } host && host != source?.Address) || (wanted.Port is { } port && port != source?.Port))
        {
            throw new ScriptFailure($"a message from {expected}", source?.ToString() ?? "one without an address");
        }
    }

    private static LinuxCall Reading(Func<long> invoke, CallBuffers buffers) => new(invoke)
    {
        MayWait = true,
        Finish = value =>
        {
            buffers.Verify(value);
            return value;
        },
    };
}
