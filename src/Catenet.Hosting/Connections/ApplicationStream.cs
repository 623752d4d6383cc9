using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Catenet.Hosting.Connections;

/// <summary>The application's end of a connection as a <see cref="Stream"/>, for HttpClient and SslStream.</summary>
internal sealed class ApplicationStream(ApplicationConnection connection) : Stream
{
    private int _disposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            ReadResult result = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(result.IsCanceled, this);
            ReadOnlySequence<byte> octets = result.Buffer;
            int count = (int)Math.Min(octets.Length, buffer.Length);
            octets.Slice(0, count).CopyTo(buffer.Span);
            connection.Input.AdvanceTo(octets.GetPosition(count));
            return count > 0 || buffer.IsEmpty || connection.Failure is null ? count : throw connection.Failure;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Broken(failure);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FlushResult result;
        try
        {
            result = await connection.Output.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Broken(failure);
        }

        if (result.IsCompleted)
        {
            throw Broken(connection.Failure);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            connection.Output.Complete();
            connection.Input.CancelPendingRead();
            connection.Close();
        }
    }

    private static IOException Broken(Exception? failure) => failure switch
    {
        null => new IOException("The connection is closed.", new SocketException((int)SocketError.Shutdown)),
        { InnerException: SocketException socket } => new IOException(failure.Message, socket),
        _ => new IOException(failure.Message, failure),
    };
}
