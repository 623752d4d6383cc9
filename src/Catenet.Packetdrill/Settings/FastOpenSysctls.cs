using System.Buffers.Binary;
using System.Globalization;

namespace Catenet.Packetdrill.Settings;

/// <summary>The values of Fast Open's sysctls as they are written.</summary>
internal static class FastOpenSysctls
{
    /// <summary>The bits of tcp_fastopen, decimal or hexadecimal.</summary>
    public static int Bits(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? int.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>One key or two, separated by a comma: each four words in hexadecimal, the least significant octet of a word first in memory.</summary>
    public static byte[] Keys(string text)
    {
        string[] keys = text.Split(',');
        if (keys.Length > 2)
        {
            throw new FormatException();
        }

        var octets = new byte[16 * keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            string[] words = keys[i].Split('-');
            if (words.Length != 4)
            {
                throw new FormatException();
            }

            for (int j = 0; j < 4; j++)
            {
                uint word = uint.Parse(words[j], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(16 * i + 4 * j), word);
            }
        }

        return octets;
    }
}
