using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Catenet.Hosting.Gate;
using Catenet.Kernel.Tcp;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Connections;

/// <summary>A TCP connection on one side, thread-pool code on the other.</summary>
/// <remarks>
/// Two pipes with limits lie between. The loop touches their ends only while its door is open, so what the outside reads
/// and writes is cut at idle moments, not by chance. A full pipe towards the application leaves octets with TCP, whose
/// window then closes; a full send buffer leaves them in the other pipe, whose writer then waits.
/// </remarks>
internal sealed class ApplicationConnection : DoorGuest, ISocketEvents
{
    /// <summary>Octets the application may leave unread before TCP's window closes.</summary>
    public const int InboundLimit = 256 * 1024;

    /// <summary>Octets the application may write ahead of TCP.</summary>
    public const int OutboundLimit = 128 * 1024;

    /// <summary>What all such connections have set. The pipe gathers what is small, TCP need not.</summary>
    public static readonly TcpSocketOptions Options = new() { NoDelay = true };

    private static readonly TcpSocketOptions CorkedOptions = Options with { Cork = true };

    private readonly TcpConnection _tcp;
    private readonly bool _accepted;
    private readonly Pipe _inbound;
    private readonly Pipe _outbound;
    private readonly CancellationTokenSource _closed = new();
    private ReadResult _collected;
    private bool _hasCollected;
    private bool _sendBlocked;
    private bool _sendFinished;
    private bool _receiveFinished;
    private bool _finishReported;
    private bool _ended;
    private volatile bool _receivePaused;
    private volatile bool _readerGone;
    private volatile bool _closeRequested;
    private volatile bool _abortRequested;
    private volatile Exception? _failure;

