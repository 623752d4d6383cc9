using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Copies packets that cost much for what they carry into packets of a page each (Linux's tcp_collapse): for want of memory.</summary>
internal static class PacketCollapse
{
    /// <summary>Collapses a stretch of contiguous octets from the first packet on that is worth it.</summary>
    /// <returns>The memory that the packets take afterwards.</returns>
    public static int Run(ref PacketQueue packets, PacketPool pool, in ReceiveWindow space)
    {
        var kept = default(PacketQueue);
        var first = packets.Peek();
        while (first is not null && !IsWorthIt(first, in space))
        {
            do
            {
                packets.TryDequeue(out var packet);
                kept.Enqueue(packet!);
                first = packets.Peek();
            }
            while (first is { TrueSize: 0 });
        }

        while (packets.Peek() is not null)
        {
            kept.Enqueue(TakePage(ref packets, pool));
        }

        packets = kept;
        int memory = 0;
        for (var packet = packets.Peek(); packet is not null; packet = PacketQueue.After(packet))
        {
            memory += packet.TrueSize;
        }

        return memory;
    }

    /// <summary>Whether a packet costs more than it should, has octets that count no more, or is followed by one that overlaps it.</summary>
    private static bool IsWorthIt(PacketBuffer first, in ReceiveWindow space)
    {
        int length = first.Length;
        var next = PacketQueue.After(first);
        for (; next is { TrueSize: 0 }; next = PacketQueue.After(next))
        {
            length += next.Length;
        }

        return first.Overlaps || next is { Overlaps: true } || (next is not null && space.FromSpace(first.TrueSize) > length);
    }

    private static PacketBuffer TakePage(ref PacketQueue packets, PacketPool pool)
    {
        int length = 0;
        for (var packet = packets.Peek(); packet is not null && length < PacketCost.Page; packet = PacketQueue.After(packet))
        {
            length += packet.Length;
        }

        length = Math.Min(length, PacketCost.Page);
        var page = pool.Rent(Math.Max(length, 1), 0);
        page.TrueSize = PacketCost.OfPage(length);
        page.Overlaps = false;
        var room = page.Append(length);
        while (packets.Peek() is { } packet && (room.Length > 0 || packet.Length == 0))
        {
            int copied = packet.CopyTo(0, room);
            room = room[copied..];
            if (copied < packet.Length)
            {
                packet.Pull(copied);
            }
            else
            {
                packets.TryDequeue(out _);
                packet.Release();
            }
        }

        return page;
    }
}
