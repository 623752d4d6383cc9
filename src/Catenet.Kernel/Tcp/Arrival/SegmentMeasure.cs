using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What a data segment tells of the peer: the size of its full segments, and what they cost in memory.</summary>
internal static class SegmentMeasure
{
    private const int LeastSegment = 88;
    private const int UsualSegment = 536;
    private const int LeastToGrow = 128;
    private const TcpFlags Last = TcpFlags.Fin | TcpFlags.Urg | TcpFlags.Syn | TcpFlags.Psh;

    /// <summary>What is taken for the size of full segments before one came.</summary>
    public static int Guess(TcpConnection c)
    {
        int guess = Math.Min(Math.Min(SegmentSize.Received(c), c.Mss), (int)(c.Rcv.Wnd / 2));
        return Math.Max(Math.Min(guess, UsualSegment), LeastSegment);
    }

    /// <summary>Adjusts the estimate of full segments (RFC 9293 3.8.6.3 acknowledges by them) and of their cost.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="s">The segment.</param>
    /// <param name="header">Octets of its TCP header.</param>
    /// <param name="cost">What its packet takes of the buffer.</param>
    public static void Take(TcpConnection c, in Segment s, int header, int cost)
    {
        ref var acks = ref c.Acks;
        int before = acks.LastSize;
        acks.LastSize = 0;
        int length = s.WireLength;
        if (length >= acks.SegmentSize)
        {
            if (length != acks.SegmentSize)
            {
                Rate(c, s.Length, cost);
            }

            acks.SegmentSize = Math.Min(length, SegmentSize.Received(c));
            acks.Pushed |= s.Has(TcpFlags.Psh);
            return;
        }

        length += header;
        if (length >= UsualSegment + TcpView.MinSize || (length >= LeastSegment + TcpView.MinSize && !s.Has(Last)))
        {
            // Twice the same size, without PSH or large: the peer's segments are smaller than was thought.
            length -= TcpView.MinSize + (c.Ts.Enabled ? TcpOptionsWriter.TimestampsSize : 0);
            acks.LastSize = length;
            if (length == before)
            {
                acks.SegmentSize = length;
                return;
            }
        }

        acks.PushedTwice |= acks.Pushed;
        acks.Pushed = true;
    }

    /// <summary>Lets the window open further as data comes that is worth its memory.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="length">Octets that have come.</param>
    /// <param name="cost">What their packet takes.</param>
    /// <param name="used">What of the buffer is in use.</param>
    public static void Grow(TcpConnection c, int length, int cost, int used)
    {
        ref var space = ref c.Space;
        int room = Math.Min(space.Clamp, space.Free(used)) - space.Threshold;
        if (room <= 0)
        {
            return;
        }

        if (c.Layer.Memory.IsPressed)
        {
            ReceiveMemory.Restrain(c);
            return;
        }

        int step = space.FromSpace(cost) <= length ? 2 * SegmentSize.Received(c) : StepOfCostly(c, length, cost);
        if (step > 0)
        {
            space.Threshold += Math.Min(room, Math.Max(step, 2 * length));
            c.Acks.Quick |= 1;
        }
    }

    /// <summary>Whether data of this length is reason to let the window grow.</summary>
    public static bool MayGrow(int length) => length >= LeastToGrow;

    private static void Rate(TcpConnection c, int length, int cost)
    {
        byte before = c.Space.Ratio;
        c.Space.Ratio = (byte)Math.Clamp(((long)length << 8) / Math.Max(cost, 1), 1, 255);
        if (c.Space.Ratio != before)
        {
            c.Space.SetClamp(c.Space.Full, c.Rcv.Wnd);
            c.Sizing.Space = Math.Min(c.Sizing.Space, c.Space.Clamp);
        }
    }

    /// <summary>A packet that costs more than it brings: the smaller the window still is, the more of them may come.</summary>
    private static int StepOfCostly(TcpConnection c, int length, int cost)
    {
        int price = c.Space.FromSpace(cost) >> 1;
        int window = c.Space.FromSpace(c.Layer.Settings.MaxReceiveBuffer) >> 1;
        while (c.Space.Threshold <= window)
        {
            if (price <= length)
            {
                return 2 * c.Acks.SegmentSize;
            }

            price >>= 1;
            window >>= 1;
        }

        return 0;
    }
}
