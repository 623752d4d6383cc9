using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>recvmsg with MSG_ERRQUEUE: ICMP errors of datagram sockets that asked for them by IP_RECVERR (ip(7)). Stream sockets queue none here.</summary>
internal static class ErrorQueue
{
    private const int OriginIcmp = 2, OriginIcmpV6 = 3, RecvErr = 11, RecvErrV6 = 25;

    /// <summary>Takes the oldest error and compares it with the control message that the script has.</summary>
    public static CallOutcome Receive(OpenFile file, StructExpression message)
    {
        if (file is not UdpFile datagrams)
        {
            return message["msg_control"] is ListExpression { Items.Count: > 0 }
                ? throw new UnsupportedException("the error queue of a stream socket: MSG_ERRQUEUE")
                : CallOutcome.Again;
        }

        if (!datagrams.TryTakeQueuedError(out var report))
        {
            return CallOutcome.Again;
        }

        bool ipv4 = report.Destination.Address.IsIPv4;
        if (message["msg_control"] is ListExpression { Items: [StructExpression control, ..] })
        {
            Verify(control, "cmsg_level", ipv4 ? Symbols.SOL_IP : Symbols.SOL_IPV6);
            Verify(control, "cmsg_type", ipv4 ? RecvErr : RecvErrV6);
            if (control["cmsg_data"] is StructExpression data)
            {
                Verify(data, "ee_errno", Errno.NumberOf(report.Error));
                Verify(data, "ee_origin", ipv4 ? OriginIcmp : OriginIcmpV6);
                Verify(data, "ee_type", report.Type);
                Verify(data, "ee_code", report.Code);
                Verify(data, "ee_info", report.Mtu);
                Verify(data, "ee_data", 0);
            }
        }

        return CallOutcome.Success; // of the quoted datagram's data nothing is kept
    }

    private static void Verify(StructExpression structure, string field, long actual)
    {
        if (structure[field] is { } expected && !Values.IsAny(expected) && Values.Number(expected) != actual)
        {
            throw new ScriptFailure($"{field}={expected}", Values.Text(actual));
        }
    }
}
