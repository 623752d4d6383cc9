using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The timestamps option's state (RFC 7323 3 to 5).</summary>
internal struct Timestamps
{
    /// <summary>How long <see cref="Recent"/> is good for, in seconds (RFC 7323 5.5).</summary>
    private const uint RecentLife = 24 * 24 * 3600;

    /// <summary>Whether both sides sent the option in their SYN.</summary>
    public bool Enabled;

    /// <summary>Whether <see cref="Recent"/> holds a value.</summary>
    public bool HasRecent;

    /// <summary>TS.Recent.</summary>
    public uint Recent;

    /// <summary>When <see cref="Recent"/> was stored, in seconds.</summary>
    public uint RecentAt;

    /// <summary>What is added to the clock for this pair of addresses (RFC 7323 5.4).</summary>
    public uint Offset;

    /// <summary>TSval now: milliseconds.</summary>
    public readonly uint Value(Instant now) => ToTicks(now) + Offset;

    /// <summary>The clock without the offset.</summary>
    public static uint ToTicks(Instant now) => (uint)((ulong)now.Nanoseconds / 1_000_000);

    /// <summary>The clock in seconds.</summary>
    public static uint ToSeconds(Instant now) => (uint)((ulong)now.Nanoseconds / 1_000_000_000);

    /// <summary>The time from an echoed value until now, in whole milliseconds; negative if the echo cannot be ours.</summary>
    public readonly int Since(uint echo, Instant now) => (int)(Value(now) - echo);

    /// <summary>Whether a segment is an old duplicate (PAWS, RFC 7323 5.3 R1), its idle exception of 24 days included (5.5). As in Linux one tick does not count, nor a zero.</summary>
    public readonly bool IsOld(uint value, Instant now) =>
        HasRecent && Recent != 0 && (int)(value - Recent) < -1 && !IsExpired(now);

    /// <summary>Takes over a value from a segment that begins at or before the last ACK sent (RFC 7323 4.3).</summary>
    public void Update(in Segment segment, SeqNumber lastAckSent, Instant now)
    {
        uint value = segment.Options.TimestampValue;
        if (segment.Seq <= lastAckSent && (!HasRecent || Recent == 0 || (int)(value - Recent) >= 0 || IsExpired(now)))
        {
            Recent = value;
            RecentAt = ToSeconds(now);
            HasRecent = true;
        }
    }

    private readonly bool IsExpired(Instant now) => ToSeconds(now) - RecentAt >= RecentLife;
}
