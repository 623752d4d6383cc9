using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What authenticates the flows of a host that uses keys at all: how requests and TIME-WAIT records, which have no room for it, find theirs.</summary>
internal sealed class AuthenticatedFlows
{
    private readonly Dictionary<FlowRecord, SegmentAuthentication> _byFlow = [];

    /// <summary>Where the octets to be signed are put together.</summary>
    public DigestInput Input { get; } = new();

    /// <summary>What signs the segments of a request or TIME-WAIT record; null if nothing does.</summary>
    public SegmentAuthentication? Of(FlowRecord flow)
    {
        if (_byFlow.TryGetValue(flow, out var authentication))
        {
            return authentication;
        }

        return flow is RequestRecord request ? request.Listener.Options.Keys?.FindMd5(request.RemoteAddress)?.Authentication : null;
    }

    /// <summary>What a connection in CLOSED that opens signs its segments with.</summary>
    public static SegmentAuthentication? ForOpening(TcpConnection c)
    {
        var keys = c.Options.Keys!;
        if (keys.FindMd5(c.RemoteAddress) is { } md5)
        {
            return md5.Authentication;
        }

        return keys.FindAo(c.RemoteAddress) is { } ao ? new AoAuthentication(c.LocalEndpoint, c.RemoteEndpoint, keys, c.Snd.Iss, ao, ao) : null;
    }

    /// <summary>Notes what a SYN was signed with (RFC 5925 7.3): the peer says which of the keys it wants.</summary>
    /// <returns>False if it wants one that there is not: it would understand no answer.</returns>
    public bool Admit(RequestRecord request, in Segment s)
    {
        if (!s.Options.Has(TcpOptionSet.Authentication))
        {
            return true;
        }

        var option = new SegmentImage(in s).Find(TcpOptionKind.Authentication);
        var chain = request.Listener.Options.Keys?.For(request.RemoteAddress, ao: true);
        var send = chain?.FindAo(request.RemoteAddress, sendId: option[1]);
        var receive = chain?.FindAo(request.RemoteAddress, receiveId: option[0]);
        if (send is null || receive is null)
        {
            return false;
        }

        var authentication = new AoAuthentication(request.LocalEndpoint, request.RemoteEndpoint, chain!, request.Iss, send, receive);
        authentication.OnPeerSyn(request.Irs);
        _byFlow[request] = authentication;
        return true;
    }

    /// <summary>The request has become a connection, which takes over those of the listener's keys that are for its peer.</summary>
    public void HandOver(RequestRecord request, TcpConnection c)
    {
        if (_byFlow.Remove(request, out var authentication))
        {
            c.Options = c.Options with { Keys = ((AoAuthentication)authentication).Chain };
            c.Authentication = authentication;
            return;
        }

        if (c.Options.Keys is { } keys)
        {
            c.Options = c.Options with { Keys = keys.For(c.RemoteAddress, ao: false) };
        }

        c.Authentication = c.Options.Keys?.FindMd5(c.RemoteAddress)?.Authentication;
    }

    /// <summary>The connection's keys may have changed.</summary>
    public static void Refresh(TcpConnection c)
    {
        if (c.State != TcpState.Closed && c.Authentication is not AoAuthentication)
        {
            c.Authentication = c.Options.Keys?.FindMd5(c.RemoteAddress)?.Authentication;
        }
    }

    /// <summary>The record stands for the connection.</summary>
    public void Keep(TimeWaitRecord record, TcpConnection c)
    {
        if (c.Authentication is { } authentication)
        {
            _byFlow[record] = authentication;
        }
    }

    /// <summary>The record is no more.</summary>
    public void Forget(FlowRecord flow) => _byFlow.Remove(flow);
}
