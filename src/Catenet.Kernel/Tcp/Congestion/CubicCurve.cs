using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The cubic function and the Reno flow beside it (RFC 9438 4.2, 4.3), in whole numbers: 1024ths of a second and Linux's ticks of a millisecond.</summary>
internal sealed class CubicCurve
{
    /// <summary>C = 0.4 segments per cubed second (RFC 9438 5), in the 1024ths of Linux: 410 / 1024.</summary>
    private const ulong C = 410;

    /// <summary>The Reno flow grows by a segment for every 15/8 windows acknowledged: (1 + beta) / (3 (1 - beta)) (RFC 9438 4.3).</summary>
    private const uint RenoScale = 15;

    /// <summary>Five minutes from the origin: further out the curve is beyond any window, and the cube beyond 64 bits.</summary>
    private const long Farthest = 300 * 1024;

    private const int TicksPerSecond = 1000;

    private uint _epoch;
    private uint _computedAt;
    private uint _computedFor;
    private uint _perStep;
    private uint _origin;
    private uint _k;
    private uint _acked;
    private uint _reno;
    private bool _inEpoch;

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _epoch = _computedAt = _computedFor = _perStep = _origin = _k = _acked = _reno = 0;
        _inEpoch = false;
    }

    /// <summary>The window was reduced: the curve begins anew with the next growth.</summary>
    public void EndEpoch() => _inEpoch = false;

    /// <summary>Whether the epoch is less than a second old.</summary>
    public bool IsYoung(Instant now) => _inEpoch && (int)(Ticks(now) - _epoch) < TicksPerSecond;

    /// <summary>Takes idle time out of the epoch.</summary>
    public void Shift(Duration idle, Instant now)
    {
        if (_inEpoch && idle > Duration.Zero)
        {
            uint epoch = _epoch + (uint)(idle.Nanoseconds / 1_000_000);
            uint ticks = Ticks(now);
            _epoch = (int)(epoch - ticks) > 0 ? ticks : epoch;
        }
    }

    /// <summary>How many acknowledged segments earn one of growth, so that a round trip follows the curve.</summary>
    /// <param name="cwnd">The window.</param>
    /// <param name="acked">Segments acknowledged now.</param>
    /// <param name="wMax">The window at the latest loss.</param>
    /// <param name="leastDelay">The least round-trip time in microseconds.</param>
    /// <param name="now">The present.</param>
    public int SegmentsPerStep(uint cwnd, uint acked, uint wMax, uint leastDelay, Instant now)
    {
        uint ticks = Ticks(now);
        _acked += acked;
        if (_computedFor == cwnd && (int)(ticks - _computedAt) <= TicksPerSecond / 32)
        {
            return (int)_perStep;
        }

        // At most one look at the curve per tick; the Reno flow is followed always.
        if (!_inEpoch || ticks != _computedAt)
        {
            _computedFor = cwnd;
            _computedAt = ticks;
            if (!_inEpoch)
            {
                BeginEpoch(cwnd, acked, wMax, ticks);
            }

            Follow(cwnd, wMax, leastDelay, ticks);
        }

        FollowReno(cwnd);

        // RFC 9438 4.2: at most half a segment for each acknowledged one.
        _perStep = Math.Max(_perStep, 2);
        return (int)_perStep;
    }

    /// <summary>The whole part of a cube root.</summary>
    internal static uint CubeRoot(ulong value)
    {
        uint root = 0;
        for (int shift = 63; shift >= 0; shift -= 3)
        {
            root <<= 1;
            ulong next = 3 * (ulong)root * (root + 1ul) + 1;
            if (value >> shift >= next)
            {
                value -= next << shift;
                root++;
            }
        }

        return root;
    }

    private static uint Ticks(Instant now) => (uint)((ulong)now.Nanoseconds / 1_000_000);

    private void BeginEpoch(uint cwnd, uint acked, uint wMax, uint ticks)
    {
        _inEpoch = true;
        _epoch = ticks;
        _acked = acked;
        _reno = cwnd;
        if (wMax <= cwnd)
        {
            _k = 0;
            _origin = cwnd;
        }
        else
        {
            _k = CubeRoot((1ul << 40) / C * (wMax - cwnd)); // K = cbrt((W_max - cwnd) / C)
            _origin = wMax;
        }
    }

    private void Follow(uint cwnd, uint wMax, uint leastDelay, uint ticks)
    {
        long t = (int)(ticks - _epoch) + (leastDelay + 999) / 1000;
        long fromK = t * 1024 / TicksPerSecond - _k;
        ulong distance = (ulong)Math.Min(Math.Abs(fromK), Farthest);
        long change = (long)((C * distance * distance * distance) >> 40);
        long target = _origin + (fromK < 0 ? -change : change);
        _perStep = target > cwnd ? (uint)(cwnd / (target - cwnd)) : 100 * cwnd;

        // Before the first loss W_max says nothing: do not creep.
        if (wMax == 0)
        {
            _perStep = Math.Min(_perStep, 20);
        }
    }

    private void FollowReno(uint cwnd)
    {
        uint perSegment = (cwnd * RenoScale) >> 3;
        if (perSegment > 0 && _acked > perSegment)
        {
            uint steps = (_acked - 1) / perSegment;
            _acked -= steps * perSegment;
            _reno += steps;
        }

        if (_reno > cwnd)
        {
            _perStep = Math.Min(_perStep, cwnd / (_reno - cwnd));
        }
    }
}
