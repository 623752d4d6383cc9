using System.Runtime.CompilerServices;

namespace Catenet.Kernel.Tcp;

/// <summary>Keeps the <see cref="RecoveryState"/>s that are not in use: most connections are idle, and have none.</summary>
internal sealed class RecoveryPool
{
    private const int Kept = 256;

    private Stack<StrongBox<RecoveryState>>? _free;

    /// <summary>What a connection without one sees.</summary>
    public static StrongBox<RecoveryState> Resting { get; } = new(new RecoveryState { Rack = { WindowSteps = 1, SentAt = RackState.LongAgo } });

    /// <summary>The state with which something begins to be in flight.</summary>
    public StrongBox<RecoveryState> Rent(TcpConnection c)
    {
        var box = _free is not null && _free.TryPop(out var free) ? free : new StrongBox<RecoveryState>();
        box.Value = Resting.Value;
        box.Value.Point = box.Value.HighestSacked = box.Value.Rack.End = c.Snd.Una;
        return box;
    }

    /// <summary>Takes back what is at rest; nothing may be in flight.</summary>
    public void Settle(ref StrongBox<RecoveryState>? box)
    {
        if (box is not null && box.Value.IsAtRest)
        {
            _free ??= new Stack<StrongBox<RecoveryState>>();
            if (_free.Count < Kept)
            {
                _free.Push(box);
            }

            box = null;
        }
    }
}
