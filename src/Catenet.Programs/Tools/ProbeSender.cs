using Catenet.Core;
using Catenet.Kernel;

namespace Catenet.Programs.Tools;

/// <summary>Sends packets that may only go so far, one at a time, and waits for what each of them causes.</summary>
internal abstract class ProbeSender(Host host) : IDisposable
{
    public Host Host { get; } = host;

    /// <summary>Sends one probe; null if nothing has come back for it in time.</summary>
    public async Task<ProbeAnswer?> SendAsync(int ttl, Duration timeout, CancellationToken cancellationToken)
    {
        using var wait = new LoopTimeout(Host.Loop, timeout, cancellationToken);
        try
        {
            return await ExchangeAsync(ttl, wait.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public abstract void Dispose();

    protected abstract Task<ProbeAnswer?> ExchangeAsync(int ttl, CancellationToken token);
}
