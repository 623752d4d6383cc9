using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>A key of TCP_MD5SIG (RFC 2385): signs and verifies all segments to and from some peers.</summary>
public sealed class TcpMd5Key
{
    /// <summary>The longest key in octets (TCP_MD5SIG_MAXKEYLEN).</summary>
    public const int MaxLength = 80;

    /// <summary>Makes a key.</summary>
    /// <param name="peers">Whom it is for: one address, or a prefix as with TCP_MD5SIG_EXT.</param>
    /// <param name="key">The key, 1 to 80 octets; copied.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public TcpMd5Key(InetPrefix peers, ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > MaxLength)
        {
            throw new ArgumentException("An MD5 key has 1 to 80 octets.", nameof(key));
        }

        Peers = peers;
        Authentication = new Md5Authentication(key.ToArray());
    }

    private TcpMd5Key(InetPrefix peers, Md5Authentication authentication)
    {
        Peers = peers;
        Authentication = authentication;
    }

    /// <summary>Whom it is for.</summary>
    public InetPrefix Peers { get; }

    internal Md5Authentication Authentication { get; }

    internal TcpMd5Key For(InetAddress peer) => new(new InetPrefix(peer, peer.Bits), Authentication);
}
