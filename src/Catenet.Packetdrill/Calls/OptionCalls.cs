using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>getsockopt and setsockopt.</summary>
internal sealed class OptionCalls(CallContext context) : CallGroup(context)
{
    private const int Linger = 13, TcpInfo = 11, CcInfo = 26, ReceiveTimeout = 20, SendTimeout = 21;

    public Attempt Set(CallAction call) => OnSocket(call, socket =>
    {
        int level = (int)Number(call, 1), name = (int)Number(call, 2);
        var value = Argument(call, 3);
        if (value is ListExpression { Items: [var only] })
        {
            value = only;
        }

        switch (value)
        {
            case TextExpression text:
                return socket.SetOption(level, name, text.Value.TrimEnd('\0'));
            case StructExpression structure when (level, name) == (Symbols.SOL_SOCKET, Linger):
                socket.Linger = (Values.Number(structure["onoff"] ?? new IntegerExpression(0)) != 0, (int)Values.Number(structure["linger"] ?? new IntegerExpression(0)));
                return CallOutcome.Success;
            case StructExpression structure when Md5Setting.Is(level, name):
                return SetMd5(socket, name, Md5Setting.From(structure, Context.Addressing), Number(call, 4, Md5Setting.Size));
            case StructExpression:
                throw new UnsupportedException($"the socket option {SymbolicOptions.NameOf(level, name)}");
        }

        if (level == Symbols.SOL_SOCKET && name is ReceiveTimeout or SendTimeout)
        {
            throw new UnsupportedException($"the socket option {SymbolicOptions.NameOf(level, name)}");
        }

        return SetNumber(call, socket, level, name, Values.TryNumber(value) ?? 0);
    });

    public Attempt Get(CallAction call) => OnSocket(call, socket =>
    {
        int level = (int)Number(call, 1), name = (int)Number(call, 2);
        var expected = Argument(call, 3);
        if (expected is ListExpression { Items: [var only] })
        {
            expected = only;
        }

        if (level == Symbols.SOL_TCP && name is TcpInfo or CcInfo)
        {
            return Values.IsAny(expected) ? CallOutcome.Success : throw new UnsupportedException("fields of TCP_INFO in getsockopt");
        }

        if (level == Symbols.SOL_SOCKET && name == Linger && expected is StructExpression linger)
        {
            Verify("onoff", linger["onoff"] ?? new EllipsisExpression(), socket.Linger.On ? 1 : 0);
            Verify("linger", linger["linger"] ?? new EllipsisExpression(), socket.Linger.Seconds);
            return CallOutcome.Success;
        }

        if (expected is TextExpression text)
        {
            string? actual = socket.GetText(level, name);
            return actual == text.Value.TrimEnd('\0') ? CallOutcome.Success : throw new ScriptFailure($"{SymbolicOptions.NameOf(level, name)} {expected}", $"\"{actual}\"");
        }

        var outcome = socket.GetOption(level, name, out long value);
        if (outcome.Error is null)
        {
            Verify(SymbolicOptions.NameOf(level, name), expected, value);
        }

        return outcome;
    });

    /// <summary>An int must be there whole; IP is content with an octet.</summary>
    private static CallOutcome SetNumber(CallAction call, SocketFile socket, int level, int name, long value)
    {
        long size = Number(call, 4, sizeof(int));
        if (size < 0 || (size < sizeof(int) && level is Symbols.SOL_SOCKET or Symbols.SOL_TCP))
        {
            return CallOutcome.Fail("EINVAL");
        }

        return socket.SetOption(level, name, size >= sizeof(int) || level != Symbols.SOL_IP ? value : size > 0 ? (byte)value : 0);
    }

    private CallOutcome SetMd5(SocketFile socket, int name, Md5Setting setting, long size)
    {
        if (size < Md5Setting.Size)
        {
            return CallOutcome.Fail("EINVAL");
        }

        var outcome = socket.SetMd5(setting, extended: name == Md5Setting.ExtendedOption);
        if (outcome.Error is null && setting.KeyLength > 0)
        {
            Context.Md5Key = setting.Key[..setting.KeyLength];
        }

        return outcome;
    }
}
