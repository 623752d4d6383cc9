using System.Runtime.InteropServices;

namespace Catenet.Cli;

/// <summary>Ctrl-C and its like, taken as a wish to end in good order: what was made in Linux is taken back.</summary>
internal sealed class EndSignal : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Begins to listen, or leaves the signals their usual meaning, which is a sudden end.</summary>
    public EndSignal(bool listen) => _signals = !listen ? [] :
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, OnSignal))];

    /// <summary>Cancelled when the end is wished for.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>Complete when the end is wished for.</summary>
    public Task Task => _ended.Task;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _cancel.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ended.TrySetResult();
        _cancel.Cancel();
    }
}
