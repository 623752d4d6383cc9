using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>The system calls of scripts by name.</summary>
internal sealed class SystemCalls
{
    private readonly Dictionary<string, Func<CallAction, Attempt>> _calls;

    public SystemCalls(CallContext context)
    {
        var sockets = new SocketCalls(context);
        var transfer = new TransferCalls(context);
        var receive = new ReceiveCalls(context);
        var options = new OptionCalls(context);
        var readiness = new ReadinessCalls(context);
        var files = new FileCalls(context);
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
            ["read"] = receive.Read,
            ["readv"] = receive.Read,
            ["recv"] = receive.Read,
            ["recvfrom"] = receive.Read,
            ["recvmsg"] = receive.ReceiveMessage,
            ["write"] = transfer.Write,
            ["writev"] = transfer.Write,
            ["send"] = transfer.Write,
            ["sendto"] = transfer.Write,
            ["sendmsg"] = transfer.SendMessage,
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
            ["cap_set"] = _ => static () => CallOutcome.Success,
        };
    }

    /// <summary>Begins a call; what comes back is tried until it has an outcome.</summary>
    /// <exception cref="UnsupportedException">There is no such call.</exception>
    public Attempt Begin(CallAction call) => _calls.TryGetValue(call.Name, out var begin) ? begin(call) : throw new UnsupportedException($"the system call {call.Name}");
}

/// <summary>Tries to bring a call to its end.</summary>
/// <returns>The outcome; null if the call has to wait.</returns>
internal delegate CallOutcome? Attempt();

/// <summary>What groups of calls share.</summary>
internal abstract class CallGroup(CallContext context)
{
    protected CallContext Context => context;

    /// <summary>A call that has its outcome at once.</summary>
    protected static Attempt Now(Func<CallOutcome> call) => () => call();

    /// <summary>A call on a socket that has its outcome at once.</summary>
    protected Attempt OnSocket(CallAction call, Func<SocketFile, CallOutcome> act) => Now(() =>
        !context.TryFile(Argument(call, 0), out var file) ? CallOutcome.Fail("EBADF")
        : file is SocketFile socket ? act(socket) : CallOutcome.Fail("ENOTSOCK"));

    /// <summary>An argument that must be there.</summary>
    protected static Expression Argument(CallAction call, int index) => index < call.Arguments.Count
        ? call.Arguments[index]
        : throw new ScriptFailure($"{call.Name} with at least {index + 1} arguments", $"{call.Arguments.Count}");

    /// <summary>The number of an argument; a default where there is none or it is left open.</summary>
    protected static long Number(CallAction call, int index, long otherwise = 0) =>
        index >= call.Arguments.Count || Values.IsAny(call.Arguments[index]) ? otherwise : Values.Number(call.Arguments[index]);

    /// <summary>What came must be what the script says, unless it says nothing.</summary>
    protected static void Verify(string what, Expression expected, long actual)
    {
        if (!Values.IsAny(expected) && Values.TryNumber(expected) is { } value && value != actual)
        {
            throw new ScriptFailure($"{what} {expected}", Values.Text(actual));
        }
    }
}
