using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls that read.</summary>
internal sealed class ReceiveCalls(CallContext context) : CallGroup(context)
{
    /// <summary>read(fd, buffer, length), readv(fd, [...], n), recv(fd, buffer, length, flags), recvfrom(fd, buffer, length, flags, address, size).</summary>
    public Attempt Read(CallAction call)
    {
        bool vector = call.Name == "readv";
        var parts = vector ? TransferCalls.Parts(Argument(call, 1)) : [(Argument(call, 1), Number(call, 2))];
        int flags = call.Name is "recv" or "recvfrom" ? (int)Number(call, 3) : 0;
        if ((flags & Symbols.MSG_ERRQUEUE) != 0 && Context.TryFile(Argument(call, 0), out var asked) && (asked.Readiness & Symbols.POLLERR) == 0)
        {
            return Now(static () => CallOutcome.Again);
        }

        var source = call.Name == "recvfrom" && call.Arguments.Count > 4 ? call.Arguments[4] : null;
        return Receive(call, parts, flags, file => VerifySource(file, source));
    }

    /// <summary>recvmsg(fd, {msg_name(...)=..., msg_iov(n)=[...], msg_flags=..., msg_control=[...]}, flags).</summary>
    public Attempt ReceiveMessage(CallAction call)
    {
        var message = TransferCalls.Message(call);
        int flags = (int)Number(call, 2);
        if ((flags & Symbols.MSG_ERRQUEUE) != 0)
        {
            return Now(() => Context.TryFile(Argument(call, 0), out var file) ? ErrorQueue.Receive(file, message, TransferCalls.Parts(message["msg_iov"]).Sum(p => p.Length)) : CallOutcome.Fail("EBADF"));
        }

        return Receive(call, TransferCalls.Parts(message["msg_iov"]), flags, file =>
        {
            VerifySource(file, message["msg_name"]);
            ControlMessages.Verify(file, message, flags);
        });
    }

    private Attempt Receive(CallAction call, List<(Expression Data, long Length)> parts, int flags, Action<OpenFile> verify)
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        if (TransferCalls.Refusal(call, parts) is { } refusal)
        {
            return refusal;
        }

        var buffer = new byte[TransferCalls.Reachable(parts, out bool faults)];
        bool peeks = (flags & Symbols.MSG_PEEK) != 0;
        bool waits = !file.IsNonBlocking && (flags & (Symbols.MSG_DONTWAIT | Symbols.MSG_OOB)) == 0;
        bool all = (flags & Symbols.MSG_WAITALL) != 0;
        int filled = 0;
        return () =>
        {
            if (faults && buffer.Length == 0 && file.Available > 0)
            {
                return CallOutcome.Fail("EFAULT");
            }

            if (filled > 0 && file.HasError && file.Available == 0)
            {
                return End(); // the error is for the next call
            }

            // With nothing to be read, even a receive of nothing waits; read(2) of nothing does not ask.
            bool asks = buffer.Length == 0 && !faults && call.Name.StartsWith("recv", StringComparison.Ordinal) && file is TcpFile && file.Available == 0;
            var outcome = file.Receive(asks ? stackalloc byte[1] : buffer.AsSpan(peeks ? 0 : filled), flags);
            bool over = outcome is { Error: null, Value: 0 };
            if (outcome.Error is null && outcome.Value > buffer.Length)
            {
                return outcome; // a datagram's true length (MSG_TRUNC)
            }

            if (outcome.Error is null)
            {
                filled = (peeks ? 0 : filled) + (int)outcome.Value;
            }
            else if (!outcome.IsAgain && filled == 0)
            {
                return outcome;
            }

            int enough = Math.Max(1, all ? buffer.Length : Math.Min(file.LeastToRead, buffer.Length));
            if (!over && filled < enough && !(filled > 0 && file.IsAtMark))
            {
                if (waits)
                {
                    return null;
                }

                if (filled == 0)
                {
                    return outcome;
                }
            }

            return End();
        };

        CallOutcome End()
        {
            file.OnReadEnd(filled, flags);
            VerifyData(parts, buffer.AsSpan(0, filled));
            verify(file);
            return new CallOutcome(filled, null);
        }
    }

    private static void VerifyData(List<(Expression Data, long Length)> parts, ReadOnlySpan<byte> received)
    {
        foreach (var (expected, length) in parts)
        {
            var part = received[..(int)Math.Min(length, received.Length)];
            received = received[part.Length..];
            if (expected is TextExpression { Value: { Length: > 0 } text } && !part.SequenceEqual(Values.Buffer(expected, Math.Min(text.Length, part.Length)).AsSpan(0, Math.Min(text.Length, part.Length))))
            {
                throw new ScriptFailure($"the data {expected}", $"\"{System.Text.Encoding.Latin1.GetString(part)}\"");
            }
        }
    }

    private static void VerifySource(OpenFile file, Expression? expected)
    {
        if (expected is null || file is not UdpFile datagrams || Values.Address(expected) is not { } address)
        {
            return;
        }

        var source = datagrams.LastSource;
        if ((address.Address is { } wanted && wanted != source.Address) || (address.Port is { } port && port != source.Port))
        {
            throw new ScriptFailure($"a datagram from {expected}", source.ToString());
        }
    }
}
