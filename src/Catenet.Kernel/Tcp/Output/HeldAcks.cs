using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>ACKs of data ahead of a gap: the first three go out at once, further ones are compressed, since each says all that those before it said (Linux's SACK compression).</summary>
internal static class HeldAcks
{
    private const int Prompt = 3;

    /// <summary>Answers a segment while there is a gap.</summary>
    public static void AnswerGap(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        var queue = c.Reassembly!;
        if (!c.UsesSack || queue.HeldAcks >= settings.CompressedSackMost)
        {
            Acknowledgment.SendNow(c);
            return;
        }

        if (queue.HeldAt != c.Rcv.Nxt)
        {
            queue.HeldAt = c.Rcv.Nxt;
            queue.PromptAcks = 0;
        }

        if (queue.PromptAcks < Prompt)
        {
            queue.PromptAcks++;
            Acknowledgment.SendNow(c);
            return;
        }

        if (++queue.HeldAcks > 1)
        {
            return;
        }

        var rtt = c.Sizing.Rtt;
        if (c.Rtt.HasSample)
        {
            rtt = Duration.Min(rtt, c.Rtt.Smoothed);
        }

        c.Deadlines.DelayedAck = c.Now + Duration.Min(settings.CompressedSackDelay, rtt / 20) + settings.CompressedSackSlack;
    }

    /// <summary>Sends what is held before blocks are pushed out of the report that the peer has not seen.</summary>
    public static void Flush(TcpConnection c)
    {
        if (c.Reassembly is { HeldAcks: > 0 })
        {
            Acknowledgment.SendNow(c);
        }
    }
}
