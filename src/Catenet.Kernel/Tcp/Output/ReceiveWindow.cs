namespace Catenet.Kernel.Tcp;

/// <summary>The receive buffer and how much of it may be window: Linux's sk_rcvbuf, window_clamp, rcv_ssthresh and scaling_ratio.</summary>
internal struct ReceiveWindow
{
    /// <summary>Before anything is known of the peer's packets, half of the buffer is window and half pays for packets.</summary>
    public const byte InitialRatio = 128;

    /// <summary>The receive buffer in octets of memory: what packets take, not what they carry.</summary>
    public int Buffer;

    /// <summary>The most that may ever be announced.</summary>
    public int Clamp;

    /// <summary>How far the window may open now: it grows as data really comes, so that a crowd of small packets cannot flood the buffer.</summary>
    public int Threshold;

    /// <summary>What part of the buffer's memory is payload, in 1/256, as measured on the peer's packets.</summary>
    public byte Ratio;

    /// <summary>The buffer was set by the user: it does not grow by itself.</summary>
    public bool Locked;

    /// <summary>The most the window can be with this buffer.</summary>
    public readonly int Full => FromSpace(Buffer);

    /// <summary>The window for an amount of memory.</summary>
    public readonly int FromSpace(int space) => (int)(((long)space * Ratio) >> 8);

    /// <summary>The memory that a window takes.</summary>
    public readonly int ToSpace(long window) => (int)Math.Min(int.MaxValue, (window << 8) / Ratio);

    /// <summary>The window that the memory not in use allows; negative if too much is in use.</summary>
    public readonly int Free(int used) => FromSpace(Buffer - used);

    /// <summary>Settles the clamp when the handshake is complete: one segment is kept in reserve (Linux's tcp_app_win of 31).</summary>
    public void Settle(int announced)
    {
        int full = Full;
        if (Clamp >= full)
        {
            Clamp = full;
        }

        if (Clamp > 2 * announced && Clamp + announced > full)
        {
            Clamp = Math.Max(2 * announced, full - announced);
        }

        Threshold = Math.Min(Threshold, Clamp);
    }

    /// <summary>Sets the clamp (TCP_WINDOW_CLAMP, or a new ratio): the threshold follows.</summary>
    public void SetClamp(int clamp, uint announced)
    {
        const int LeastBuffer = 2304;
        clamp = Math.Max(LeastBuffer / 2, clamp);
        if (clamp < Clamp)
        {
            Threshold = Math.Min(Threshold, clamp);
        }
        else if (clamp > Clamp)
        {
            Threshold = Math.Max((int)Math.Min(announced, (uint)clamp), Threshold);
        }

        Clamp = clamp;
    }
}
