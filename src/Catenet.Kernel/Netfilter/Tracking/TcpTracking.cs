using Catenet.Core;
using Catenet.Wire.Transport;
using static Catenet.Kernel.Netfilter.TcpTrackingState;

namespace Catenet.Kernel.Netfilter;

/// <summary>Follows a TCP connection by the flags and numbers of its segments.</summary>
internal struct TcpTracking
{
    public TcpTrackingState State;
    private TcpWindow _window;

    /// <summary>What a segment means for its connection.</summary>
    public enum Outcome : byte
    {
        /// <summary>It belongs to the connection.</summary>
        Accept,

        /// <summary>It makes no sense there.</summary>
        Invalid,

        /// <summary>It begins a new connection on the ports of one that has ended.</summary>
        Reopen,
    }

    /// <summary>The state in which a segment begins a connection; false if it may not. Loose: a connection may be joined midway.</summary>
    public static bool TryBegin(TcpFlags flags, bool loose, out TcpTrackingState state)
    {
        state = None;
        if (!AreSane(flags))
        {
            return false;
        }

        state = Kind(flags) switch
        {
            TcpFlags.Syn => SynSent,
            TcpFlags.Ack when loose => Established,
            TcpFlags.Fin when loose => FinWait,
            _ => None,
        };
        return state != None;
    }

    /// <summary>Notes the segment that began the connection.</summary>
    public void Begin(TcpTrackingState state, ReadOnlySpan<byte> header, int segmentLength)
    {
        State = state;
        _window.Follow(header, segmentLength, reply: false, restarts: false);
    }

    /// <summary>Follows one more segment, which begins at its TCP header.</summary>
    /// <param name="header">The TCP header, at least.</param>
    /// <param name="segmentLength">The octets of the whole segment.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="reply">Whether it goes the way of the answers.</param>
    /// <param name="liberal">Whether segments out of place belong to the connection all the same, resets excepted.</param>
    public Outcome Advance(ReadOnlySpan<byte> header, int segmentLength, TcpFlags flags, bool reply, bool liberal)
    {
        var next = AreSane(flags) ? Next(State, flags, reply) : None;
        if (next == None)
        {
            return Outcome.Invalid;
        }

        if (next == SynSent && State is TimeWait or Close)
        {
            return Outcome.Reopen;
        }

        bool restarts = State == (reply ? SynReceived : SynSent);
        if (!_window.Follow(header, segmentLength, reply, restarts) && (!liberal || (flags & TcpFlags.Rst) != 0))
        {
            return Outcome.Invalid;
        }

        State = next;
        return Outcome.Accept;
    }

    /// <summary>How long a connection in this state may be silent.</summary>
    public readonly Duration Timeout(ConntrackSettings settings) => State switch
    {
        SynSent or SynSent2 => settings.TcpSynSent,
        SynReceived => settings.TcpSynReceived,
        Established => settings.TcpEstablished,
        FinWait => settings.TcpFinWait,
        CloseWait => settings.TcpCloseWait,
        LastAck => settings.TcpLastAck,
        TimeWait => settings.TcpTimeWait,
        _ => settings.TcpClose,
    };

    public static string NameOf(TcpTrackingState state) => state switch
    {
        SynSent => "SYN_SENT",
        SynReceived => "SYN_RECV",
        Established => "ESTABLISHED",
        FinWait => "FIN_WAIT",
        CloseWait => "CLOSE_WAIT",
        LastAck => "LAST_ACK",
        TimeWait => "TIME_WAIT",
        Close => "CLOSE",
        SynSent2 => "SYN_SENT2",
        _ => "NONE",
    };

    /// <summary>The state after a segment; <see cref="None"/> if the segment makes no sense.</summary>
    private static TcpTrackingState Next(TcpTrackingState state, TcpFlags flags, bool reply) => Kind(flags) switch
    {
        TcpFlags.Rst => Close,
        TcpFlags.Syn => reply ? AfterReplySyn(state) : AfterSyn(state),
        TcpFlags.Syn | TcpFlags.Ack => reply ? AfterReplySynAck(state) : AfterSynAck(state),
        TcpFlags.Fin => AfterFin(state),
        TcpFlags.Ack => AfterAck(state, reply),
        _ => None,
    };

    private static TcpTrackingState AfterSyn(TcpTrackingState state) => state switch
    {
        // Sent again, or the ports are used again; elsewhere the other end will answer it as RFC 5961 4 says.
        TimeWait or Close => SynSent,
        _ => state,
    };

    private static TcpTrackingState AfterReplySyn(TcpTrackingState state) => state switch
    {
        SynSent or SynSent2 => SynSent2,
        TimeWait or Close => SynSent,
        _ => None,
    };

    private static TcpTrackingState AfterSynAck(TcpTrackingState state) => state switch
    {
        // Only in a simultaneous open does the first sender answer a SYN.
        SynSent2 or SynReceived => SynReceived,
        _ => None,
    };

    private static TcpTrackingState AfterReplySynAck(TcpTrackingState state) => state switch
    {
        SynSent or SynSent2 => SynReceived,
        _ => state,
    };

    private static TcpTrackingState AfterFin(TcpTrackingState state) => state switch
    {
        SynReceived or Established => FinWait,
        FinWait or CloseWait or LastAck => LastAck,
        TimeWait or Close => state,
        _ => None,
    };

    private static TcpTrackingState AfterAck(TcpTrackingState state, bool reply) => state switch
    {
        SynReceived => reply ? SynReceived : Established,
        FinWait => CloseWait,
        LastAck => TimeWait,
        // An answer to a SYN that finds an old connection on the ports (RFC 9293 3.5.1): a reset follows.
        SynSent or SynSent2 => reply ? state : None,
        _ => state,
    };

    /// <summary>The one flag, or pair, that decides.</summary>
    private static TcpFlags Kind(TcpFlags flags) =>
        (flags & TcpFlags.Rst) != 0 ? TcpFlags.Rst
        : (flags & TcpFlags.Syn) != 0 ? flags & (TcpFlags.Syn | TcpFlags.Ack)
        : (flags & TcpFlags.Fin) != 0 ? TcpFlags.Fin
        : flags & TcpFlags.Ack;

    /// <summary>Whether the flags can stand together in an honest segment.</summary>
    private static bool AreSane(TcpFlags flags)
    {
        var kind = flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack);
        return kind is TcpFlags.Syn or (TcpFlags.Syn | TcpFlags.Ack) or TcpFlags.Rst or (TcpFlags.Rst | TcpFlags.Ack)
            or (TcpFlags.Fin | TcpFlags.Ack) or TcpFlags.Ack;
    }
}
