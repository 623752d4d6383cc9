using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The sixth check (RFC 9293 3.10.7.4): the URG bit. The octet that the pointer names is kept apart; the stream has a mark where it stands.</summary>
internal static class UrgentArrival
{
    public static void Process(TcpConnection c, ref Segment s)
    {
        if (s.Has(TcpFlags.Urg))
        {
            TakePointer(c, in s);
        }

        if (c.Urgent is { Receipt: UrgentReceipt.Awaited } urgent && s.Packet is { } packet)
        {
            int offset = urgent.At - s.Seq;
            if ((uint)offset < (uint)s.Length)
            {
                Span<byte> octet = stackalloc byte[1];
                packet.CopyTo(offset, octet);
                urgent.Octet = octet[0];
                urgent.Receipt = UrgentReceipt.Here;
                c.Raise(PendingEvents.Readable | PendingEvents.Urgent);
            }
        }
    }

    private static void TakePointer(TcpConnection c, in Segment s)
    {
        // RFC 6093 3.1: the pointer names the octet after the urgent one, and tcp_stdurg tells otherwise.
        int pointer = s.UrgentPointer;
        if (pointer > 0 && !c.Layer.Settings.StandardUrgent)
        {
            pointer--;
        }

        var at = s.Seq + pointer;
        if (at < c.ReadAt || at < c.Rcv.Nxt)
        {
            return; // read, or received as ordinary data already
        }

        var urgent = c.Urgent ??= new UrgentState { SendUp = c.Snd.Una };
        if (urgent.Receipt != UrgentReceipt.None)
        {
            if (at <= urgent.At)
            {
                return;
            }

            if (urgent.At == c.ReadAt && !c.Options.OutOfBandInline && c.Available > 0)
            {
                c.Received!.Discard(1); // the octet before was never part of the stream
                ReceiveQueue.Settle(c);
            }
        }

        urgent.At = at;
        urgent.Receipt = UrgentReceipt.Awaited;
        c.Raise(PendingEvents.Urgent);
    }
}
