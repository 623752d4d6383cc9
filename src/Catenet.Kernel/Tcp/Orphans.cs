using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Connections whose users have closed them: how many there may be, and how much memory they may take (Linux's tcp_check_oom).</summary>
internal static class Orphans
{
    /// <summary>The user has closed the connection; if that makes too many, or memory has run out, it is reset.</summary>
    public static void Add(TcpConnection c)
    {
        if (c.State is TcpState.Closed or TcpState.TimeWait or TcpState.FinWait2)
        {
            return; // FIN-WAIT-2 is a record in Linux by now
        }

        c.Flags |= ConnectionFlags.CountedOrphan;
        c.Layer.OrphanCount++;
        if (c.Layer.OrphanCount > c.Layer.Settings.MaxOrphans || c.Layer.Memory.IsExhaustedFor(c))
        {
            End(c, reset: true);
        }
    }

    /// <summary>It is over, or as good as over.</summary>
    public static void Remove(TcpConnection c)
    {
        if (c.Has(ConnectionFlags.CountedOrphan))
        {
            c.Flags &= ~ConnectionFlags.CountedOrphan;
            c.Layer.OrphanCount--;
        }
    }

    /// <summary>A timeout of an orphan: those that have got nowhere for long, or of which ICMP speaks ill, are counted double (Linux's tcp_out_of_resources).</summary>
    /// <param name="c">The connection.</param>
    /// <param name="alive">Whether it may be supposed to be of use to the peer.</param>
    /// <returns>Whether it has been ended.</returns>
    public static bool EndIfTooMany(TcpConnection c, bool alive)
    {
        if (!c.Has(ConnectionFlags.CountedOrphan))
        {
            return false;
        }

        var settings = c.Layer.Settings;
        int penalty = (c.Now - c.LastSentAt > RetransmitTimer.MaxRto(c) * 2 || !alive ? 1 : 0) + (c.SoftError != SocketError.Success ? 1 : 0);
        if ((long)c.Layer.OrphanCount << penalty <= settings.MaxOrphans && !c.Layer.Memory.IsExhaustedFor(c))
        {
            return false;
        }

        End(c, alive || c.Now - c.LastSentAt <= settings.TimeWait || (c.Snd.Wnd == 0 && c.Sent.IsEmpty));
        return true;
    }

    private static void End(TcpConnection c, bool reset)
    {
        c.Layer.Counters.AbortsOnMemory++;
        if (reset)
        {
            SegmentBuilder.Send(c, c.Snd.Nxt, 0, 0, TcpFlags.Rst | TcpFlags.Ack);
        }

        Lifecycle.End(c, SocketError.Success);
    }
}
