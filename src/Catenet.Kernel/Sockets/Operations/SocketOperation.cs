using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>One asynchronous call on a socket: tried on the loop, waiting in a queue if it would block, awaited from anywhere.</summary>
/// <remarks>
/// Pooled: <see cref="Begin"/> makes it live, reading its result ends it. The loop alone runs and completes it; the
/// awaiting side only registers a continuation and reads the result, so the two meet in one compare-and-swap.
/// A continuation registered on the loop runs on the loop, later at the same instant; another goes to the context it came
/// from or, without one, to the thread pool. It never runs inside packet processing.
/// </remarks>
internal abstract class SocketOperation : IThreadPoolWorkItem
{
    private static readonly Action<object?> Done = static _ => throw new InvalidOperationException("A sentinel was called.");
    private static readonly SendOrPostCallback RunPosted = static operation => ((SocketOperation)operation!).Continue();

    private Action<object?>? _continuation;
    private object? _state;
    private object? _context;
    private ExecutionContext? _executionContext;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private volatile bool _completed;
    private SocketError _error;
    private bool _cancelled;
    private bool _leavesContext;
    private Instant _begun;

    /// <summary>The socket it acts on.</summary>
    public SocketCore Core { get; set; } = null!;

    /// <summary>Links operations in an <see cref="OperationQueue"/>.</summary>
    public SocketOperation? Next { get; set; }

    /// <summary>Tells one use of the object from the next; the token of its ValueTask.</summary>
    public short Version { get; private set; }

    /// <summary>Whether it waits for something to read (or accept) rather than to write (or connect).</summary>
    public abstract bool IsRead { get; }

    /// <summary>If set, a failure is an IOException that begins with this, around the SocketException.</summary>
    public string? StreamFailure { get; set; }

    /// <summary>When the call was made.</summary>
    public Instant Begun => _begun;

    /// <summary>Starts the operation: at once on the loop, posted to it from elsewhere.</summary>
    public void Begin(CancellationToken token)
    {
        _token = token;
        if (Core.Loop.IsOnLoop)
        {
            Start();
        }
        else
        {
            Core.Loop.Post(static operation => ((SocketOperation)operation!).Start(), this);
        }
    }

    /// <summary>Tries the call. On the loop.</summary>
    /// <returns><see cref="SocketError.WouldBlock"/> if it must wait; else how it ended.</returns>
    public abstract SocketError Try();

    /// <summary>What strace would print of the call before its result, and the result if it succeeded.</summary>
    public abstract string Describe(SocketError error);

    /// <summary>Takes back what a call given up had begun, as a connection attempt.</summary>
    public virtual void Abandon()
    {
    }

    /// <summary>Ends the operation and lets the awaiting side go on. On the loop.</summary>
    public void Complete(SocketError error)
    {
        _error = error;
        if (Core.Host.Loop.Tracer.Enabled)
        {
            Core.Trace(Describe(error), Core.Loop.Now - _begun);
        }

        _completed = true;
        if (Interlocked.CompareExchange(ref _continuation, Done, null) is not null)
        {
            Dispatch();
        }
    }

    /// <summary>The state of its ValueTask.</summary>
    public ValueTaskSourceStatus GetStatus(short token)
    {
        CheckVersion(token);

        // Not before the completing side is done with the object: who sees it complete may give it to another socket.
        if (!_completed || Volatile.Read(ref _continuation) is null)
        {
            return ValueTaskSourceStatus.Pending;
        }

        return _error == SocketError.Success ? ValueTaskSourceStatus.Succeeded
            : _cancelled ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted;
    }

