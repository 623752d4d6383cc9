using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>Calls on descriptors of every kind: files, pipes, flags.</summary>
internal sealed unsafe class LinuxFileCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    private const uint CloseOnExec = 1;
    private const long FileLength = 1L << 32;

    /// <summary>open(name, flags): whatever it is called, a file of zeros in memory, so that no script touches the machine's own.</summary>
    public LinuxCall Open(CallAction call) => new(() =>
    {
        int descriptor = RawCalls.CreateMemoryFile("script", CloseOnExec);
        return descriptor >= 0 && RawCalls.Truncate(descriptor, FileLength) < 0 ? -1 : RawCalls.Result(descriptor);
    })
    {
        Finish = value => value < 0 ? value : Process.Add(new ScriptDescriptor((int)value), call.Result),
    };

    public LinuxCall Pipe(CallAction call)
    {
        if ((Argument(call, 0) as ListExpression)?.Items is not [var reader, var writer])
        {
            throw new ScriptFailure("pipe([reader, writer])", Argument(call, 0).ToString()!);
        }

        nint ends = Memory.Allocate(2 * sizeof(int));
        return new LinuxCall(() => RawCalls.Result(RawCalls.Pipe((int*)ends, Libc.O_CLOEXEC)))
        {
            Finish = value =>
            {
                if (value >= 0)
                {
                    Process.Add(new ScriptDescriptor(((int*)ends)[0]), reader);
                    Process.Add(new ScriptDescriptor(((int*)ends)[1]), writer);
                }

                return value;
            },
        };
    }

    public LinuxCall Fcntl(CallAction call)
    {
        int descriptor = Descriptor(call, 0), command = (int)Number(call, 1);
        nint argument = (nint)Number(call, 2);
        return new LinuxCall(() => RawCalls.Result(RawCalls.Fcntl(descriptor, command, argument)));
    }

    public LinuxCall Ioctl(CallAction call)
    {
        int descriptor = Descriptor(call, 0);
        nuint command = (nuint)Number(call, 1);
        var value = call.Arguments.Count > 2 ? call.Arguments[2] : new EllipsisExpression();
        nint argument = Memory.Allocate(sizeof(long));
        bool sets = command == 0x5421; // FIONBIO
        *(int*)argument = sets ? (int)(Values.TryNumber(value) ?? 0) : 0;
        return new LinuxCall(() => RawCalls.Result(Libc.Ioctl(descriptor, command, (void*)argument)))
        {
            Finish = result =>
            {
                if (result >= 0 && !sets)
                {
                    Verify(Argument(call, 1).ToString()!, value, *(int*)argument);
                }

                return result;
            },
        };
    }

    /// <summary>sendfile(out, in, [offset], count).</summary>
    public LinuxCall SendFile(CallAction call)
    {
        int to = Descriptor(call, 0), from = Descriptor(call, 1);
        nint offset = Offset(Argument(call, 2));
        nuint count = (nuint)Number(call, 3);
        return new LinuxCall(() => RawCalls.Result(RawCalls.SendFile(to, from, (long*)offset, count))) { MayWait = true };
    }

    /// <summary>splice(in, offset, out, offset, count, flags).</summary>
    public LinuxCall Splice(CallAction call)
    {
        int from = Descriptor(call, 0), to = Descriptor(call, 2);
        nint fromOffset = Offset(Argument(call, 1)), toOffset = Offset(Argument(call, 3));
        nuint count = (nuint)Number(call, 4);
        uint flags = (uint)Number(call, 5);
        return new LinuxCall(() => RawCalls.Result(RawCalls.Splice(from, (long*)fromOffset, to, (long*)toOffset, count, flags))) { MayWait = true };
    }

    private nint Offset(Expression expression)
    {
        if (expression is not ListExpression { Items: [var only] })
        {
            return 0;
        }

        nint offset = Memory.Allocate(sizeof(long));
        *(long*)offset = Values.TryNumber(only) ?? 0;
        return offset;
    }
}
