using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Packetization layer path MTU discovery: the range in which the path's MTU is searched (RFC 4821 7.2), in octets of packet.</summary>
/// <remarks>Only connections that search have one (<see cref="TcpSettings.MtuProbing"/>).</remarks>
internal sealed class MtuProbing
{
    /// <summary>search_high: the largest packet that may get through.</summary>
    public int SearchHigh;

    /// <summary>search_low: the largest packet that is known to get through; segments are no larger.</summary>
    public int SearchLow;

    /// <summary>The size of the probe in flight; zero if there is none.</summary>
    public int ProbeSize;

    /// <summary>The octets that the probe carries.</summary>
    public SeqNumber ProbeStart;
    public SeqNumber ProbeEnd;

    /// <summary>When the range was last begun anew.</summary>
    public Instant Since;

    private MtuProbing(TcpConnection c)
    {
        SearchHigh = Ceiling(c);
        SearchLow = SegmentSize.PacketOf(c, c.Layer.Settings.BaseMss);
        Since = c.Now;
    }

    /// <summary>Begins to search if the host does so from the start.</summary>
    public static void Begin(TcpConnection c) => c.Probing = c.Layer.Settings.MtuProbing > 1 ? new MtuProbing(c) : null;

    /// <summary>Retransmissions fail again and again: perhaps the path swallows large packets without an error (RFC 4821 7.7).</summary>
    public static void OnBlackHole(TcpConnection c)
    {
        var settings = c.Layer.Settings;
        if (c.Probing is not { } probing)
        {
            probing = c.Probing = new MtuProbing(c);
            probing.SearchHigh = Math.Min(probing.SearchHigh, c.PathMtu);
        }
        else
        {
            int mss = Math.Min(SegmentSize.OfPacket(c, probing.SearchLow) >> 1, settings.BaseMss);
            mss = Math.Max(Math.Max(mss, settings.MtuProbeFloor), settings.MinSendMss);
            probing.SearchLow = SegmentSize.PacketOf(c, mss);
        }

        SegmentSize.Update(c);
    }

    /// <summary>Part of what is in flight is sent again: whatever becomes of the probe tells nothing any more.</summary>
    public void Forget() => ProbeSize = 0;

    /// <summary>After a while the path may have become wider: the range begins anew above what is in use (RFC 4821 7.6.2).</summary>
    public void BeginAnewIfDue(TcpConnection c)
    {
        if (c.Now - Since >= c.Layer.Settings.ProbeInterval)
        {
            ProbeSize = 0;
            SearchHigh = Ceiling(c);
            SearchLow = SegmentSize.PacketOf(c, SegmentSize.Current(c));
            Since = c.Now;
        }
    }

    /// <summary>The peer's segments without options set the upper end.</summary>
    private static int Ceiling(TcpConnection c) => c.PeerMss + SegmentSize.HeaderSize(c.LocalAddress);
}
