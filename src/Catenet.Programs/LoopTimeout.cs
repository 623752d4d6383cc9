using Catenet.Core;

namespace Catenet.Programs;

/// <summary>A cancellation token that is cancelled after a time on the loop's own clock, or with another token.</summary>
internal sealed class LoopTimeout : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly EventLoop _loop;
    private readonly ActionTimer _timer;

    public LoopTimeout(EventLoop loop, Duration after, CancellationToken linked = default)
    {
        _loop = loop;
        _source = CancellationTokenSource.CreateLinkedTokenSource(linked);
        _timer = new ActionTimer(_ =>
        {
            HasExpired = true;
            _source.Cancel();
        });
        if (after != Duration.Infinite)
        {
            loop.Arm(_timer, after);
        }
    }

    /// <summary>Whether the time is over (rather than the other token cancelled).</summary>
    public bool HasExpired { get; private set; }

    public CancellationToken Token => _source.Token;

    /// <summary>Begins the time anew.</summary>
    public void Restart(Duration after) => _loop.Arm(_timer, after);

    public void Dispose()
    {
        _loop.Cancel(_timer);
        _source.Dispose();
    }
}
