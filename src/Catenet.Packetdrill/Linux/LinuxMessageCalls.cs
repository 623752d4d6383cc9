using System.Buffers.Binary;
using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>sendmsg and recvmsg.</summary>
internal sealed unsafe class LinuxMessageCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    private const int RoomForAddress = 64, RoomForControl = 1024;

    public LinuxCall Send(CallAction call)
    {
        int descriptor = Descriptor(call, 0), flags = (int)Number(call, 2);
        var structure = Structure(call);
        var buffers = new CallBuffers(Memory, structure["msg_iov"], Values.Buffer);
        var socket = Process.Socket(Argument(call, 0));
        byte[] address = LinuxTransferCalls.Destination(Process, socket, structure["msg_name"]);
        byte[] control = ControlMessages.Write(Controls(structure["msg_control"]));
        var message = (Message*)Memory.Allocate(sizeof(Message));
        *message = new Message
        {
            Name = address.Length == 0 ? null : (void*)Memory.Copy(address),
            NameLength = (uint)address.Length,
            Vectors = (IoVector*)buffers.Vectors,
            VectorCount = (nuint)buffers.Count,
            Control = control.Length == 0 ? null : (void*)Memory.Copy(control),
            ControlLength = (nuint)control.Length,
        };
        nint pointer = (nint)message;
        return new LinuxCall(() => RawCalls.Result(RawCalls.SendMessage(descriptor, (Message*)pointer, flags)))
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

    public LinuxCall Receive(CallAction call)
    {
        int descriptor = Descriptor(call, 0), flags = (int)Number(call, 2);
        var structure = Structure(call);
        var buffers = new CallBuffers(Memory, structure["msg_iov"], CallBuffers.Empty);
        nint pointer = Memory.Allocate(sizeof(Message));
        *(Message*)pointer = new Message
        {
            Name = (void*)Memory.Allocate(RoomForAddress),
            NameLength = RoomForAddress,
            Vectors = (IoVector*)buffers.Vectors,
            VectorCount = (nuint)buffers.Count,
            Control = (void*)Memory.Allocate(RoomForControl),
            ControlLength = RoomForControl,
        };
        return new LinuxCall(() => RawCalls.Result(RawCalls.ReceiveMessage(descriptor, (Message*)pointer, flags)))
        {
            MayWait = true,
            Finish = value =>
            {
                if (value >= 0)
                {
                    ref var came = ref *(Message*)pointer;
                    buffers.Verify(value);
                    Verify("msg_flags", structure["msg_flags"], came.Flags);
                    LinuxTransferCalls.VerifySource(value, structure["msg_name"], new ReadOnlySpan<byte>(came.Name, (int)Math.Min(came.NameLength, RoomForAddress)));
                    VerifyControls(structure["msg_control"], ControlMessages.Read(new ReadOnlySpan<byte>(came.Control, (int)came.ControlLength)));
                }

                return value;
            },
        };
    }

    private static StructExpression Structure(CallAction call) =>
        Argument(call, 1) as StructExpression ?? throw new ScriptFailure($"{call.Name} with a structure", Argument(call, 1).ToString()!);

    private static IEnumerable<ControlMessage> Controls(Expression? list)
    {
        foreach (var item in (list as ListExpression)?.Items.OfType<StructExpression>() ?? [])
        {
            var data = item["cmsg_data"] ?? throw new UnsupportedException($"the control message {item}");
            int level = (int)Field(item, "cmsg_level"), type = (int)Field(item, "cmsg_type");
            bool isTime = (level, type) == (Symbols.SOL_SOCKET, 61); // SCM_TXTIME has 64 bits
            var bytes = new byte[isTime ? 8 : 4];
            long value = Values.TryNumber(data) ?? throw new UnsupportedException($"the control message {item}");
            if (isTime)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
            }

            yield return new ControlMessage(level, type, bytes);
        }
    }

    private void VerifyControls(Expression? expected, List<ControlMessage> came)
    {
        if (expected is not ListExpression list || Values.IsAny(expected))
        {
            return;
        }

        if (list.Items.Count != came.Count)
        {
            throw new ScriptFailure($"{list.Items.Count} control messages", $"{came.Count}: {string.Join(", ", came.Select(c => $"level {c.Level} type {c.Type}"))}");
        }

        foreach (var (item, control) in list.Items.OfType<StructExpression>().Zip(came))
        {
            Verify("cmsg_level", item["cmsg_level"], control.Level);
            Verify("cmsg_type", item["cmsg_type"], control.Type);
            if (item["cmsg_data"] is StructExpression data)
            {
                VerifyStructure(data, control.Data);
            }
            else
            {
                Verify("cmsg_data", item["cmsg_data"], control.Data.Length switch
                {
                    1 => control.Data[0],
                    >= 8 => BinaryPrimitives.ReadInt64LittleEndian(control.Data),
                    >= 4 => BinaryPrimitives.ReadInt32LittleEndian(control.Data),
                    _ => 0,
                });
            }
        }
    }

    private void VerifyStructure(StructExpression expected, ReadOnlySpan<byte> data)
    {
        if (StampText.TryRead(expected) is { } wanted && data.Length >= 16)
        {
            // struct timespec, or timeval; of the three times of struct scm_timestamping the first is that of the system. Wall-clock time.
            long unit = expected.Has("tv_usec") ? 1000 : 1;
            var came = Process.Clock.OfWallClock(BinaryPrimitives.ReadInt64LittleEndian(data) * 1_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(data[8..]) * unit);
            if (Math.Abs((came - wanted).Nanoseconds) > Process.Tolerance.Nanoseconds)
            {
                throw new ScriptFailure($"a timestamp of {wanted}", came.ToString());
            }
        }
        else if (expected.Has("ee_errno") && data.Length >= 16)
        {
            // struct sock_extended_err
            Verify("ee_errno", expected["ee_errno"], BinaryPrimitives.ReadInt32LittleEndian(data));
            Verify("ee_origin", expected["ee_origin"], data[4]);
            Verify("ee_type", expected["ee_type"], data[5]);
            Verify("ee_code", expected["ee_code"], data[6]);
            Verify("ee_info", expected["ee_info"], BinaryPrimitives.ReadUInt32LittleEndian(data[8..]));
            Verify("ee_data", expected["ee_data"], BinaryPrimitives.ReadUInt32LittleEndian(data[12..]));
        }
        else
        {
            throw new UnsupportedException($"the control message's data {expected}");
        }
    }
}
