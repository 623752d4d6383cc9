using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls on descriptors of every kind: files, pipes, flags.</summary>
internal sealed class FileCalls(CallContext context) : CallGroup(context)
{
    private const int SpliceMore = 4;

    /// <summary>open(name, flags): a file of zeros without an end.</summary>
    public Attempt Open(CallAction call) => Now(() => Context.Open(new MemoryFile { Flags = (int)Number(call, 1) }, call.Result));

    /// <summary>pipe([reader, writer]).</summary>
    public Attempt Pipe(CallAction call) => Now(() =>
    {
        var ends = (Argument(call, 0) as ListExpression)?.Items;
        if (ends is not [var reader, var writer])
        {
            throw new ScriptFailure("pipe([reader, writer])", Argument(call, 0).ToString()!);
        }

        var buffer = new PipeBuffer();
        buffer.Ends.Add(new PipeFile(buffer, isReader: true));
        buffer.Ends.Add(new PipeFile(buffer, isReader: false));
        Context.Open(buffer.Ends[0], reader);
        Context.Open(buffer.Ends[1], writer);
        return CallOutcome.Success;
    });

    public Attempt Fcntl(CallAction call) => Now(() =>
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return CallOutcome.Fail("EBADF");
        }

        switch (Number(call, 1))
        {
            case 1 or 2:
                return CallOutcome.Success;
            case 3:
                return new CallOutcome(file.Flags, null);
            case 4:
                file.Flags = (file.Flags & 3) | ((int)Number(call, 2) & ~3);
                return CallOutcome.Success;
            default:
                throw new UnsupportedException($"fcntl with {Argument(call, 1)}");
        }
    });

    public Attempt Ioctl(CallAction call) => Now(() =>
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return CallOutcome.Fail("EBADF");
        }

        var value = call.Arguments.Count > 2 ? call.Arguments[2] : new EllipsisExpression();
        switch (Number(call, 1), file)
        {
            case (0x541B or 0x5411 or 0x894B, TcpFile { IsListening: true }):
                return CallOutcome.Fail("EINVAL");
            case (0x541B, _):
                Verify("FIONREAD", value, file is TcpFile stream ? stream.AvailableToMark : file.Available);
                return CallOutcome.Success;
            case (0x8905, TcpFile { IsListening: false }):
                Verify("SIOCATMARK", value, file.IsAtMark ? 1 : 0);
                return CallOutcome.Success;
            case (0x5411, SocketFile socket):
                Verify("SIOCOUTQ", value, socket.Outstanding);
                return CallOutcome.Success;
            case (0x894B, SocketFile socket):
                Verify("SIOCOUTQNSD", value, socket.NotSent);
                return CallOutcome.Success;
            case (0x5421, _):
                file.Flags = Values.TryNumber(value) is > 0 ? file.Flags | Symbols.O_NONBLOCK : file.Flags & ~Symbols.O_NONBLOCK;
                return CallOutcome.Success;
            default:
                throw new UnsupportedException($"ioctl with {Argument(call, 1)}");
        }
    });

    /// <summary>sendfile(out, in, [offset], count).</summary>
    public Attempt SendFile(CallAction call) => Move(call, 1, 0, (int)Number(call, 3));

    /// <summary>splice(in, offset, out, offset, count, flags).</summary>
    public Attempt Splice(CallAction call) => Move(call, 0, 2, (int)Number(call, 4));

    private Attempt Move(CallAction call, int from, int to, int count)
    {
        if (!Context.TryFile(Argument(call, from), out var source) || !Context.TryFile(Argument(call, to), out var sink))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        bool splices = call.Name == "splice";
        if (splices && source is not PipeFile && sink is not PipeFile)
        {
            return Now(() => CallOutcome.Fail("EINVAL")); // one end must be a pipe
        }

        int how = splices && (Number(call, 5) & SpliceMore) != 0 ? Symbols.MSG_MORE : 0;
        bool waits = splices ? (Number(call, 5) & 2) == 0 : !sink.IsNonBlocking;
        var held = new byte[Math.Clamp(count, 0, 1 << 26)];
        int read = 0, moved = 0;
        return () =>
        {
            if (read == 0)
            {
                int most = sink is PipeFile ? Math.Min(held.Length, PipeBuffer.Capacity) : held.Length;
                var input = source.Receive(held.AsSpan(0, most), 0);
                if (input.Error is not null || input.Value == 0)
                {
                    return input.IsAgain && waits && !source.IsNonBlocking ? null : input;
                }

                read = (int)input.Value;
            }

            while (moved < read)
            {
                var output = sink.Send(held.AsSpan(moved, read - moved), how | (moved > 0 ? Symbols.CONTINUED : 0) | (waits ? Symbols.WAITS : 0));
                if (output.Error is not null)
                {
                    return output.IsAgain && waits && !sink.IsNonBlocking ? null : moved > 0 ? new CallOutcome(moved, null) : output;
                }

                moved += (int)output.Value;
            }

            return new CallOutcome(moved, null);
        };
    }
}
