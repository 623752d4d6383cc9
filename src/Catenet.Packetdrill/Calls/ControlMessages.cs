using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>What recvmsg tells beside the data: msg_flags, and control messages of a stream socket (TCP_CM_INQ).</summary>
internal static class ControlMessages
{
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

        if (message["msg_control"] is not ListExpression { Items.Count: > 0 } controls)
        {
            return;
        }

        if (file is not TcpFile stream)
        {
            throw new UnsupportedException("control messages: msg_control");
        }

        var rest = stream.RestToTell;
        foreach (var item in controls.Items)
        {
            if (item is not StructExpression control || Number(control, "cmsg_level") != Symbols.SOL_TCP || Number(control, "cmsg_type") != Symbols.TCP_CM_INQ)
            {
                throw new UnsupportedException($"the control message {item}");
            }

            if (rest is not { } inq)
            {
                throw new ScriptFailure($"{item}", "no control message");
            }

            if (control["cmsg_data"] is { } data && !Values.IsAny(data) && Values.Number(data) != inq)
            {
                throw new ScriptFailure($"cmsg_data={data}", Values.Text(inq));
            }

            rest = null;
        }
    }

    private static long? Number(StructExpression structure, string field) => structure[field] is { } value ? Values.Number(value) : null;
}
