using System.Buffers.Binary;
using System.Numerics;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>SipHash-2-4 under a key of sixteen octets: a short hash that nobody can foretell who has not got the key.</summary>
internal readonly struct SipHash(ulong k0, ulong k1)
{
    private readonly ulong _k0 = k0;
    private readonly ulong _k1 = k1;

    /// <summary>A key as it stands in memory.</summary>
    public SipHash(ReadOnlySpan<byte> key)
        : this(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]))
    {
    }

    /// <summary>Hashes octets.</summary>
    public ulong Of(ReadOnlySpan<byte> data)
    {
        Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3);
        ulong last = (ulong)data.Length << 56;
        for (; data.Length >= 8; data = data[8..])
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(data), ref v0, ref v1, ref v2, ref v3);
        }

        for (int i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        Absorb(last, ref v0, ref v1, ref v2, ref v3);
        return Finish(v0, v1, v2, v3);
    }

    /// <summary>Hashes two addresses and a word: always as much, so that no length need go in.</summary>
    public ulong Of(InetAddress a, InetAddress b, ulong word)
    {
        Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3);
        Absorb(a.High, ref v0, ref v1, ref v2, ref v3);
        Absorb(a.Low, ref v0, ref v1, ref v2, ref v3);
        Absorb(b.High, ref v0, ref v1, ref v2, ref v3);
        Absorb(b.Low, ref v0, ref v1, ref v2, ref v3);
        Absorb(word, ref v0, ref v1, ref v2, ref v3);
        return Finish(v0, v1, v2, v3);
    }

    private void Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3)
    {
        v0 = _k0 ^ 0x736F_6D65_7073_6575;
        v1 = _k1 ^ 0x646F_7261_6E64_6F6D;
        v2 = _k0 ^ 0x6C79_6765_6E65_7261;
        v3 = _k1 ^ 0x7465_6462_7974_6573;
    }

    private static ulong Finish(ulong v0, ulong v1, ulong v2, ulong v3)
    {
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
