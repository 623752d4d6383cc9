namespace Catenet.Packetdrill.Calls;

/// <summary>A regular file, which lives in memory and begins empty unless it is read: then it is full of zeros.</summary>
internal sealed class MemoryFile : OpenFile
{
    private const long Endless = 1L << 40;

    public override int Readiness => Symbols.POLLIN | Symbols.POLLOUT | Symbols.POLLRDNORM | Symbols.POLLWRNORM;

    public override bool IsPollable => false;

    public override long Available => Endless;

    public override CallOutcome Receive(Span<byte> buffer, int flags)
    {
        buffer.Clear();
        return new CallOutcome(buffer.Length, null);
    }

    public override CallOutcome Send(ReadOnlySpan<byte> data, int flags) => new(data.Length, null);
}

/// <summary>What both ends of a pipe share.</summary>
internal sealed class PipeBuffer
{
    /// <summary>What a pipe holds: 16 pages.</summary>
    public const int Capacity = 65536;

    public Queue<byte> Octets { get; } = new();

    public bool WriterClosed { get; set; }

    public bool ReaderClosed { get; set; }

    /// <summary>Both ends.</summary>
    public List<PipeFile> Ends { get; } = [];

    /// <summary>Something has changed that who waits at either end may wait for.</summary>
    public void OnChange(int events)
    {
        foreach (var end in Ends)
        {
            end.Wake(events);
        }
    }
}

/// <summary>One end of a pipe.</summary>
internal sealed class PipeFile(PipeBuffer buffer, bool isReader) : OpenFile
{
    public override long Available => isReader ? buffer.Octets.Count : 0;

    public override int Readiness => isReader
        ? (buffer.Octets.Count > 0 ? Symbols.POLLIN | Symbols.POLLRDNORM : 0) | (buffer.WriterClosed ? Symbols.POLLHUP : 0)
        : (buffer.Octets.Count < PipeBuffer.Capacity ? Symbols.POLLOUT | Symbols.POLLWRNORM : 0) | (buffer.ReaderClosed ? Symbols.POLLERR : 0);

    public override CallOutcome Receive(Span<byte> into, int flags)
    {
        if (!isReader)
        {
            return CallOutcome.Fail("EBADF");
        }

        int count = Math.Min(into.Length, buffer.Octets.Count);
        for (int i = 0; i < count; i++)
        {
            into[i] = buffer.Octets.Dequeue();
        }

        if (count > 0)
        {
            buffer.OnChange(Symbols.POLLOUT | Symbols.POLLWRNORM);
        }

        return count > 0 || buffer.WriterClosed ? new CallOutcome(count, null) : CallOutcome.Again;
    }

    public override CallOutcome Send(ReadOnlySpan<byte> data, int flags)
    {
        if (isReader || buffer.ReaderClosed)
        {
            return CallOutcome.Fail(isReader ? "EBADF" : "EPIPE");
        }

        int count = Math.Min(data.Length, PipeBuffer.Capacity - buffer.Octets.Count);
        foreach (byte octet in data[..count])
        {
            buffer.Octets.Enqueue(octet);
        }

        buffer.OnChange(Symbols.POLLIN | Symbols.POLLRDNORM);
        return count > 0 ? new CallOutcome(count, null) : CallOutcome.Again;
    }

    public override void Close()
    {
        buffer.ReaderClosed |= isReader;
        buffer.WriterClosed |= !isReader;
        buffer.OnChange(0);
    }
}
