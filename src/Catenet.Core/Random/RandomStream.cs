using System.Buffers.Binary;
using System.Numerics;

namespace Catenet.Core;

/// <summary>A named stream of pseudo-random numbers (xoshiro256**): the seed and the owner's name decide every number of it.</summary>
/// <remarks>
/// Each link, host and protocol takes a stream of its own, so that adding a node never reshuffles another's chances.
/// Not cryptographic. Belongs to one thread.
/// </remarks>
public sealed class RandomStream
{
    private const ulong GoldenRatio = 0x9E37_79B9_7F4A_7C15;

    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Makes the stream that belongs to a name under a seed.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="owner">The owner's name, for example <c>link/alice-home/up</c>.</param>
    public RandomStream(ulong seed, string owner)
    {
        ulong x = StableHash.Mix(seed + GoldenRatio) ^ StableHash.Of(owner);
        _s0 = StableHash.Mix(x += GoldenRatio);
        _s1 = StableHash.Mix(x += GoldenRatio);
        _s2 = StableHash.Mix(x += GoldenRatio);
        _s3 = StableHash.Mix(x + GoldenRatio);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/> (at least 1).</summary>
    public int Next(int bound) => (int)(((UInt128)NextUInt64() * (uint)bound) >> 64);

    /// <summary>A number from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public int Next(int low, int high) => low + Next(high - low);

    /// <summary>A number from 0 up to, not including, 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability (0..1). A probability of zero draws nothing.</summary>
    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>A normally distributed number of mean 0 and deviation 1 (Box-Muller).</summary>
    public double NextGaussian()
    {
        double u = 1.0 - NextDouble();
        return Math.Sqrt(-2.0 * Math.Log(u)) * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <summary>A duration from zero up to, not including, <paramref name="bound"/>.</summary>
    public Duration NextDuration(Duration bound) => new((long)(NextDouble() * bound.Nanoseconds));

    /// <summary>Fills a span.</summary>
    public void Fill(Span<byte> destination)
    {
        while (destination.Length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, NextUInt64());
            destination = destination[8..];
        }

        if (destination.Length > 0)
        {
            Span<byte> rest = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(rest, NextUInt64());
            rest[..destination.Length].CopyTo(destination);
        }
    }
}
