using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Sockets.Backends;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Sockets;

/// <summary>The keys of a stream socket (TCP_MD5SIG of RFC 2385, TCP_AO_ADD_KEY and its kin of RFC 5925). To be set before connecting or listening, or changed later.</summary>
/// <remarks>
/// A socket that is accepted has those of its listener's keys that are for its peer. Errors are thrown as <see cref="SocketException"/>:
/// <see cref="SocketError.AccessDenied"/> (Linux: EKEYREJECTED) if a peer would have keys of both kinds, <see cref="SocketError.AddressAlreadyInUse"/>
/// (EEXIST) if an identifier is taken, <see cref="SocketError.AddressNotAvailable"/> (ENOENT) if there is no such key,
/// <see cref="SocketError.ProtocolOption"/> if the socket is no stream.
/// </remarks>
public sealed class SocketKeys
{
    private readonly SocketCore _core;

    internal SocketKeys(SocketCore core) => _core = core;

    /// <summary>How TCP-AO stands on the connection (TCP_AO_INFO); null if it is not in use.</summary>
    public TcpAoInfo? AoInfo
    {
        get
        {
            TcpAoInfo? info = null;
            Check(Run(stream =>
            {
                info = stream.Connection?.GetAoInfo();
                return SocketError.Success;
            }));
            return info;
        }
    }

    /// <summary>TCP_MD5SIG: signs all segments to and from a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="key">The key, 1 to 80 octets; copied.</param>
    public void AddMd5(IPAddress peer, ReadOnlySpan<byte> key) => Add(new TcpMd5Key(Whole(peer), key));

    /// <summary>TCP_MD5SIG_EXT with a prefix: signs all segments to and from the peers of a network.</summary>
    public void AddMd5(IPNetwork peers, ReadOnlySpan<byte> key) => Add(new TcpMd5Key(Prefix(peers), key));

    /// <summary>TCP_MD5SIG without a key: segments to and from the peer are not signed any more.</summary>
    public void RemoveMd5(IPAddress peer) => RemoveMd5(Whole(peer));

    /// <summary>The same for the peers of a network.</summary>
    public void RemoveMd5(IPNetwork peers) => RemoveMd5(Prefix(peers));

    /// <summary>TCP_AO_ADD_KEY.</summary>
    public void Add(TcpAoKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Check(Run(stream => Chain(stream).Add(key)));
    }

    /// <summary>TCP_AO_DEL_KEY.</summary>
    public void RemoveAo(IPNetwork peers, byte sendId, byte receiveId) => Check(Run(stream =>
        stream.Connection?.RemoveKey(Prefix(peers), sendId, receiveId) ?? stream.Options.Keys?.RemoveAo(Prefix(peers), sendId, receiveId) ?? SocketError.AddressNotAvailable));

    /// <summary>Chooses which key to sign with and which to ask the peer to sign with (TCP_AO_INFO, <c>set_current</c> and <c>set_rnext</c>).</summary>
    /// <param name="current">A SendID; -1 leaves it.</param>
    /// <param name="next">A RecvID; -1 leaves it.</param>
    public void ChooseAo(int current, int next) =>
        Check(Run(stream => stream.Connection?.ChooseKeys(current, next) ?? SocketError.InvalidArgument));

    private void Add(TcpMd5Key key) => Check(Run(stream =>
    {
        var error = Chain(stream).Add(key);
        stream.Connection?.ApplyOptions();
        return error;
    }));

    private void RemoveMd5(InetPrefix peers) => Check(Run(stream =>
    {
        var error = stream.Options.Keys?.RemoveMd5(peers) ?? SocketError.AddressNotAvailable;
        stream.Connection?.ApplyOptions();
        return error;
    }));

    private static TcpKeyChain Chain(TcpBackend stream)
    {
        if (stream.Options.Keys is not { } keys)
        {
            keys = stream.Host.Tcp.CreateKeyChain();
            stream.Options = stream.Options with { Keys = keys };
        }

        return keys;
    }

    private SocketError Run(Func<TcpBackend, SocketError> act) => LoopCall.Invoke(_core.Loop, static call =>
        call._core.Backend is TcpBackend stream ? call.act(stream) : SocketError.ProtocolOption, (_core, act));

    private static InetPrefix Whole(IPAddress peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var address = InetAddress.From(peer);
        return new InetPrefix(address, address.Bits);
    }

    private static InetPrefix Prefix(IPNetwork network) => new(InetAddress.From(network.BaseAddress), network.PrefixLength);

    private static void Check(SocketError error)
    {
        if (error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }
    }
}
