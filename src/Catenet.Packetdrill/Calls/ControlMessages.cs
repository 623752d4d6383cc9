using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>What recvmsg tells beside the data: msg_flags, and control messages of a stream socket (time stamps, TCP_CM_INQ).</summary>
internal static class ControlMessages
{
    private const long Patience = 10_000_000;

    /// <summary>Compares them with what the script has.</summary>
    /// <exception cref="UnsupportedException">The script asks for a control message that is not known.</exception>
    public static void Verify(OpenFile file, StructExpression message, int flags)
    {
        if (file is TcpFile && message["msg_flags"] is { } told && !Values.IsAny(told))
        {
            int actual = flags & Symbols.MSG_OOB;
            if (Values.Number(told) != actual)
            {
                throw new ScriptFailure($"msg_flags={told}", Values.Text(actual));
            }
        }

        if (message["msg_control"] is not ListExpression controls)
        {
            return;
        }

        if (file is not TcpFile stream)
        {
            if (controls.Items.Count > 0)
            {
                throw new UnsupportedException("control messages: msg_control");
            }

            return;
        }

        var came = stream.TakeControlMessages();
        if (controls.Items.Count != came.Count)
        {
            throw new ScriptFailure($"{controls.Items.Count} control messages", $"{came.Count}: {string.Join(", ", came.Select(c => $"level {c.Level} type {c.Type}"))}");
        }

        foreach (var (item, control) in controls.Items.Zip(came))
        {
            Verify(item as StructExpression ?? throw new UnsupportedException($"the control message {item}"), control);
        }
    }

    private static void Verify(StructExpression expected, ToldMessage came)
    {
        if (expected["cmsg_level"] is { } level && expected["cmsg_type"] is { } type && (Values.Number(level), Values.Number(type)) != (came.Level, came.Type))
        {
            throw new ScriptFailure($"{expected}", $"a control message of level {came.Level} and type {came.Type}");
        }

        if (came.Time is { } time)
        {
            if (expected["cmsg_data"] is StructExpression stamp && StampText.TryRead(stamp) is { } wanted && Math.Abs((wanted - time).Nanoseconds) > Patience)
            {
                throw new ScriptFailure($"a stamp of {wanted}", time.ToString());
            }
        }
        else if (expected["cmsg_data"] is { } data && !Values.IsAny(data) && Values.Number(data) != came.Value)
        {
            throw new ScriptFailure($"cmsg_data={data}", Values.Text(came.Value));
        }
    }
}

/// <summary>A control message that recvmsg has: a number, or a time.</summary>
/// <param name="Level">cmsg_level.</param>
/// <param name="Type">cmsg_type.</param>
/// <param name="Value">The number.</param>
/// <param name="Time">The time; null if it is a number.</param>
internal sealed record ToldMessage(int Level, int Type, long Value, Instant? Time);
