using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>A connected stream socket as a <see cref="Stream"/>, in the shape of <see cref="NetworkStream"/>.</summary>
/// <remarks>
/// One reader and one writer may work at the same time. Failures are <see cref="IOException"/>s around the
/// <see cref="SocketException"/>. The synchronous calls block until the loop's driver has done the work: they are for
/// other threads than the loop's, where waiting would wait forever and is refused.
/// </remarks>
public sealed class NetStream : Stream
{
    private const string ReadFailed = "Unable to read data from the transport connection: ";
    private const string WriteFailed = "Unable to write data to the transport connection: ";

    private readonly bool _ownsSocket;
    private bool _disposed;

    /// <summary>Makes a stream of a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="ownsSocket">Whether disposing the stream disposes the socket.</param>
    /// <exception cref="IOException">The socket is not connected or not of the stream type.</exception>
    public NetStream(NetSocket socket, bool ownsSocket = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream)
        {
            throw new IOException("The operation is only allowed on stream-oriented sockets.");
        }

        if (!socket.Connected)
        {
            throw new IOException("The operation is not allowed on non-connected sockets.");
        }

        Socket = socket;
        _ownsSocket = ownsSocket;
    }

    /// <summary>The socket.</summary>
    public NetSocket Socket { get; }

    /// <summary>Whether something can be read without waiting.</summary>
    public bool DataAvailable => Socket.Available > 0;

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Socket.ReadAsync(buffer, ReadFailed, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Socket.WriteAsync(buffer, WriteFailed, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        RefuseOnLoop();
        return ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        RefuseOnLoop();
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Does nothing: what is written is on its way.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: what is written is on its way.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_disposed)
        {
            _disposed = true;
            if (disposing && _ownsSocket)
            {
                Socket.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void RefuseOnLoop()
    {
        if (Socket.Host.Loop.IsOnLoop)
        {
            throw new InvalidOperationException("A blocking call on the loop's own thread would wait forever: use ReadAsync or WriteAsync.");
        }
    }
}
