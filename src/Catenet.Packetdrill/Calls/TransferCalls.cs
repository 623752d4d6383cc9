using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>Calls that send.</summary>
internal sealed class TransferCalls(CallContext context) : CallGroup(context)
{
    private const int MostOctets = 1 << 26, PageSize = 4096, Timestamping = 37;

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
        int stamps = -1;
        if (message["msg_control"] is ListExpression { Items: { Count: > 0 } controls })
        {
            stamps = controls is [StructExpression control] && Values.TryNumber(control["cmsg_level"]!) == Symbols.SOL_SOCKET && Values.TryNumber(control["cmsg_type"]!) == Timestamping
                ? (int)Values.Number(control["cmsg_data"]!)
                : throw new UnsupportedException("control messages other than SO_TIMESTAMPING: msg_control");
        }

        var attempt = Send(call, Parts(message["msg_iov"]), (int)Number(call, 2), message["msg_name"]);
        return stamps < 0 || !Context.TryFile(Argument(call, 0), out var file) || file is not TcpFile stream ? attempt : () =>
        {
            stream.StampFlags = stamps;
            var outcome = attempt();
            stream.StampFlags = -1;
            return outcome;
        };
    }

    /// <summary>The structure that sendmsg and recvmsg take.</summary>
    internal static StructExpression Message(CallAction call) => Argument(call, 1) as StructExpression ?? throw new ScriptFailure($"{call.Name} with a structure", Argument(call, 1).ToString()!);

    /// <summary>The buffers of a vector: <c>[{..., 10}, {..., 20}]</c>.</summary>
    internal static List<(Expression Data, long Length)> Parts(Expression? vector) => vector is ListExpression list
        ? [.. list.Items.Select(item => item is StructExpression { Fields: [var data, var length] } ? (data.Value, Values.Number(length.Value)) : throw new UnsupportedException($"the buffer {item}"))]
        : [];

    /// <summary>How many octets lie before memory that is not the process's: <c>NULL</c> or a number where a buffer should be.</summary>
    internal static int Reachable(List<(Expression Data, long Length)> parts, out bool faults)
    {
        long reachable = 0;
        foreach (var (data, length) in parts)
        {
            faults = data is IntegerExpression or SymbolExpression && length > 0;
            if (faults)
            {
                return (int)reachable;
            }

            reachable = Math.Min(reachable + length, MostOctets);
        }

        faults = false;
        return (int)reachable;
    }

    /// <summary>What is wrong with the lengths; null if nothing is.</summary>
    internal static Attempt? Refusal(CallAction call, List<(Expression Data, long Length)> parts) =>
        parts.Any(p => p.Length < 0) || (call.Name is "readv" or "writev" && Number(call, 2) is < 0 or > 1024) ? Now(() => CallOutcome.Fail("EINVAL")) : null;

    private Attempt Send(CallAction call, List<(Expression Data, long Length)> parts, int flags, Expression? to)
    {
        if (!Context.TryFile(Argument(call, 0), out var file))
        {
            return Now(() => CallOutcome.Fail("EBADF"));
        }

        if (Refusal(call, parts) is { } refusal)
        {
            return refusal;
        }

        int reachable = Reachable(parts, out bool faults);
        byte[] data = [.. parts.SelectMany(p => Values.Buffer(p.Data, p.Length)).Take(reachable)];
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

        if (FastOpenSend.Applies(file, flags))
        {
            return FastOpenSend.Begin((TcpFile)file, data, flags, to, Context);
        }

        int sent = 0;
        bool waits = !file.IsNonBlocking && (flags & Symbols.MSG_DONTWAIT) == 0;
        flags |= waits ? Symbols.WAITS : 0;
        var ends = BufferEnds(parts, flags, data.Length);
        return () =>
        {
            while (true)
            {
                if (sent > 0 && file.HasError)
                {
                    return new CallOutcome(sent, null); // the error is for the next call
                }

                int end = ends.Find(e => e > sent) is var found and > 0 ? found : data.Length;
                int how = flags | (end < data.Length ? Symbols.MSG_MORE : 0) | (sent > 0 ? Symbols.CONTINUED : 0) | (sent > 0 && ends.Contains(sent) ? Symbols.NEWBUFFER : 0);
                var outcome = file.Send(data.AsSpan(sent, end - sent), how);
                if (outcome.Error is null)
                {
                    sent += (int)outcome.Value;
                    if (sent < data.Length && outcome.Value > 0)
                    {
                        continue;
                    }

                    return faults && sent == 0 ? CallOutcome.Fail("EFAULT") : new CallOutcome(sent, null);
                }

                if (outcome.IsAgain && waits)
                {
                    return null;
                }

                return sent > 0 ? new CallOutcome(sent, null) : outcome;
            }
        };
    }

    /// <summary>Where octets that are referred to begin another buffer, because one refers to so many pieces of memory only.</summary>
    private static List<int> BufferEnds(List<(Expression Data, long Length)> parts, int flags, int length)
    {
        var ends = new List<int>();
        if ((flags & Symbols.MSG_ZEROCOPY) != 0)
        {
            int at = 0, pieces = 0;
            foreach (var (_, size) in parts)
            {
                int needed = (int)((size + PageSize - 1) / PageSize);
                if (pieces > 0 && pieces + needed > TransmitReports.MostFragments)
                {
                    ends.Add(at);
                    pieces = 0;
                }

                pieces += needed;
                at += (int)size;
            }
        }

        ends.Add(length);
        return ends;
    }
}
