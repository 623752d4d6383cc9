using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Chooses the window to announce: receiver SWS avoidance (RFC 9293 3.8.6.2.2) with Linux's rounding.</summary>
internal static class WindowSelection
{
    /// <summary>Octets of memory that what came and was not read takes.</summary>
    public static int Memory(TcpConnection c) => (c.Received?.Memory ?? 0) + (c.Reassembly?.Memory ?? 0);

    /// <summary>The window that the buffer allows now, in octets, ready to be shifted.</summary>
    public static uint Select(TcpConnection c)
    {
        ref var space = ref c.Space;
        int free = space.Free(Memory(c));
        int allowed = space.Full;
        int full = Math.Min(space.Clamp, allowed);
        int segment = Math.Min(c.Acks.SegmentSize, full);
        int unit = 1 << c.Rcv.Scale;
        if (segment <= 0)
        {
            return 0;
        }

        bool shrinks = c.Rcv.Scale > 0 && c.Layer.Settings.ShrinkWindow;
        if (shrinks)
        {
            free &= -unit;
        }

        if (free < full >> 1)
        {
            c.Acks.Quick = 0;
            if (c.Layer.Memory.IsPressed)
            {
                ReceiveMemory.Restrain(c);
            }

            free &= -unit; // what remains must not grow by rounding
            if (free < allowed >> 4 || free < segment || (shrinks && free < unit))
            {
                return 0;
            }
        }

        if (c.Rcv.Scale > 0)
        {
            free = Math.Min(free, space.Threshold);
            return (uint)((free + unit - 1) & -unit);
        }

        free = Math.Min(free, space.Threshold);
        long window = c.Rcv.Wnd;
        if (window <= free - segment || window > free)
        {
            return (uint)(free - free % segment); // the right edge moves by whole segments
        }

        return segment == full && free > window + (full >> 1) ? (uint)free : (uint)window;
    }

    /// <summary>Chooses the window for a segment that goes out now and notes it as announced (RFC 9293 3.8.6).</summary>
    /// <returns>SEG.WND.</returns>
    public static ushort Announce(TcpConnection c)
    {
        ref var rcv = ref c.Rcv;
        uint window = 0;
        if (!c.Acks.NoMemory)
        {
            window = Select(c);
            uint current = rcv.CurrentWindow;
            if (window < current && !(c.Rcv.Scale > 0 && c.Layer.Settings.ShrinkWindow))
            {
                // Never taken back (RFC 9293 3.8.6: SHOULD NOT shrink).
                uint unit = 1u << rcv.Scale;
                window = (current + unit - 1) & ~(unit - 1);
            }
        }

        rcv.Wnd = window;
        rcv.AnnouncedAt = rcv.Nxt;
        return (ushort)(Math.Min(window, 65535u << rcv.Scale) >> rcv.Scale);
    }
}
