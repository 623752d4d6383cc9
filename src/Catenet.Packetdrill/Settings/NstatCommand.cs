using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary><c>nstat</c>: the counters of the host under test that Linux has too, since the last call.</summary>
internal sealed class NstatCommand(Host host)
{
    private static readonly (string Name, Func<Host, long> Value)[] Counters =
    [
        ("TcpInSegs", h => h.Tcp.Counters.SegmentsIn),
        ("TcpRetransSegs", h => h.Tcp.Counters.Retransmissions),
        ("TcpExtSyncookiesSent", h => h.Tcp.Counters.SynCookiesSent),
        ("TcpExtSyncookiesRecv", h => h.Tcp.Counters.SynCookiesReceived),
        ("TcpExtSyncookiesFailed", h => h.Tcp.Counters.SynCookiesFailed),
        ("TcpExtPruneCalled", h => h.Tcp.Counters.PruneCalls),
        ("TcpExtRcvPruned", h => h.Tcp.Counters.ReceivePruned),
        ("TcpExtOfoPruned", h => h.Tcp.Counters.OutOfOrderPruned),
        ("TcpExtOutOfWindowIcmps", h => h.Tcp.Counters.OutOfWindowIcmp),
        ("TcpExtPAWSEstab", h => h.Drops[DropReason.TcpPaws]),
        ("TcpExtBeyondWindow", h => h.Drops[DropReason.TcpInvalidSequence]),
        ("TcpExtListenOverflows", h => h.Tcp.Counters.ListenOverflows),
        ("TcpExtTCPRenoRecovery", h => h.Tcp.Counters.RenoRecoveries),
        ("TcpExtTCPSackRecovery", h => h.Tcp.Counters.SackRecoveries),
        ("TcpExtTCPSACKReneging", h => h.Tcp.Counters.SackReneging),
        ("TcpExtTCPSACKReorder", h => h.Tcp.Counters.SackReordering),
        ("TcpExtTCPRenoReorder", h => h.Tcp.Counters.RenoReordering),
        ("TcpExtTCPFullUndo", h => h.Tcp.Counters.FullUndos),
        ("TcpExtTCPPartialUndo", h => h.Tcp.Counters.PartialUndos),
        ("TcpExtTCPDSACKUndo", h => h.Tcp.Counters.DuplicateUndos),
        ("TcpExtTCPLossUndo", h => h.Tcp.Counters.LossUndos),
        ("TcpExtTCPLostRetransmit", h => h.Tcp.Counters.RetransmissionsLost),
        ("TcpExtTCPTimeouts", h => h.Tcp.Counters.Timeouts),
        ("TcpExtTCPLossProbes", h => h.Tcp.Counters.LossProbes),
        ("TcpExtTCPLossProbeRecovery", h => h.Tcp.Counters.LossProbeRecoveries),
        ("TcpExtTCPSACKDiscard", h => h.Tcp.Counters.SackDiscards),
        ("TcpExtTCPSpuriousRTOs", h => h.Tcp.Counters.SpuriousTimeouts),
        ("TcpExtTCPMemoryPressures", h => h.Tcp.Counters.MemoryPressures),
        ("TcpExtTCPAbortOnMemory", h => h.Tcp.Counters.AbortsOnMemory),
        ("TcpExtTCPReqQFullDoCookies", h => h.Tcp.Counters.RequestQueueFullCookies),
        ("TcpExtTCPReqQFullDrop", h => h.Tcp.Counters.RequestQueueFullDrops),
        ("TcpExtTCPRcvQDrop", h => h.Tcp.Counters.ReceiveQueueDrops),
        ("TcpExtTCPOFOQueue", h => h.Tcp.Counters.OutOfOrderIn),
        ("TcpExtTCPOFODrop", h => h.Tcp.Counters.OutOfOrderDrops),
        ("TcpExtTCPChallengeACK", h => h.Tcp.Counters.ChallengeAcks),
        ("TcpExtTCPDeferAcceptDrop", h => h.Tcp.Counters.DeferAcceptDrops),
        ("TcpExtTCPTimeWaitOverflow", h => h.Tcp.Counters.TimeWaitOverflows),
        ("TcpExtTCPFastOpenActive", h => h.Tcp.Counters.FastOpenActive),
        ("TcpExtTCPFastOpenActiveFail", h => h.Tcp.Counters.FastOpenActiveFailed),
        ("TcpExtTCPFastOpenPassive", h => h.Tcp.Counters.FastOpenPassive),
        ("TcpExtTCPFastOpenPassiveFail", h => h.Tcp.Counters.FastOpenPassiveFailed),
        ("TcpExtTCPFastOpenListenOverflow", h => h.Tcp.Counters.FastOpenOverflows),
        ("TcpExtTCPFastOpenCookieReqd", h => h.Tcp.Counters.FastOpenCookiesRequested),
        ("TcpExtTCPFastOpenBlackhole", h => h.Tcp.Counters.FastOpenBlackholes),
        ("TcpExtTCPFastOpenPassiveAltKey", h => h.Tcp.Counters.FastOpenPassiveBackupKey),
        ("TcpExtTCPAutoCorking", h => h.Tcp.Counters.AutoCorks),
        ("TcpExtTCPMTUPFail", h => h.Tcp.Counters.MtuProbesLost),
        ("TcpExtTCPMTUPSuccess", h => h.Tcp.Counters.MtuProbesDelivered),
        ("TcpExtTCPMD5NotFound", h => h.Tcp.Counters.Md5NotFound),
        ("TcpExtTCPMD5Unexpected", h => h.Tcp.Counters.Md5Unexpected),
        ("TcpExtTCPMD5Failure", h => h.Tcp.Counters.Md5Failures),
    ];

    private readonly Dictionary<string, long> _history = new(StringComparer.Ordinal);

    /// <summary>Prints as nstat does and remembers what it has printed.</summary>
    /// <exception cref="UnsupportedException">An option that is not understood, or a counter that the host has not got.</exception>
    public string Run(IEnumerable<string> arguments)
    {
        string flags = "";
        var patterns = new List<string>();
        foreach (string argument in arguments)
        {
            if (!argument.StartsWith('-'))
            {
                patterns.Add(argument);
            }
            else if (argument.AsSpan(1).IndexOfAnyExcept("anrsz") < 0)
            {
                flags += argument[1..];
            }
            else
            {
                throw new UnsupportedException($"shell: nstat {argument}");
            }
        }

        if (patterns.FirstOrDefault(p => !Counters.Any(c => FileSystemName.MatchesSimpleExpression(p, c.Name, ignoreCase: false))) is { } unknown)
        {
            throw new UnsupportedException($"shell: nstat {unknown}");
        }

        var text = new StringBuilder("#kernel\n");
        foreach (var (name, value) in Counters)
        {
            long now = value(host);
            long shown = now - (flags.Contains('a', StringComparison.Ordinal) ? 0 : _history.GetValueOrDefault(name));
            if (!flags.Contains('s', StringComparison.Ordinal))
            {
                _history[name] = now;
            }

            bool wanted = patterns.Count == 0 || patterns.Exists(p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: false));
            if (wanted && (shown != 0 || flags.Contains('z', StringComparison.Ordinal)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name,-32}{shown,-16} 0.0\n");
            }
        }

        return flags.Contains('n', StringComparison.Ordinal) ? "" : text.ToString();
    }

    /// <summary>Whether a search for something in what is printed can be answered: it names a counter that the host has.</summary>
    public static bool Knows(string pattern) => Counters.Any(c => pattern.Contains(c.Name.Replace("TcpExt", "", StringComparison.Ordinal), StringComparison.Ordinal));
}
