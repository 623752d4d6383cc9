using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls that move data.</summary>
internal sealed class TransferCalls(CallContext context) : CallGroup(context)
{
    /// <summary>read(fd, buffer, length), readv(fd, [...], n), recv(fd, buffer, length, flags), recvfrom(fd, buffer, length, flags, address, size).</summary>
    public Attempt Read(CallAction call)
    {
        bool vector = call.Name == "readv";
        var parts = vector ? Parts(Argument(call, 1)) : [(Argument(call, 1), Number(call, 2))];
        int flags = call.Name is "recv" or "recvfrom" ? (int)Number(call, 3) : 0;
        var source = call.Name == "recvfrom" && call.Arguments.Count > 4 ? call.Arguments[4] : null;
        return Receive(call, parts, flags, (file, _) => VerifySource(file, source));
    }

    /// <summary>recvmsg(fd, {msg_name(...)=..., msg_iov(n)=[...], msg_flags=..., msg_control=[...]}, flags).</summary>
    public Attempt ReceiveMessage(CallAction call)
    {
        var message = Message(call);
        int flags = (int)Number(call, 2);
        if ((flags & Symbols.MSG_ERRQUEUE) != 0)
        {
            return Now(() => Context.TryFile(Argument(call, 0), out var file) ? ErrorQueue.Receive(file, message) : CallOutcome.Fail("EBADF"));
        }

        if (message["msg_control"] is ListExpression { Items.Count: > 0 })
        {
            throw new UnsupportedException("control messages: msg_control");
        }

        return Receive(call, Parts(message["msg_iov"]), flags, (file, _) => VerifySource(file, message["msg_name"]));
    }

    /// <summary>write(fd, data, length), writev(fd, [...], n), send(fd, data, length, flags), sendto(fd, data, length, flags, address, size).</summary>
    public Attempt Write(CallAction call)
    {
        var parts = call.Name == "writev" ? Parts(Argument(call, 1)) : [(Argument(call, 1), Number(call, 2))];
        int flags = call.Name is "send" or "sendto" ? (int)Number(call, 3) : 0;
        var to = call.Name == "sendto" && call.Arguments.Count > 4 ? call.Arguments[4] : null;
        return Send(call, parts, flags, to);
    }

    /// <summary>sendmsg(fd, {...}, flags).</summary>
    public Attempt SendMessage(CallAction call)
    {
        var message = Message(call);
        return message["msg_control"] is ListExpression { Items.Count: > 0 }
            ? throw new UnsupportedException("control messages: msg_control")
            : Send(call, Parts(message["msg_iov"]), (int)Number(call, 2), message["msg_name"]);
    }

    private static StructExpression Message(CallAction call) => Argument(call, 1) as StructExpression ?? throw new ScriptFailure($"{call.Name} with a structure", Argument(call, 1).ToString()!);

    /// <summary>The buffers of a vector: <c>[{..., 10}, {..., 20}]</c>.</summary>
    private static List<(Expression Data, long Length)> Parts(Expression? vector) => vector is ListExpression list
        ? [.. list.Items.Select(item => item is StructExpression { Fields: [var data, var length] } ? (data.Value, Values.Number(length.Value)) : throw new UnsupportedException($"the buffer {item}"))]
        : [];

    private Attempt Receive(CallAction call, List<(Expression Data, long Length)> parts, int flags, Action<OpenFile, long> verify)
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        var buffer = new byte[Math.Clamp(parts.Sum(p => p.Length), 0, 1 << 26)];
        int filled = 0;
        return () =>
        {
            var outcome = file.Receive(buffer.AsSpan(filled), flags);
            bool waits = !file.IsNonBlocking && (flags & Symbols.MSG_DONTWAIT) == 0;
            if (outcome.IsAgain && waits)
            {
                return null;
            }

            filled += outcome.Error is null ? (int)Math.Min(outcome.Value, buffer.Length) : 0;
            if ((flags & Symbols.MSG_WAITALL) != 0 && waits && outcome is { Error: null, Value: > 0 } && filled < buffer.Length)
            {
                return null;
            }

            if (outcome.Error is null)
            {
                VerifyData(parts, buffer.AsSpan(0, filled));
                verify(file, filled);
            }

            return outcome.Error is null && (flags & Symbols.MSG_WAITALL) != 0 ? new CallOutcome(filled, null) : outcome;
        };
    }

    private Attempt Send(CallAction call, List<(Expression Data, long Length)> parts, int flags, Expression? to)
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        byte[] data = [.. parts.SelectMany(p => Values.Buffer(p.Data, p.Length))];
        if (file is UdpFile datagrams && to is not null && !(to is SymbolExpression { Name: "NULL" }))
        {
            var given = Values.Address(to);
            var remote = new InetEndpoint(given?.Address ?? Context.Addressing.Remote, given?.Port ?? Context.Addressing.RemotePort);
            datagrams.Conversation.Remote = remote;
            return Now(() =>
            {
                var outcome = datagrams.SendTo(data, remote);
                datagrams.Conversation.Local = new InetEndpoint(Context.Addressing.Local, datagrams.Local.Port);
                return outcome;
            });
        }

        int sent = 0;
        bool waits = !file.IsNonBlocking && (flags & Symbols.MSG_DONTWAIT) == 0;
        return () =>
        {
            while (true)
            {
                if (sent > 0 && file.HasError)
                {
                    return new CallOutcome(sent, null); // the error is for the next call
                }

                var outcome = file.Send(data.AsSpan(sent), sent > 0 ? flags | Symbols.CONTINUED : flags);
                if (outcome.Error is null)
                {
                    sent += (int)outcome.Value;
                    if (sent < data.Length && outcome.Value > 0)
                    {
                        continue;
                    }

                    return new CallOutcome(sent, null);
                }

                if (outcome.IsAgain && waits)
                {
                    return null;
                }

                return sent > 0 ? new CallOutcome(sent, null) : outcome;
            }
        };
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
