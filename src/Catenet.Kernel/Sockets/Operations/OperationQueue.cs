namespace Catenet.Kernel.Sockets.Operations;

/// <summary>Calls that wait, in the order in which they were made, linked through themselves in a ring.</summary>
/// <remarks>A mutable struct: keep it in a field that is not readonly.</remarks>
internal struct OperationQueue
{
    /// <summary>The last call; the one after it is the first.</summary>
    private SocketOperation? _tail;

    /// <summary>The call that comes next.</summary>
    public readonly SocketOperation? Head => _tail?.Next;

    public void Enqueue(SocketOperation operation)
    {
        operation.Next = _tail is null ? operation : _tail.Next;
        if (_tail is not null)
        {
            _tail.Next = operation;
        }

        _tail = operation;
    }

    public SocketOperation Dequeue()
    {
        var head = _tail!.Next!;
        RemoveAfter(_tail);
        return head;
    }

    /// <summary>Takes a call out of the middle (it was cancelled); false if it does not wait here.</summary>
    public bool Remove(SocketOperation operation)
    {
        if (_tail is null)
        {
            return false;
        }

        var before = _tail;
        do
        {
            if (before.Next == operation)
            {
                RemoveAfter(before);
                return true;
            }

            before = before.Next!;
        }
        while (before != _tail);
        return false;
    }

    private void RemoveAfter(SocketOperation before)
    {
        var removed = before.Next!;
        if (removed == before)
        {
            _tail = null;
        }
        else
        {
            before.Next = removed.Next;
            if (removed == _tail)
            {
                _tail = before;
            }
        }

        removed.Next = null;
    }
}
