using System.Buffers.Binary;
using System.Globalization;
using static Catenet.Kernel.Configuration.Knob;

namespace Catenet.Kernel.Configuration;

/// <summary>The settings of TCP Fast Open (RFC 7413).</summary>
internal static class FastOpenKnobs
{
    private const int KeySize = 16;
    private const int WordSize = 4;

    public static readonly Knob[] All =
    [
        Whole("net.ipv4.tcp_fastopen", int.MinValue, int.MaxValue, s => s.Tcp.FastOpen, (s, v) => s.Tcp.FastOpen = v),
        Seconds("net.ipv4.tcp_fastopen_blackhole_timeout_sec",
            s => s.Tcp.FastOpenBlackholeTimeout, (s, v) => s.Tcp.FastOpenBlackholeTimeout = v, int.MaxValue),
        new("net.ipv4.tcp_fastopen_key", "one key or two with a comma between, each four words in hexadecimal: 1-2-3-4", SetKeys,
            s => KeysText(s.Tcp.FastOpenKey.Length > 0 ? s.Tcp.FastOpenKey : new byte[KeySize])),
    ];

    /// <summary>The least significant octet of a word is the first in memory.</summary>
    private static bool SetKeys(Settings settings, string text)
    {
        string[] words = text.Split('-', ',');
        var octets = new byte[WordSize * words.Length];
        bool valid = octets.Length is KeySize or 2 * KeySize;
        for (int i = 0; valid && i < words.Length; i++)
        {
            valid = uint.TryParse(words[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word);
            BinaryPrimitives.WriteUInt32LittleEndian(octets.AsSpan(WordSize * i), word);
        }

        // The comma stands after four words, and nowhere else.
        string[] keys = text.Split(',');
        valid = valid && keys.Length == octets.Length / KeySize && keys.All(k => k.Count(c => c == '-') == 3);
        if (valid)
        {
            settings.Tcp.FastOpenKey = octets;
        }

        return valid;
    }

    private static string KeysText(byte[] octets)
    {
        var keys = octets.Chunk(WordSize).Select(w => BinaryPrimitives.ReadUInt32LittleEndian(w).ToString("x8", CultureInfo.InvariantCulture)).Chunk(4);
        return string.Join(',', keys.Select(words => string.Join('-', words)));
    }
}
