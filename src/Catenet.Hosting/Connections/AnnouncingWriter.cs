using System.IO.Pipelines;

namespace Catenet.Hosting.Connections;

/// <summary>A pipe's writer that announces its connection whenever something was written.</summary>
internal sealed class AnnouncingWriter(PipeWriter inner, ApplicationConnection connection) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = inner.FlushAsync(cancellationToken);
        connection.Announce();
        return result;
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        var result = inner.WriteAsync(source, cancellationToken);
        connection.Announce();
        return result;
    }

    public override void Complete(Exception? exception = null)
    {
        inner.Complete();
        if (exception is not null)
        {
            connection.Abort();
        }

        connection.Announce();
    }
}
