using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The memory that all TCP sockets of a host take, counted in pages, and what is granted when it runs short (Linux's tcp_mem, __sk_mem_schedule).</summary>
/// <remarks>
/// A socket is charged what it sends and receives, rounded up to pages; the host's count is touched only when the number of its pages
/// changes. As long as <see cref="IsAmple"/> is true nobody asks before he takes. The count is exact; Linux's lags behind by up to
/// 256 pages per processor.
/// </remarks>
internal sealed class HostMemory(TcpLayer layer)
{
    private const int PageShift = 12;

    /// <summary>More than the largest packet takes, in pages.</summary>
    private const int Margin = 64;

    /// <summary>The least that a send buffer becomes for want of memory (Linux's SOCK_MIN_SNDBUF).</summary>
    private const int LeastSendBuffer = 4608;

    private Instant _pressedSince;

    /// <summary>Pages charged to all sockets.</summary>
    public int Pages { get; private set; }

    /// <summary>Whether there is pressure: nothing grows.</summary>
    public bool IsPressed { get; private set; }

    /// <summary>Whether one packet more cannot matter.</summary>
    public bool IsAmple => IsAmpleFor(0);

    /// <summary>Whether a buffer may grow by itself.</summary>
    public bool AllowsGrowth => !IsPressed && Pages < layer.Settings.Memory.Low;

    /// <summary>Whether so many octets more cannot matter, in buffers that cost as much again.</summary>
    public bool IsAmpleFor(int octets) => Pages + Margin + (octets >> (PageShift - 1)) <= layer.Settings.Memory.Low;

    /// <summary>Whether a connection without a user has to give its memory back (Linux's tcp_out_of_memory).</summary>
    public bool IsExhaustedFor(TcpConnection c) => SendSpace.Queued(c) > LeastSendBuffer && Pages > layer.Settings.Memory.High;

    /// <summary>What a connection has been charged and does not use (Linux's sk_forward_alloc).</summary>
    public static int Forward(TcpConnection c) => (int)(((long)c.Pages << PageShift) - Used(c));

    /// <summary>Charges the connection what it uses by now, granted or not.</summary>
    public void Settle(TcpConnection c)
    {
        int change = PagesOf(Used(c)) - c.Pages;
        if (change != 0)
        {
            Charge(c, change);
            if (IsPressed && (change > 0 ? Pages <= layer.Settings.Memory.Low : Pages < layer.Settings.Memory.Low))
            {
                Release();
            }
        }
    }

    /// <summary>Charges the connection for a packet that has come.</summary>
    /// <returns>False if that is too much.</returns>
    public bool TryReceive(TcpConnection c, int octets)
    {
        int more = PagesOf(Used(c) + octets) - c.Pages;
        if (more > 0)
        {
            var grant = Ask(more);
            if (grant == Grant.Never || (grant == Grant.Scarce && WindowSelection.Memory(c) >= layer.Settings.LeastReceiveBuffer && !IsBelowAverage(c, more)))
            {
                return false;
            }

            Charge(c, more);
        }

        return true;
    }

    /// <summary>Charges the connection for octets to be sent.</summary>
    /// <returns>How many of them may be taken (Linux's tcp_wmem_schedule).</returns>
    public int Send(TcpConnection c, int octets)
    {
        octets = Math.Min(octets, SendBuffer.BlockSize);
        if (TrySend(c, octets))
        {
            return octets;
        }

        // A socket with little in its buffer gets on whatever happens.
        int left = Math.Min(layer.Settings.LeastSendBuffer - SendSpace.Queued(c), octets);
        int more = left > 0 ? PagesOf(Used(c) + left) - c.Pages : 0;
        if (more > 0)
        {
            Charge(c, more);
        }

        return Math.Clamp(Forward(c), 0, octets);
    }

    /// <summary>Charges the connection for what it takes to send.</summary>
    /// <returns>False if that is too much: it has to wait.</returns>
    public bool TrySend(TcpConnection c, int octets)
    {
        int more = PagesOf(Used(c) + octets) - c.Pages;
        if (more > 0)
        {
            var grant = Ask(more);
            if ((grant == Grant.Never || (grant == Grant.Scarce && SendSpace.Queued(c) >= layer.Settings.LeastSendBuffer && !IsBelowAverage(c, more))) &&
                !IsOverReduced(c, octets - Forward(c)))
            {
                return false;
            }

            Charge(c, more);
        }

        return true;
    }

    private enum Grant
    {
        Free,
        Scarce,
        Never,
    }

    private Grant Ask(int more)
    {
        var limits = layer.Settings.Memory;
        int pages = Pages + more;
        if (pages <= limits.Low)
        {
            Release();
            return Grant.Free;
        }

        if (pages > limits.Pressure)
        {
            Press();
        }

        return pages > limits.High ? Grant.Never : IsPressed ? Grant.Scarce : Grant.Free;
    }

    /// <summary>Under pressure who has less than others may have more.</summary>
    private bool IsBelowAverage(TcpConnection c, int more) => layer.Settings.Memory.High > (long)layer.SocketCount * (c.Pages + more);

    /// <summary>Makes the send buffer half of what is in it (Linux's sk_stream_moderate_sndbuf).</summary>
    /// <returns>Whether the octets go past it: then they are granted, since the next ones will have to wait.</returns>
    private static bool IsOverReduced(TcpConnection c, int octets)
    {
        int queued = SendSpace.Queued(c);
        if (c.Options.SendBuffer <= 0)
        {
            c.SendLimit = Math.Max(Math.Min(c.SendLimit, queued >> 1), LeastSendBuffer);
        }

        return queued + octets >= c.SendLimit;
    }

    private void Charge(TcpConnection c, int pages)
    {
        c.Pages += pages;
        Pages += pages;
    }

    private void Press()
    {
        if (!IsPressed)
        {
            IsPressed = true;
            _pressedSince = layer.Host.Loop.Now;
            layer.Counters.MemoryPressures++;
        }
    }

    private void Release()
    {
        if (IsPressed)
        {
            IsPressed = false;
            layer.Counters.MemoryPressureTime += layer.Host.Loop.Now - _pressedSince;
        }
    }

    private static long Used(TcpConnection c) => (long)WindowSelection.Memory(c) + SendSpace.Queued(c);

    private static int PagesOf(long octets) => (int)((octets + (1 << PageShift) - 1) >> PageShift);
}
