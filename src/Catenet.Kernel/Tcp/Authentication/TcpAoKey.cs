using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The algorithms of TCP-AO, each a key derivation function and a message authentication code (RFC 5926 3).</summary>
public enum TcpAoAlgorithm
{
    /// <summary>KDF_HMAC_SHA1 and HMAC-SHA-1 (Linux: <c>hmac(sha1)</c>).</summary>
    HmacSha1,

    /// <summary>KDF_AES_128_CMAC and AES-128-CMAC (Linux: <c>cmac(aes128)</c>).</summary>
    AesCmac,

    /// <summary>The same with SHA-256, as Linux has it (<c>hmac(sha256)</c>).</summary>
    HmacSha256,
}

/// <summary>A master key tuple (RFC 5925 3.1): what a connection's traffic keys are made of.</summary>
public sealed class TcpAoKey
{
    /// <summary>The longest master key in octets (TCP_AO_MAXKEYLEN).</summary>
    public const int MaxLength = 80;

    /// <summary>The longest signature: with it, a SYN's usual options still fit.</summary>
    public const int MaxMacLength = 16;

    /// <summary>Makes a tuple.</summary>
    /// <param name="peers">Whose connections it is for.</param>
    /// <param name="sendId">SendID: the KeyID of segments that are signed with it.</param>
    /// <param name="receiveId">RecvID: the KeyID of segments that are verified with it.</param>
    /// <param name="key">The master key, up to 80 octets; copied.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="macLength">The signature's length in octets, 1 to 16; 12 is RFC 5926's.</param>
    /// <param name="excludeOptions">Whether other options are left out of the signature, so that middleboxes may change them.</param>
    /// <exception cref="ArgumentException">The key is too long, or the signature's length out of range.</exception>
    public TcpAoKey(InetPrefix peers, byte sendId, byte receiveId, ReadOnlySpan<byte> key, TcpAoAlgorithm algorithm = TcpAoAlgorithm.HmacSha1,
        int macLength = 12, bool excludeOptions = false)
    {
        if (key.Length > MaxLength)
        {
            throw new ArgumentException("A master key has up to 80 octets.", nameof(key));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(macLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(macLength, MaxMacLength);
        Peers = peers;
        SendId = sendId;
        ReceiveId = receiveId;
        Algorithm = algorithm;
        MacLength = macLength;
        ExcludeOptions = excludeOptions;
        Master = AoKeyDerivation.Prepare(algorithm, key);
    }

    /// <summary>Whose connections it is for.</summary>
    public InetPrefix Peers { get; }

    /// <summary>SendID.</summary>
    public byte SendId { get; }

    /// <summary>RecvID.</summary>
    public byte ReceiveId { get; }

    /// <summary>The algorithm.</summary>
    public TcpAoAlgorithm Algorithm { get; }

    /// <summary>The signature's length in octets.</summary>
    public int MacLength { get; }

    /// <summary>Whether other options are left out of the signature (the TCP option flag of RFC 5925 3.1, cleared).</summary>
    public bool ExcludeOptions { get; }

    internal byte[] Master { get; }
}
