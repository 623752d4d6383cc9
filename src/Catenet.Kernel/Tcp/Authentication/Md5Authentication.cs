using System.Security.Cryptography;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The TCP MD5 signature option (RFC 2385 2): a digest of pseudo-header, header without options, data and key.</summary>
internal sealed class Md5Authentication(byte[] key) : SegmentAuthentication
{
    public override int OptionSize => TcpOptionsWriter.Md5SignatureSize;

    public override void AddOption(ref TcpOptionsWriter options) => options.AddMd5Signature();

    public override void Sign(DigestInput input, in SegmentImage segment)
    {
        var signature = segment.Find(TcpOptionKind.Md5Signature);
        if (signature.Length == MD5.HashSizeInBytes)
        {
            Digest(input, in segment, signature);
        }
    }

    /// <summary>Whether the segment has the signature that the key makes.</summary>
    public bool Verify(DigestInput input, in SegmentImage segment)
    {
        Span<byte> expected = stackalloc byte[MD5.HashSizeInBytes];
        Digest(input, in segment, expected);
        return CryptographicOperations.FixedTimeEquals(expected, segment.Find(TcpOptionKind.Md5Signature));
    }

    private void Digest(DigestInput input, in SegmentImage segment, Span<byte> digest)
    {
        input.Clear();
        segment.AppendPseudoHeader(input);
        segment.AppendHeader(input, TcpView.MinSize);
        segment.AppendPayload(input);
        input.Append(key);
#pragma warning disable CA5351 // RFC 2385 knows no other digest
        MD5.HashData(input.Octets, digest);
#pragma warning restore CA5351
    }
}
