using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>recvmsg with MSG_ERRQUEUE: ICMP errors of datagram sockets that asked for them by IP_RECVERR (ip(7)), time stamps and completions of stream sockets.</summary>
internal static class ErrorQueue
{
    private const int OriginIcmp = 2, OriginIcmpV6 = 3, RecvErr = 11, RecvErrV6 = 25;
    private const long Patience = 10_000_000;

    /// <summary>Takes the oldest error and compares it with the control messages that the script has.</summary>
    public static CallOutcome Receive(OpenFile file, StructExpression message, long room)
    {
        ErrorReport report;
        bool ipv6;
        switch (file)
        {
            case UdpFile datagrams when datagrams.TryTakeQueuedError(out var icmp):
            case TcpFile { Connection: { } connection } when connection.TryTakeReport(out icmp):
                ipv6 = !icmp.Destination.Address.IsIPv4;
                report = new ErrorReport { Error = Errno.NumberOf(icmp.Error), Origin = ipv6 ? OriginIcmpV6 : OriginIcmp, Type = icmp.Type, Code = icmp.Code, Info = (uint)icmp.Mtu };
                break;
            case TcpFile { Reports: { } reports } stream when reports.TryTake(out report):
                ipv6 = stream.IsIPv6;
                break;
            default:
                return CallOutcome.Again;
        }

        if (message["msg_control"] is ListExpression { Items: { Count: > 0 } controls })
        {
            int at = 0;
            if (report.Time is { } time && file is TcpFile { Reports.TellsTime: true } stamped)
            {
                Compare(controls, at++, Symbols.SOL_SOCKET, stamped.StampingType, data => Verify(data, time));
            }

            Compare(controls, at++, ipv6 ? Symbols.SOL_IPV6 : Symbols.SOL_IP, ipv6 ? RecvErrV6 : RecvErr, data => Verify(data, report));
            if (at != controls.Count)
            {
                throw new ScriptFailure($"{controls.Count} control messages", $"{at}");
            }
        }

        if (file is TcpFile)
        {
            Verify(message, "msg_flags", Symbols.MSG_ERRQUEUE | (report.Length > room ? Symbols.MSG_TRUNC : 0));
        }

        return new CallOutcome(Math.Min(report.Length, room), null); // of a quoted datagram's data nothing is kept
    }

    private static void Compare(IReadOnlyList<Expression> controls, int at, int level, int type, Action<StructExpression> verify)
    {
        if (at >= controls.Count || controls[at] is not StructExpression control)
        {
            throw new ScriptFailure($"{controls.Count} control messages", $"another of level {level} and type {type}");
        }

        Verify(control, "cmsg_level", level);
        Verify(control, "cmsg_type", type);
        if (control["cmsg_data"] is StructExpression data)
        {
            verify(data);
        }
    }

    private static void Verify(StructExpression data, ErrorReport report)
    {
        Verify(data, "ee_errno", report.Error);
        Verify(data, "ee_origin", report.Origin);
        Verify(data, "ee_type", report.Type);
        Verify(data, "ee_code", report.Code);
        Verify(data, "ee_info", report.Info);
        Verify(data, "ee_data", report.Data);
    }

    /// <summary>The script's time, give or take.</summary>
    private static void Verify(StructExpression data, Instant time)
    {
        if (StampText.TryRead(data) is { } wanted && Math.Abs((wanted - time).Nanoseconds) > Patience)
        {
            throw new ScriptFailure($"a stamp of {wanted}", time.ToString());
        }
    }

    private static void Verify(StructExpression structure, string field, long actual)
    {
        if (structure[field] is { } expected && !Values.IsAny(expected) && Values.Number(expected) != actual)
        {
            throw new ScriptFailure($"{field}={expected}", Values.Text(actual));
        }
    }
}