    /// <summary>Registers what to do when it is complete.</summary>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        CheckVersion(token);
        _state = state;
        _context = CaptureContext(flags);
        _leavesContext = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) == 0;
        _executionContext = (flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0 ? ExecutionContext.Capture() : null;
        var before = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (before is null)
        {
            return;
        }

        if (!ReferenceEquals(before, Done))
        {
            throw new InvalidOperationException("A socket operation's ValueTask may be awaited once.");
        }

        _continuation = continuation;
        Dispatch();
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => Continue();

    /// <summary>Ends this use of the object and throws if the call failed. The derived class has saved its result before.</summary>
    protected void Finish(short token)
    {
        CheckVersion(token);
        if (!_completed)
        {
            throw new InvalidOperationException("The socket operation is not complete: await it.");
        }

        // Waits for a cancellation callback that is just running, so that it cannot hit the next use of the object.
        _registration.Dispose();
        var error = _error;
        bool cancelled = _cancelled;
        var cancellation = _token;
        string? streamFailure = StreamFailure;
        StreamFailure = null;
        Version++;
        _registration = default;
        _token = default;
        _continuation = null;
        _state = _context = null;
        _executionContext = null;
        _completed = _cancelled = false;
        _error = SocketError.Success;
        Release();
        if (cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }

        if (error != SocketError.Success)
        {
            var failure = new SocketException((int)error);
            throw streamFailure is null ? failure : new IOException($"{streamFailure}{failure.Message}.", failure);
        }
    }

    /// <summary>Forgets what the call was about and goes back to the host's pool.</summary>
    protected abstract void Release();

    private void Start()
    {
        _begun = Core.Loop.Now;
        if (!Core.Submit(this) && _token.CanBeCanceled)
        {
            _registration = _token.UnsafeRegister(static operation => ((SocketOperation)operation!).RequestCancel(), this);
        }
    }

    private void RequestCancel()
    {
        // Read now, while this use of the object is sure to be the one that registered.
        var request = (Operation: this, Version);
        Core.Loop.Post(static state =>
        {
            var (operation, version) = ((SocketOperation, short))state!;
            operation.Cancel(version);
        }, request);
    }

    private void Cancel(short version)
    {
        if (version == Version && !_completed && Core.Withdraw(this))
        {
            _cancelled = true;
            Abandon();
            Complete(SocketError.OperationAborted);
        }
    }

    private object? CaptureContext(ValueTaskSourceOnCompletedFlags flags)
    {
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            if (SynchronizationContext.Current is { } current && current.GetType() != typeof(SynchronizationContext))
            {
                return current;
            }

            if (TaskScheduler.Current != TaskScheduler.Default)
            {
                return TaskScheduler.Current;
            }
        }

        // Code on the loop stays on the loop even where it says ConfigureAwait(false): leaving would end repeatability.
        return Core.Loop.IsOnLoop ? Core.Loop.SynchronizationContext : null;
    }

    private void Dispatch()
    {
        switch (_context)
        {
            case null:
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                break;
            case SynchronizationContext context when context == Core.Loop.SynchronizationContext:
                Core.Loop.Post(RunPosted, this);
                break;
            case SynchronizationContext context:
                context.Post(RunPosted, this);
                break;
            default:
                Task.Factory.StartNew(static operation => ((SocketOperation)operation!).Continue(), this,
                    CancellationToken.None, TaskCreationOptions.DenyChildAttach, (TaskScheduler)_context);
                break;
        }
    }

    private void Continue()
    {
        if (_leavesContext && Core.Loop.IsOnLoop)
        {
            // Code that said ConfigureAwait(false) goes on without a context, so that what it completes in turn continues
            // here and now, and not on the thread pool; who awaits it with the loop's context is posted to the loop.
            var context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                Invoke();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
        else
        {
            Invoke();
        }
    }

    private void Invoke()
    {
        if (_executionContext is null)
        {
            _continuation!(_state);
        }
        else
        {
            ExecutionContext.Run(_executionContext, static operation =>
            {
                var self = (SocketOperation)operation!;
                self._continuation!(self._state);
            }, this);
        }
    }

    private void CheckVersion(short token)
    {
        if (token != Version)
        {
            throw new InvalidOperationException("A socket operation's ValueTask may be awaited once.");
        }
    }
}
