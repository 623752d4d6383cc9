using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>The system calls of scripts by name, made ready for Linux.</summary>
internal sealed class LinuxCalls
{
    private readonly Dictionary<string, Func<CallAction, LinuxCall>> _calls;

    public LinuxCalls(ScriptProcess process)
    {
        var sockets = new LinuxSocketCalls(process);
        var transfer = new LinuxTransferCalls(process);
        var messages = new LinuxMessageCalls(process);
        var options = new LinuxOptionCalls(process);
        var readiness = new LinuxReadinessCalls(process);
        var files = new LinuxFileCalls(process);
        _calls = new(StringComparer.Ordinal)
        {
            ["socket"] = sockets.Socket,
            ["bind"] = sockets.Bind,
            ["listen"] = sockets.Listen,
            ["accept"] = sockets.Accept,
            ["accept4"] = sockets.Accept,
            ["connect"] = sockets.Connect,
            ["shutdown"] = sockets.Shutdown,
            ["close"] = sockets.Close,
            ["read"] = transfer.Read,
            ["readv"] = transfer.ReadVector,
            ["recv"] = transfer.Receive,
            ["recvfrom"] = transfer.Receive,
            ["recvmsg"] = messages.Receive,
            ["write"] = transfer.Write,
            ["writev"] = transfer.WriteVector,
            ["send"] = transfer.Send,
            ["sendto"] = transfer.Send,
            ["sendmsg"] = messages.Send,
            ["getsockopt"] = options.Get,
            ["setsockopt"] = options.Set,
            ["poll"] = readiness.Poll,
            ["epoll_create"] = readiness.Create,
            ["epoll_create1"] = readiness.Create,
            ["epoll_ctl"] = readiness.Control,
            ["epoll_wait"] = readiness.Wait,
            ["open"] = files.Open,
            ["pipe"] = files.Pipe,
            ["fcntl"] = files.Fcntl,
            ["ioctl"] = files.Ioctl,
            ["sendfile"] = files.SendFile,
            ["splice"] = files.Splice,
            ["cap_set"] = _ => new LinuxCall(static () => 0),
        };
    }

    /// <summary>Makes a call ready.</summary>
    /// <exception cref="UnsupportedException">There is no such call.</exception>
    public LinuxCall Prepare(CallAction call) => _calls.TryGetValue(call.Name, out var prepare) ? prepare(call) : throw new UnsupportedException($"the system call {call.Name}");
}

/// <summary>What groups of calls share.</summary>
internal abstract class LinuxCallGroup(ScriptProcess process)
{
    protected ScriptProcess Process => process;

    protected Arena Memory => process.Memory;

    /// <summary>An argument that must be there.</summary>
    protected static Expression Argument(CallAction call, int index) => index < call.Arguments.Count
        ? call.Arguments[index]
        : throw new ScriptFailure($"{call.Name} with at least {index + 1} arguments", $"{call.Arguments.Count}");

    /// <summary>The number of an argument; a default where there is none or it is left open.</summary>
    protected static long Number(CallAction call, int index, long otherwise = 0) =>
        index >= call.Arguments.Count || Values.IsAny(call.Arguments[index]) ? otherwise : Values.Number(call.Arguments[index]);

    /// <summary>The field of a structure as a number.</summary>
    protected static long Field(StructExpression structure, string name, long otherwise = 0) =>
        structure[name] is { } value && !Values.IsAny(value) ? Values.Number(value) : otherwise;

    /// <summary>Linux's number of the descriptor that an argument names.</summary>
    protected int Descriptor(CallAction call, int index) => process.Number(Argument(call, index));

    /// <summary>What came must be what the script says, unless it says nothing.</summary>
    protected static void Verify(string what, Expression? expected, long actual)
    {
        if (expected is not null && !Values.IsAny(expected) && Values.TryNumber(expected) is { } value && value != actual && value != (uint)actual)
        {
            throw new ScriptFailure($"{what} {expected}", Values.Text(actual));
        }
    }
}
