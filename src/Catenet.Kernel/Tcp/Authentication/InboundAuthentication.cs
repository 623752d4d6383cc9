using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Verifies segments that come, before anything else is made of them (RFC 2385 2, RFC 5925 7.5, Linux's tcp_inbound_hash).</summary>
internal static class InboundAuthentication
{
    private const TcpOptionSet Signed = TcpOptionSet.Md5Signature | TcpOptionSet.Authentication | TcpOptionSet.InvalidSignature;

    /// <summary>Whether a segment has one of the options, right or wrong.</summary>
    public static bool HasOption(in Segment s) => (s.Options.Present & Signed) != 0;

    /// <summary>Verifies a segment.</summary>
    /// <param name="layer">The host's TCP.</param>
    /// <param name="flow">The connection or record that the segment belongs to; null: a listener, or nothing.</param>
    /// <param name="s">The segment.</param>
    /// <returns>Why it must be dropped, or NotDropped.</returns>
    public static DropReason Check(TcpLayer layer, object? flow, in Segment s)
    {
        var listener = (flow as RequestRecord)?.Listener ?? (flow is null ? layer.FindListener(s.Destination, s.DestinationPort) : null);
        if (flow is TimeWaitRecord || (flow is null && listener is null))
        {
            return DropReason.NotDropped; // as in Linux: nobody is there whose keys would count
        }

        if (s.Options.Has(TcpOptionSet.InvalidSignature))
        {
            return DropReason.TcpAuthHeader;
        }

        var keys = (flow as TcpConnection)?.Options.Keys ?? listener?.Options.Keys;
        if (flow is RequestRecord && layer.Keyed?.Of((FlowRecord)flow) is AoAuthentication != s.Options.Has(TcpOptionSet.Authentication))
        {
            layer.Counters.AoBad++;
            return DropReason.TcpAoFailure;
        }

        if (s.Options.Has(TcpOptionSet.Authentication))
        {
            return CheckAo(layer, flow, keys, in s);
        }

        return s.Options.Has(TcpOptionSet.Md5Signature) ? CheckMd5(layer, keys, in s) : CheckUnsigned(layer, flow, keys, in s);
    }

    private static DropReason CheckUnsigned(TcpLayer layer, object? flow, TcpKeyChain? keys, in Segment s)
    {
        if (keys is null)
        {
            return DropReason.NotDropped;
        }

        if (keys.AoRequired || keys.FindAo(s.Source) is not null)
        {
            layer.Counters.AoRequired++;
            if (Of(layer, flow) is { } ao)
            {
                ao.Unsigned++;
            }

            return DropReason.TcpAoNotFound;
        }

        if (keys.FindMd5(s.Source) is not null)
        {
            layer.Counters.Md5NotFound++;
            return DropReason.TcpMd5NotFound;
        }

        return DropReason.NotDropped;
    }

    private static DropReason CheckMd5(TcpLayer layer, TcpKeyChain? keys, in Segment s)
    {
        if (keys?.FindMd5(s.Source) is not { } key)
        {
            layer.Counters.Md5Unexpected++;
            return DropReason.TcpMd5Unexpected;
        }

        if (!key.Authentication.Verify(layer.Keyed!.Input, new SegmentImage(in s)))
        {
            layer.Counters.Md5Failures++;
            return DropReason.TcpMd5Failure;
        }

        return DropReason.NotDropped;
    }

    private static DropReason CheckAo(TcpLayer layer, object? flow, TcpKeyChain? keys, in Segment s)
    {
        if (keys is null || keys.AoKeys.Count == 0)
        {
            layer.Counters.AoKeyNotFound++;
            return DropReason.TcpAoUnexpected;
        }

        var reason = Of(layer, flow) is { } ao ? ao.Verify(layer.Keyed!.Input, new SegmentImage(in s), in s)
            : flow is TcpConnection ? DropReason.TcpAoUnexpected
            : VerifyFirst(layer, keys, in s);
        switch (reason)
        {
            case DropReason.NotDropped:
                layer.Counters.AoGood++;
                break;
            case DropReason.TcpAoFailure:
                layer.Counters.AoBad++;
                break;
            default:
                layer.Counters.AoKeyNotFound++;
                break;
        }

        return reason;
    }

    /// <summary>A segment to a listener: the numbers that its key is made of are its own.</summary>
    private static DropReason VerifyFirst(TcpLayer layer, TcpKeyChain keys, in Segment s)
    {
        var segment = new SegmentImage(in s);
        if (keys.FindAo(s.Source, receiveId: segment.Find(TcpOptionKind.Authentication)[0]) is not { } key)
        {
            return DropReason.TcpAoKeyNotFound;
        }

        bool opens = s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Ack);
        if (!opens && !s.Has(TcpFlags.Ack))
        {
            return DropReason.TcpFlags;
        }

        var traffic = AoKeyDerivation.Derive(key, s.Source, s.Destination, segment.Ports, opens ? s.Seq : s.Seq - 1, opens ? default : s.Ack - 1);
        return AoSignature.Verify(layer.Keyed!.Input, in segment, key, traffic, 0) ? DropReason.NotDropped : DropReason.TcpAoFailure;
    }

    private static AoAuthentication? Of(TcpLayer layer, object? flow) =>
        (flow is TcpConnection c ? c.Authentication : flow is FlowRecord record ? layer.Keyed?.Of(record) : null) as AoAuthentication;
}
