namespace Catenet.Kernel.Sockets.Operations;

/// <summary>Calls that wait, in the order in which they were made, linked through themselves.</summary>
/// <remarks>A mutable struct: keep it in a field that is not readonly.</remarks>
internal struct OperationQueue
{
    private SocketOperation? _tail;

    /// <summary>The call that comes next.</summary>
    public SocketOperation? Head { get; private set; }

    public void Enqueue(SocketOperation operation)
    {
        operation.Next = null;
        if (_tail is null)
        {
            Head = operation;
        }
        else
        {
            _tail.Next = operation;
        }

        _tail = operation;
    }

    public SocketOperation Dequeue()
    {
        var head = Head!;
        Head = head.Next;
        if (Head is null)
        {
            _tail = null;
        }

        head.Next = null;
        return head;
    }

    /// <summary>Takes a call out of the middle (it was cancelled); false if it does not wait here.</summary>
    public bool Remove(SocketOperation operation)
    {
        SocketOperation? before = null;
        for (var at = Head; at is not null; before = at, at = at.Next)
        {
            if (at != operation)
            {
                continue;
            }

            if (before is null)
            {
                Head = at.Next;
            }
            else
            {
                before.Next = at.Next;
            }

            if (_tail == at)
            {
                _tail = before;
            }

            at.Next = null;
            return true;
        }

        return false;
    }
}
