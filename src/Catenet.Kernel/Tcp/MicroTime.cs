using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>When something happened last, on a clock of 32 bits that counts microseconds: for what matters within round trips.</summary>
/// <remarks>What happened more than 71 minutes ago seems to have happened later than it did.</remarks>
internal readonly struct MicroTime(Instant at)
{
    private readonly uint _microseconds = (uint)(at.Nanoseconds / 1000);

    /// <summary>Microseconds from then until now.</summary>
    public uint Until(MicroTime now) => now._microseconds - _microseconds;

    /// <summary>An instant as such a time.</summary>
    public static implicit operator MicroTime(Instant at) => new(at);
}
