using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The keys of a socket by peer: those of TCP-MD5 (RFC 2385) and the master key tuples of TCP-AO (RFC 5925 3.1).</summary>
/// <remarks>
/// Made by <see cref="TcpLayer.CreateKeyChain"/> and given to <see cref="TcpSocketOptions.Keys"/>. A connection that comes through a listener
/// begins with those of the listener's keys that are for its peer. After a change of a connection's keys call <see cref="TcpConnection.ApplyOptions"/>.
/// Belongs to its loop's thread.
/// </remarks>
public sealed class TcpKeyChain
{
    private readonly List<TcpMd5Key> _md5 = [];
    private readonly List<TcpAoKey> _ao = [];

    internal TcpKeyChain()
    {
    }

    /// <summary>The MD5 keys.</summary>
    public IReadOnlyList<TcpMd5Key> Md5Keys => _md5;

    /// <summary>The master key tuples (TCP_AO_GET_KEYS).</summary>
    public IReadOnlyList<TcpAoKey> AoKeys => _ao;

    /// <summary>Whether segments without TCP-AO are dropped whoever sends them (<c>ao_required</c> of TCP_AO_INFO), not only from peers with a key.</summary>
    public bool AoRequired { get; set; }

    /// <summary>Whether ICMP errors that hard errors were once made of are believed on TCP-AO's connections (<c>accept_icmps</c>; RFC 5925 7.8).</summary>
    public bool AcceptIcmp { get; set; }

    /// <summary>TCP_MD5SIG with a key: adds it, or puts it in the place of the one for the same peers.</summary>
    /// <returns><see cref="SocketError.AccessDenied"/> (Linux: EKEYREJECTED) if there is a TCP-AO key for these peers.</returns>
    public SocketError Add(TcpMd5Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (FindAo(key.Peers.Address) is not null || AoRequired)
        {
            return SocketError.AccessDenied;
        }

        _md5.RemoveAll(k => k.Peers == key.Peers);
        _md5.Add(key);
        return SocketError.Success;
    }

    /// <summary>TCP_MD5SIG without a key: removes the one for these peers.</summary>
    /// <returns><see cref="SocketError.AddressNotAvailable"/> (Linux: ENOENT) if there is none.</returns>
    public SocketError RemoveMd5(InetPrefix peers) =>
        _md5.RemoveAll(k => k.Peers == peers) > 0 ? SocketError.Success : SocketError.AddressNotAvailable;

    /// <summary>TCP_AO_ADD_KEY.</summary>
    /// <returns><see cref="SocketError.AccessDenied"/> (Linux: EKEYREJECTED) if there is an MD5 key for these peers; <see cref="SocketError.AddressAlreadyInUse"/>
    /// (Linux: EEXIST) if one of its identifiers is taken already by a key for some of them (RFC 5925 3.1).</returns>
    public SocketError Add(TcpAoKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (FindMd5(key.Peers.Address) is not null)
        {
            return SocketError.AccessDenied;
        }

        foreach (var other in _ao)
        {
            bool overlaps = other.Peers.Contains(key.Peers.Address) || key.Peers.Contains(other.Peers.Address);
            if (overlaps && (other.SendId == key.SendId || other.ReceiveId == key.ReceiveId))
            {
                return SocketError.AddressAlreadyInUse;
            }
        }

        _ao.Add(key);
        return SocketError.Success;
    }

    /// <summary>TCP_AO_DEL_KEY of a key that no connection signs with or asks for; <see cref="TcpConnection.RemoveKey"/> looks after that.</summary>
    /// <returns><see cref="SocketError.AddressNotAvailable"/> (Linux: ENOENT) if there is none of the kind.</returns>
    public SocketError RemoveAo(InetPrefix peers, byte sendId, byte receiveId) =>
        _ao.RemoveAll(k => k.Peers == peers && k.SendId == sendId && k.ReceiveId == receiveId) > 0 ? SocketError.Success : SocketError.AddressNotAvailable;

    /// <summary>The MD5 key for a peer: of several, that of the longest prefix.</summary>
    internal TcpMd5Key? FindMd5(InetAddress peer)
    {
        TcpMd5Key? best = null;
        foreach (var key in _md5)
        {
            if (key.Peers.Contains(peer) && (best is null || key.Peers.Length > best.Peers.Length))
            {
                best = key;
            }
        }

        return best;
    }

    /// <summary>A master key tuple for a peer, by one of its identifiers or by none.</summary>
    internal TcpAoKey? FindAo(InetAddress peer, int sendId = -1, int receiveId = -1)
    {
        foreach (var key in _ao)
        {
            if (key.Peers.Contains(peer) && (sendId < 0 || key.SendId == sendId) && (receiveId < 0 || key.ReceiveId == receiveId))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>What a connection to a peer takes over; null if there is no key for it.</summary>
    internal TcpKeyChain? For(InetAddress peer, bool ao)
    {
        var chain = new TcpKeyChain { AoRequired = ao && AoRequired, AcceptIcmp = AcceptIcmp };
        if (ao)
        {
            chain._ao.AddRange(_ao.Where(k => k.Peers.Contains(peer)));
        }
        else if (FindMd5(peer) is { } key)
        {
            chain._md5.Add(key.For(peer));
        }

        return chain._ao.Count + chain._md5.Count > 0 ? chain : null;
    }
}