    /// <summary>Joins an established connection to new pipes. On the loop.</summary>
    public ApplicationConnection(LoopDoor door, TcpConnection tcp, string name, bool accepted)
        : base(door)
    {
        _tcp = tcp;
        _accepted = accepted;
        Name = name;
        LocalEndPoint = tcp.LocalEndpoint.ToIPEndPoint();
        RemoteEndPoint = tcp.RemoteEndpoint.ToIPEndPoint();
        _inbound = new Pipe(new PipeOptions(
            pauseWriterThreshold: InboundLimit, resumeWriterThreshold: InboundLimit / 2,
            readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.Inline,
            minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
        _outbound = new Pipe(new PipeOptions(
            pauseWriterThreshold: OutboundLimit, resumeWriterThreshold: OutboundLimit / 2,
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.ThreadPool,
            minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
        Output = new AnnouncingWriter(_outbound.Writer, this);
        door.Root(this);
        tcp.Events = this;
        Fail(tcp.Error);
        Announce();
    }

    public override string Name { get; }

    public IPEndPoint LocalEndPoint { get; }

    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Where the application reads.</summary>
    public PipeReader Input => _inbound.Reader;

    /// <summary>Where the application writes.</summary>
    public PipeWriter Output { get; }

    /// <summary>Cancelled when the peer has finished or reset, or the application has aborted.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Why the stream broke; null as long as it has not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Gives the stream up in good order, after what was written. From any thread.</summary>
    public void Close()
    {
        _closeRequested = true;
        Announce();
    }

    /// <summary>Resets the stream. From any thread.</summary>
    public void Abort()
    {
        _abortRequested = true;
        Announce();
    }

    void ISocketEvents.OnConnected(TcpConnection connection)
    {
    }

    void ISocketEvents.OnReadable(TcpConnection connection) => Announce();

    void ISocketEvents.OnWritable(TcpConnection connection)
    {
        _sendBlocked = false;
        Announce();
    }

    void ISocketEvents.OnClosed(TcpConnection connection, SocketError error)
    {
        Fail(error);
        Announce();
    }

    public override void Collect() =>
        _hasCollected = !_ended && !_sendFinished && !_sendBlocked && _outbound.Reader.TryRead(out _collected);

    public override void Serve()
    {
        if (_ended)
        {
            return;
        }

        Send();
        if (_abortRequested)
        {
            _tcp.Abort();
            _failure ??= new ConnectionAbortedException("The application aborted the connection.");
        }

        Receive();
        if (_failure is not null)
        {
            End(_failure);
        }
        else if (_closeRequested && _sendFinished)
        {
            End(null);
        }
    }

    private void Send()
    {
        if (!_hasCollected)
        {
            return;
        }

        _hasCollected = false;
        ReadOnlySequence<byte> octets = _collected.Buffer;
        bool last = _collected.IsCompleted;
        _collected = default;
        long sent = _failure is null ? SendAll(octets) : octets.Length;
        SequencePosition at = octets.GetPosition(sent);
        _sendBlocked = sent < octets.Length;
        _outbound.Reader.AdvanceTo(at, _sendBlocked ? at : octets.End);
        if (last && !_sendBlocked)
        {
            _sendFinished = true;
            _outbound.Reader.Complete();
            if (_failure is null)
            {
                _tcp.ShutdownSend();
            }
        }
    }

    /// <summary>Gives TCP as much as it takes; the cork keeps the pipe's segments from becoming TCP's.</summary>
    private long SendAll(ReadOnlySequence<byte> octets)
    {
        bool corked = !octets.IsSingleSegment;
        var options = _tcp.Options;
        if (corked)
        {
            _tcp.Options = ReferenceEquals(options, Options) ? CorkedOptions : options with { Cork = true };
        }

        long sent = 0;
        foreach (ReadOnlyMemory<byte> part in octets)
        {
            int taken = _tcp.Send(part.Span, out var error);
            sent += taken;
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                Fail(error);
                sent = octets.Length;
                break;
            }

            if (taken < part.Length)
            {
                break;
            }
        }

        if (corked)
        {
            _tcp.Options = options;
            _tcp.ApplyOptions();
        }

        return sent;
    }

    private void Receive()
    {
        if (_receiveFinished)
        {
            ReportFinish();
            return;
        }

        if (_receivePaused || _readerGone)
        {
            return;
        }

        int total = 0;
        int count = 0;
        var error = SocketError.WouldBlock;
        while (total < InboundLimit && (count = _tcp.Receive(_inbound.Writer.GetSpan(), out error)) > 0)
        {
            _inbound.Writer.Advance(count);
            total += count;
        }

        if (total > 0)
        {
            Deliver(more: count > 0);
        }

        if (count == 0 && error == SocketError.Success)
        {
            // The end is told one opening later than the octets before it: their reader is then idle again.
            _receiveFinished = true;
            _inbound.Writer.Complete();
            Announce();
        }
    }

    private void Deliver(bool more)
    {
        ValueTask<FlushResult> flush = _inbound.Writer.FlushAsync();
        if (!flush.IsCompleted)
        {
            _receivePaused = true;
            var awaiter = flush.GetAwaiter();
            awaiter.UnsafeOnCompleted(() =>
            {
                _readerGone |= awaiter.GetResult().IsCompleted;
                _receivePaused = false;
                Announce();
            });
        }
        else if (flush.GetAwaiter().GetResult().IsCompleted)
        {
            _readerGone = true;
        }
        else if (more)
        {
            Announce();
        }
    }

    private void ReportFinish()
    {
        if (!_finishReported)
        {
            _finishReported = true;
            CancelClosed();
        }
    }

    private void End(Exception? failure)
    {
        _ended = true;
        _tcp.Close();

        // A stream still gives what came before the reset, as a socket does; Kestrel expects to hear of it at once.
        _inbound.Writer.Complete(_accepted ? failure : null);
        if (!_sendFinished)
        {
            _outbound.Reader.Complete();
        }

        Door.Unroot(this);
        CancelClosed();
    }

    private void Fail(SocketError error)
    {
        if (error != SocketError.Success)
        {
            _failure ??= error == SocketError.ConnectionReset
                ? new ConnectionResetException("The peer reset the connection.", new SocketException((int)error))
                : new IOException($"The connection failed: {error}.", new SocketException((int)error));
        }
    }

    private void CancelClosed() =>
        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), _closed, preferLocal: false);
}
