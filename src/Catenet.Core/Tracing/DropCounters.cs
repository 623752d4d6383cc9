namespace Catenet.Core;

/// <summary>How many packets a host, switch or link discarded, by reason.</summary>
/// <remarks>Belongs to one loop's thread.</remarks>
public sealed class DropCounters
{
    private static readonly int Reasons = (int)Enum.GetValues<DropReason>().Max() + 1;

    private long[]? _counts;

    /// <summary>How many packets were discarded for a reason.</summary>
    public long this[DropReason reason] => _counts is null ? 0 : _counts[(int)reason];

    /// <summary>All discarded packets; messages that ended after doing their work are not counted.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (var (_, count) in NonZero())
            {
                total += count;
            }

            return total;
        }
    }

    /// <summary>Counts one.</summary>
    public void Add(DropReason reason) => (_counts ??= new long[Reasons])[(int)reason]++;

    /// <summary>The reasons that occurred, in the order of the enumeration, without <see cref="DropReason.Consumed"/>.</summary>
    public IEnumerable<(DropReason Reason, long Count)> NonZero()
    {
        for (int i = 1; _counts is not null && i < _counts.Length; i++)
        {
            if (_counts[i] != 0 && (DropReason)i is not (DropReason.Consumed or DropReason.ArpConsumed))
            {
                yield return ((DropReason)i, _counts[i]);
            }
        }
    }
}
