namespace Catenet.Packetdrill.Calls;

/// <summary>A regular file, which lives in memory and begins empty unless it is read: then it is full of zeros.</summary>
internal sealed class MemoryFile : OpenFile
{
    private const long Endless = 1L << 40;

    public override int Readiness => Symbols.POLLIN | Symbols.POLLOUT | Symbols.POLLRDNORM | Symbols.POLLWRNORM;

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

        Changes++;
        return count > 0 ? new CallOutcome(count, null) : CallOutcome.Again;
    }

    public override void Close()
    {
        buffer.ReaderClosed |= isReader;
        buffer.WriterClosed |= !isReader;
    }
}

/// <summary>An epoll instance.</summary>
internal sealed class EpollFile : OpenFile
{
    /// <summary>What is waited for, in the order in which it was added.</summary>
    public List<EpollEntry> Entries { get; } = [];

    public override int Readiness => Entries.Any(e => e.Ready != 0) ? Symbols.POLLIN : 0;
}

/// <summary>A file that an epoll instance watches.</summary>
internal sealed class EpollEntry(int descriptor, OpenFile file)
{
    private int _seen = -1;

    public int Descriptor => descriptor;

    public OpenFile File => file;

    public int Events { get; set; }

    /// <summary>What the script keeps with it.</summary>
    public long Data { get; set; }

    /// <summary>What it is ready for now, as far as it is asked for; edge-triggered, only if something has changed since it was told.</summary>
    public int Ready
    {
        get
        {
            bool asked = (Events & 0xFFFF) != 0;
            int ready = asked ? file.Readiness & (Events | Symbols.POLLERR | Symbols.POLLHUP) : 0;
            return (Events & Symbols.EPOLLET) != 0 && _seen == file.Changes ? 0 : ready;
        }
    }

    /// <summary>It was told.</summary>
    public void OnTold()
    {
        _seen = file.Changes;
        if ((Events & Symbols.EPOLLONESHOT) != 0)
        {
            Events &= unchecked((int)0xFFFF0000);
        }
    }

    /// <summary>Asks anew.</summary>
    public void Renew() => _seen = -1;
}
