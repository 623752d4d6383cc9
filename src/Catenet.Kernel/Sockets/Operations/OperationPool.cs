using System.Collections.Concurrent;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>Operations of one kind that no socket of the host uses at the moment. Sockets that wait for nothing hold none.</summary>
/// <remarks>Any thread may rent and return.</remarks>
internal sealed class OperationPool<T>
    where T : SocketOperation, new()
{
    /// <summary>What a crowd of sockets served at one instant needs; what comes back beyond it is left to the collector.</summary>
    private const int Most = 256;

    private readonly ConcurrentQueue<T> _more = new();
    private int _count;
    private T? _one;

    /// <summary>Takes one for a socket.</summary>
    public T Rent(SocketCore core)
    {
        var operation = Interlocked.Exchange(ref _one, null);
        if (operation is null && _more.TryDequeue(out operation))
        {
            Interlocked.Decrement(ref _count);
        }

        operation ??= new T();
        operation.Core = core;
        return operation;
    }

    /// <summary>Takes one back.</summary>
    public void Return(T operation)
    {
        operation.Core = null!;
        if (Interlocked.CompareExchange(ref _one, operation, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) <= Most)
        {
            _more.Enqueue(operation);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
