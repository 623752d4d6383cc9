using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>RACK's per-connection variables (RFC 8985 5.2).</summary>
internal struct RackState
{
    /// <summary>RACK.xmit_ts: transmission time of the most recently sent segment that was delivered.</summary>
    public Instant SentAt;

    /// <summary>When a D-SACK last widened the reordering window: once per round trip.</summary>
    public Instant WidenedAt;

    /// <summary>RACK.end_seq of the segment of <see cref="SentAt"/>.</summary>
    public SeqNumber End;

    /// <summary>RACK.reo_wnd_mult: widened by D-SACKs (RFC 8985 6.2 step 4).</summary>
    public byte WindowSteps;

    /// <summary>RACK.reo_wnd_persist: recoveries until it shrinks back.</summary>
    public byte Persist;

    /// <summary>Something was delivered since losses were last looked for.</summary>
    public bool Advanced;

    /// <summary>A D-SACK that may be due to reordering awaits its effect on the window.</summary>
    public bool DuplicateSeen;

    /// <summary>Whether no D-SACK has taught anything that still holds.</summary>
    public readonly bool IsAtRest => WindowSteps == 1 && Persist == 0 && !DuplicateSeen;

    public static Instant LongAgo => new(long.MinValue / 2);

    /// <summary>Whether a segment was sent after another, ends breaking the tie (RFC 8985 6.2 step 2).</summary>
    public static bool IsSentAfter(Instant a, SeqNumber aEnd, Instant b, SeqNumber bEnd) => a > b || (a == b && aEnd > bEnd);
}
