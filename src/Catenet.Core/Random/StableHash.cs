namespace Catenet.Core;

/// <summary>A 64-bit hash that is the same in every run and on every machine (FNV-1a, then mixed).</summary>
/// <remarks>Not cryptographic. Pure and thread-safe.</remarks>
public static class StableHash
{
    /// <summary>Hashes a name.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (char c in text)
        {
            hash = (hash ^ (byte)c) * 0x0000_0100_0000_01B3;
            hash = (hash ^ (byte)(c >> 8)) * 0x0000_0100_0000_01B3;
        }

        return Mix(hash);
    }

    /// <summary>Spreads every bit of a value over the whole word (the splitmix64 finaliser).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ value >> 30) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ value >> 27) * 0x94D0_49BB_1331_11EB;
        return value ^ value >> 31;
    }
}
