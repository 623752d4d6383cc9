using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Whether and how a reset is signed: one that the peer must drop is not sent (RFC 2385 4.1, RFC 5925 7.7, Linux's tcp_v4_send_reset).</summary>
internal static class SignedReset
{
    /// <summary>Finds what signs the reset that answers a segment.</summary>
    /// <returns>False if no reset may be sent.</returns>
    public static bool Permits(TcpLayer layer, in Segment s, out SegmentAuthentication? authentication)
    {
        authentication = null;
        if (s.Options.Has(TcpOptionSet.InvalidSignature))
        {
            return false;
        }

        object? flow = layer.Find(s.Destination, s.Source, s.DestinationPort, s.SourcePort);
        flow ??= layer.FindRecord(s.Destination, s.Source, s.DestinationPort, s.SourcePort);
        if (s.Options.Has(TcpOptionSet.Authentication))
        {
            authentication = flow is TcpConnection c ? c.Authentication : flow is FlowRecord record ? layer.Keyed?.Of(record) : null;
            return authentication is AoAuthentication;
        }

        if (flow is null or TimeWaitRecord && s.Options.Has(TcpOptionSet.Md5Signature) && KeysThere(layer, flow, in s) is null)
        {
            return BySource(layer, in s, out authentication);
        }

        authentication = KeysThere(layer, flow, in s)?.FindMd5(s.Source)?.Authentication;
        return true;
    }

    private static TcpKeyChain? KeysThere(TcpLayer layer, object? flow, in Segment s) => flow switch
    {
        TcpConnection c => c.Options.Keys,
        RequestRecord request => request.Listener.Options.Keys,
        TimeWaitRecord => null,
        _ => layer.FindListener(s.Destination, s.DestinationPort)?.Options.Keys,
    };

    /// <summary>Our side is lost. A listener at the peer's port may have the key; unless it proves the segment right, nobody is answered.</summary>
    private static bool BySource(TcpLayer layer, in Segment s, out SegmentAuthentication? authentication)
    {
        var key = layer.FindListener(s.Destination, s.SourcePort)?.Options.Keys?.FindMd5(s.Source)?.Authentication;
        authentication = key;
        return key is not null && key.Verify(layer.Keyed!.Input, new SegmentImage(in s));
    }
}
