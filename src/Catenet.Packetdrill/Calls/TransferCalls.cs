using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls that send.</summary>
internal sealed class TransferCalls(CallContext context) : CallGroup(context)
{
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

    /// <summary>The structure that sendmsg and recvmsg take.</summary>
    internal static StructExpression Message(CallAction call) => Argument(call, 1) as StructExpression ?? throw new ScriptFailure($"{call.Name} with a structure", Argument(call, 1).ToString()!);

    /// <summary>The buffers of a vector: <c>[{..., 10}, {..., 20}]</c>.</summary>
    internal static List<(Expression Data, long Length)> Parts(Expression? vector) => vector is ListExpression list
        ? [.. list.Items.Select(item => item is StructExpression { Fields: [var data, var length] } ? (data.Value, Values.Number(length.Value)) : throw new UnsupportedException($"the buffer {item}"))]
        : [];

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
}
