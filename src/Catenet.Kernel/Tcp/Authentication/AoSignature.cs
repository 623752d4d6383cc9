using System.Buffers.Binary;
using System.Security.Cryptography;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The signature of a segment by TCP-AO (RFC 5925 5.1): over extension, pseudo-header, header and data.</summary>
internal static class AoSignature
{
    /// <summary>KeyID and RNextKeyID in front of the signature.</summary>
    public const int Identifiers = 2;

    /// <summary>Fills the signature in.</summary>
    public static void Sign(DigestInput input, in SegmentImage segment, TcpAoKey key, TrafficKey traffic, uint extension)
    {
        int at = segment.Locate(TcpOptionKind.Authentication, out int length);
        if (at > 0 && length == Identifiers + key.MacLength)
        {
            Compute(input, in segment, at, key, traffic, extension, segment.Header.Slice(at + Identifiers, key.MacLength));
        }
    }

    /// <summary>Whether the segment has the signature that the key makes.</summary>
    public static bool Verify(DigestInput input, in SegmentImage segment, TcpAoKey key, TrafficKey traffic, uint extension)
    {
        int at = segment.Locate(TcpOptionKind.Authentication, out int length);
        if (at == 0 || length != Identifiers + key.MacLength)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[key.MacLength];
        Compute(input, in segment, at, key, traffic, extension, expected);
        return CryptographicOperations.FixedTimeEquals(expected, segment.Header.Slice(at + Identifiers, key.MacLength));
    }

    private static void Compute(DigestInput input, in SegmentImage segment, int at, TcpAoKey key, TrafficKey traffic, uint extension, Span<byte> code)
    {
        input.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(input.Append(4), extension);
        segment.AppendPseudoHeader(input);
        if (key.ExcludeOptions)
        {
            // Of the options only this one counts.
            segment.AppendHeader(input, TcpView.MinSize);
            input.Append(segment.Header.Slice(at - 2, 2 + Identifiers));
            input.Append(key.MacLength).Clear();
        }
        else
        {
            segment.AppendHeader(input, segment.Header.Length).Slice(at + Identifiers, key.MacLength).Clear();
        }

        segment.AppendPayload(input);
        traffic.Compute(input.Octets, code);
    }
}
