using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>Time stamps as scripts write them: <c>{tv_sec=0, tv_nsec=100000000}</c>, with <c>tv_usec</c>, or with <c>scm_sec</c> and <c>scm_nsec</c>.</summary>
internal static class StampText
{
    private static readonly (string Seconds, string Fraction, long Unit)[] s_forms = [("scm_sec", "scm_nsec", 1), ("tv_sec", "tv_nsec", 1), ("tv_sec", "tv_usec", 1000)];

    /// <summary>The time of the script that a structure says; null if it says none.</summary>
    public static Instant? TryRead(StructExpression structure)
    {
        foreach (var (seconds, fraction, unit) in s_forms)
        {
            if (structure[seconds] is { } whole && structure[fraction] is { } part && !Values.IsAny(whole) && !Values.IsAny(part))
            {
                return new Instant((Values.Number(whole) * 1_000_000_000) + (Values.Number(part) * unit));
            }
        }

        return null;
    }
}
