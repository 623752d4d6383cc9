using System.Runtime.ExceptionServices;

namespace Catenet.Kernel.Sockets;

/// <summary>Runs a short call on a loop and gives its result back: at once on the loop, by waiting for the loop from another thread.</summary>
internal static class LoopCall
{
    /// <summary>Calls on the loop. From another thread this blocks until the loop's driver has run it.</summary>
    public static TResult Invoke<TState, TResult>(EventLoop loop, Func<TState, TResult> call, TState state)
    {
        if (loop.IsOnLoop)
        {
            return call(state);
        }

        using var hop = new Hop<TState, TResult>(call, state);
        loop.Post(static hop => ((Hop<TState, TResult>)hop!).Run(), hop);
        return hop.Wait();
    }

    private sealed class Hop<TState, TResult>(Func<TState, TResult> call, TState state) : IDisposable
    {
        private readonly ManualResetEventSlim _done = new();
        private TResult _result = default!;
        private ExceptionDispatchInfo? _exception;

        public void Run()
        {
            try
            {
                _result = call(state);
            }
            catch (Exception e)
            {
                _exception = ExceptionDispatchInfo.Capture(e);
            }

            _done.Set();
        }

        public TResult Wait()
        {
            _done.Wait();
            _exception?.Throw();
            return _result;
        }

        public void Dispose() => _done.Dispose();
    }
}
