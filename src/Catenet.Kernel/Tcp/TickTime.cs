using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>When something happened last, on a clock of 32 bits that counts milliseconds (Linux's tcp_jiffies32): connections are many, and an <see cref="Instant"/> takes twice as much.</summary>
/// <remarks>What happened more than 49 days ago seems to have happened later than it did.</remarks>
internal readonly struct TickTime(Instant at)
{
    private readonly uint _next = Timestamps.ToTicks(at) + 1;

    /// <summary>Whether it has happened.</summary>
    public bool IsSet => _next != 0;

    /// <summary>How long ago that was.</summary>
    public Duration Until(Instant now) => Duration.FromMilliseconds(Timestamps.ToTicks(now) + 1 - _next);

    /// <summary>The present as such a time.</summary>
    public static implicit operator TickTime(Instant at) => new(at);
}
