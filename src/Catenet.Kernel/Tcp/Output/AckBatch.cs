using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Connections that owe an ACK for the frames of the batch that is being received: each sends one when the batch is through.</summary>
internal sealed class AckBatch(EventLoop loop) : LoopTask
{
    private TcpConnection? _first;
    private TcpConnection? _last;

    public void Add(TcpConnection c)
    {
        if (c.Has(ConnectionFlags.Deferred))
        {
            return;
        }

        c.Flags |= ConnectionFlags.Deferred;
        if (_last is null)
        {
            _first = c;
        }
        else
        {
            _last.NextDeferred = c;
        }

        _last = c;
        loop.Schedule(this);
    }

    protected override void Run()
    {
        while (_first is { } c)
        {
            _first = c.NextDeferred;
            if (_first is null)
            {
                _last = null;
            }

            c.NextDeferred = null;
            c.Flags &= ~ConnectionFlags.Deferred;
            if (c.Acks.Pending && c.IsSynchronized && c.State != TcpState.TimeWait)
            {
                Acknowledgment.SendNow(c);
                c.ArmTimer();
            }
        }
    }
}
