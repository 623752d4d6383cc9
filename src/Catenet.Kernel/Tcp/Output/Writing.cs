using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Puts the user's octets into buffers and sees to it that they are pushed (RFC 9293 3.8.1, 3.9.1.2; Linux's tcp_sendmsg_locked and tcp_push).</summary>
internal static class Writing
{
    /// <summary>Takes what there is room for. Where buffers begin, and so what is pushed when, depends on the peer's window.</summary>
    public static int Write(TcpConnection c, ReadOnlySpan<byte> data, SendFlags flags, out SocketError error)
    {
        error = SocketError.Success;
        if (data.IsEmpty)
        {
            return 0;
        }

        c.Rate.CheckApplication(c);
        int mss = SegmentSize.Current(c);
        int goal = (flags & SendFlags.Urgent) != 0 ? mss : BufferSize.Goal(c, mss);
        bool continues = (flags & SendFlags.Continued) != 0;
        bool isAmple = c.Layer.Memory.IsAmpleFor(data.Length);
        int taken = 0;
        while (true)
        {
            int room = c.Writes is { Count: > 0 } waiting ? RoomBehind(c, waiting, goal, ref flags) : 0;
            if (room <= 0)
            {
                if (!SendSpace.IsFree(c) || !(isAmple || MayBegin(c)))
                {
                    return Wait(c, taken, flags, out error);
                }

                Begin(c);
                room = goal;
            }

            int part = Math.Min(room, data.Length - taken);
            if (!isAmple)
            {
                part = c.Layer.Memory.Send(c, part);
                if (part == 0)
                {
                    EndEmpty(c);
                    return Wait(c, taken, flags, out error);
                }
            }

            c.Layer.Pools.SendBuffers.Hold(ref c.SendData).Append(data.Slice(taken, part), c.Host.Loop.Packets);
            c.Snd.WriteEnd += part;
            var writes = c.Writes!;
            ref var tail = ref writes.Tail;
            tail.End = c.Snd.WriteEnd;
            if (taken == 0 && !continues)
            {
                tail.Flags &= ~WriteFlags.Push;
            }

            taken += part;
            if (taken == data.Length)
            {
                break;
            }

            if ((flags & SendFlags.Urgent) != 0)
            {
                continue; // nothing goes before it can say where the urgent octet is
            }

            // The buffer is full and the user goes on: what may go, goes.
            if (IsPushForced(c))
            {
                MarkPush(c, ref tail);
                Transmission.Push(c, NagleMode.Push, PushExtent.All, mss);
            }
            else if (writes.Count == 1)
            {
                Transmission.Push(c, NagleMode.Push, PushExtent.One, mss);
            }
        }

        if ((flags & SendFlags.EndOfRecord) != 0)
        {
            c.Writes!.Tail.Flags |= WriteFlags.RecordEnd;
        }

        Finish(c, flags, goal, mss);
        c.Layer.Memory.Settle(c);
        return taken;
    }

    /// <summary>Marks that the buffer's last segment gets PSH (Linux's tcp_mark_push).</summary>
    public static void MarkPush(TcpConnection c, ref WriteBuffer buffer)
    {
        buffer.Flags |= WriteFlags.Push;
        c.Snd.Pushed = c.Snd.WriteEnd;
    }

    /// <summary>How much may be added to the last buffer.</summary>
    private static int RoomBehind(TcpConnection c, WriteQueue writes, int goal, ref SendFlags flags)
    {
        ref var tail = ref writes.Tail;
        if ((flags & SendFlags.NewBuffer) != 0)
        {
            flags &= ~SendFlags.NewBuffer;
            MarkPush(c, ref tail);
            tail.Flags |= WriteFlags.Closed;
        }

        return tail.MayGrow ? goal - tail.Length : 0;
    }

    private static void Begin(TcpConnection c)
    {
        c.Flags &= ~ConnectionFlags.NaglePush;
        c.Layer.Pools.WriteQueues.Hold(ref c.Writes).Add(c.Snd.WriteEnd);
        c.Buffers++;
        c.Limits.Begin(SendLimitKind.Busy, c.Now);
    }

    /// <summary>Whether the host's memory permits another buffer; the first is never refused.</summary>
    private static bool MayBegin(TcpConnection c) =>
        (c.Sent.IsEmpty && c.Writes is not { Count: > 0 }) || c.Layer.Memory.TrySend(c, SendSpace.Overhead);

    /// <summary>Nothing could be put into the buffer that was begun (Linux's tcp_remove_empty_skb).</summary>
    private static void EndEmpty(TcpConnection c)
    {
        if (c.Writes is { Count: > 0 } writes && writes.Tail.Length == 0)
        {
            writes.RemoveTail();
            c.Buffers--;
        }
    }

    /// <summary>There is no room: what was taken is pushed, and the user is told when there is some.</summary>
    private static int Wait(TcpConnection c, int taken, SendFlags flags, out SocketError error)
    {
        c.Flags |= ConnectionFlags.WantsWritable;
        error = SocketError.WouldBlock;
        if (taken > 0)
        {
            error = SocketError.Success;
            if (c.Writes is { Count: > 0 } writes)
            {
                MarkPush(c, ref writes.Tail);
                MarkUrgent(c, flags);
                Transmission.Push(c, NagleMode.Push, PushExtent.All);
            }

            Report(c, isAll: false);
            c.ArmTimer();
        }

        c.Layer.Memory.Settle(c);
        return taken;
    }

    private static void MarkUrgent(TcpConnection c, SendFlags flags)
    {
        if ((flags & SendFlags.Urgent) != 0)
        {
            UrgentSending.Mark(c);
        }
    }

    private static void Finish(TcpConnection c, SendFlags flags, int goal, int mss)
    {
        bool more = (flags & SendFlags.More) != 0;
        MarkUrgent(c, flags);
        Report(c, isAll: true);
        if (!more || IsPushForced(c))
        {
            MarkPush(c, ref c.Writes!.Tail);
        }

        if (SmallQueues.Corks(c, goal))
        {
            return;
        }

        Transmission.Push(c, more ? NagleMode.Cork : Nagle.Of(c), PushExtent.All, mss);
        c.ArmTimer();
    }

    private static void Report(TcpConnection c, bool isAll)
    {
        if (c.Transmissions is { } watcher && c.Writes is { Count: > 0 } writes)
        {
            watcher.OnWritten((uint)(writes.Tail.Seq - c.Snd.Iss), (uint)(c.Snd.WriteEnd - c.Snd.Iss), isAll);
        }
    }

    /// <summary>Whether more than half of the peer's largest window was written since the last push.</summary>
    private static bool IsPushForced(TcpConnection c) => c.Snd.WriteEnd - c.Snd.Pushed > (int)(c.Snd.MaxWnd >> 1);
}
