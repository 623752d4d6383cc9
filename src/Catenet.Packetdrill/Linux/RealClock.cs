using Catenet.Linux.Native;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>The time that passes. This is the one place where scripts meet a real clock: Linux has no other.</summary>
/// <param name="patience">How long anything is waited for that may come at any time.</param>
internal sealed unsafe class RealClock(Duration patience) : IStackClock
{
    private const int Realtime = 0, Monotonic = 1;
    private const short ReadableOrBroken = 1;
    private const long Second = 1_000_000_000;
    private const long LongestSleep = Second;

    private readonly List<int> _watched = [];
    private long _zero = Read(Monotonic);

    public Action? AfterStep { get; set; }

    /// <summary>Takes what has come in the meantime.</summary>
    public Action? Collect { get; set; }

    public Instant Now => new(Read(Monotonic) - Volatile.Read(ref _zero));

    /// <summary>Segments of one burst are seen a little after one another if another processor sends them.</summary>
    public Duration BurstTime { get; } = Duration.FromMilliseconds(3);

    public Duration LongPatience => patience;

    public void Start() => Volatile.Write(ref _zero, Read(Monotonic));

    /// <summary>Sleeping ends when a descriptor becomes readable.</summary>
    public void Watch(int descriptor) => _watched.Add(descriptor);

    /// <summary>The script's time of a moment of the wall clock, which may jump; only what is just over is told rightly.</summary>
    public Instant OfWallClock(long nanoseconds) => Now + new Duration(nanoseconds - Read(Realtime));

    public void Settle()
    {
        Collect?.Invoke();
        AfterStep?.Invoke();
    }

    public void AdvanceTo(Instant when) => AdvanceUntil(static () => false, when);

    public bool AdvanceUntil(Func<bool> done, Instant limit)
    {
        while (true)
        {
            Settle();
            if (done())
            {
                return true;
            }

            long left = (limit - Now).Nanoseconds;
            if (left <= 0)
            {
                return false;
            }

            Sleep(Math.Min(left, LongestSleep));
        }
    }

    private static long Read(int clock)
    {
        TimeSpec time;
        _ = RawCalls.GetTime(clock, &time);
        return time.Seconds * Second + time.Nanoseconds;
    }

    private void Sleep(long nanoseconds)
    {
        var entries = stackalloc PollEntry[_watched.Count];
        for (int i = 0; i < _watched.Count; i++)
        {
            entries[i] = new PollEntry { Descriptor = _watched[i], Events = ReadableOrBroken };
        }

        var limit = new TimeSpec { Seconds = nanoseconds / Second, Nanoseconds = nanoseconds % Second };
        _ = RawCalls.PPoll(entries, (nuint)_watched.Count, &limit, null);
    }
}
