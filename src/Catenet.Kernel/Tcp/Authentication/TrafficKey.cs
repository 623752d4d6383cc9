using System.Security.Cryptography;

namespace Catenet.Kernel.Tcp;

/// <summary>A traffic key of TCP-AO (RFC 5925 3.2): the code of one direction of one connection.</summary>
internal sealed class TrafficKey
{
    /// <summary>The longest code that an algorithm makes, before it is cut.</summary>
    public const int LargestCode = 32;

    private readonly TcpAoAlgorithm _algorithm;
    private readonly AesCmac? _cmac;

    public TrafficKey(TcpAoAlgorithm algorithm, byte[] octets)
    {
        _algorithm = algorithm;
        Octets = octets;
        _cmac = algorithm == TcpAoAlgorithm.AesCmac ? new AesCmac(octets) : null;
    }

    /// <summary>The key itself.</summary>
    public byte[] Octets { get; }

    /// <summary>The code of a message (RFC 5926 3.2), as much of it as is asked for.</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> code)
    {
        Span<byte> whole = stackalloc byte[LargestCode];
        switch (_algorithm)
        {
#pragma warning disable CA5350 // RFC 5926 wants it
            case TcpAoAlgorithm.HmacSha1:
                HMACSHA1.HashData(Octets, message, whole);
                break;
#pragma warning restore CA5350
            case TcpAoAlgorithm.HmacSha256:
                HMACSHA256.HashData(Octets, message, whole);
                break;
            default:
                _cmac!.Compute(message, whole);
                break;
        }

        whole[..code.Length].CopyTo(code);
    }
}
