using Catenet.Packetdrill.Packets;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Language;

/// <summary>Reads the options of a segment, behind the opening bracket.</summary>
/// <param name="scanner">Where.</param>
/// <param name="definitions">Symbols, one of which may stand for a cookie.</param>
internal sealed class TcpOptionParser(Scanner scanner, IReadOnlyDictionary<string, string> definitions)
{
    /// <summary>Reads up to the closing bracket, which is taken.</summary>
    public List<TcpOptionSpec> Parse()
    {
        var options = new List<TcpOptionSpec>();
        if (scanner.Take(">"))
        {
            return options;
        }

        do
        {
            options.Add(Option());
        }
        while (scanner.Take(","));
        scanner.Expect(">", "behind the options");
        return options;
    }

    private TcpOptionSpec Option()
    {
        int begin = scanner.Position;
        string name = scanner.Word("an option");
        return name switch
        {
            "nop" => new TcpOptionSpec(TcpOptionKind.NoOperation),
            "eol" => new TcpOptionSpec(TcpOptionKind.EndOfList),
            "mss" => new TcpOptionSpec(TcpOptionKind.MaximumSegmentSize) { Value = scanner.Unsigned("a segment size") & 0xFFFF },
            "wscale" => new TcpOptionSpec(TcpOptionKind.WindowScale) { Value = scanner.Unsigned("a shift") & 0xFF },
            "sackOK" => new TcpOptionSpec(TcpOptionKind.SackPermitted),
            "sack" => Sack(),
            "TS" => Timestamps(),
            "md5" => new TcpOptionSpec(TcpOptionKind.Md5Signature) { Data = MustBe(16, Hex(), begin) },
            "FO" => new TcpOptionSpec(TcpOptionKind.FastOpen) { Data = Hex() },
            "FOEXP" => new TcpOptionSpec(TcpOptionSpec.Experimental) { Data = [0xF9, 0x89, .. Hex()] },
            "ECN" => AccurateEcn(begin),
            _ => throw scanner.Mistake(begin, $"'{name}' is no option: there are mss, wscale, sackOK, sack, TS, nop, eol, md5, FO, FOEXP and ECN"),
        };
    }

    private TcpOptionSpec Sack()
    {
        var blocks = new List<SackBlock>();
        while (scanner.AtNumber())
        {
            var left = new SeqNumber(scanner.Unsigned("the left edge of a block"));
            scanner.Expect(":", "between the edges of a block");
            blocks.Add(new SackBlock(left, new SeqNumber(scanner.Unsigned("the right edge of a block"))));
        }

        return new TcpOptionSpec(TcpOptionKind.Sack) { Blocks = blocks };
    }

    private TcpOptionSpec Timestamps()
    {
        string where = "in the timestamps";
        if (!scanner.TakeWord("val"))
        {
            throw scanner.Mistake($"'val' is missing {where}");
        }

        uint value = scanner.Unsigned("a timestamp");
        return scanner.TakeWord("ecr")
            ? new TcpOptionSpec(TcpOptionKind.Timestamps) { Value = value, Echo = scanner.Unsigned("an echoed timestamp") }
            : throw scanner.Mistake($"'ecr' is missing {where}");
    }

    /// <summary>Counters of 24 bits, in one of two orders (RFC 9768 3.2.3).</summary>
    private TcpOptionSpec AccurateEcn(int begin)
    {
        var names = new List<string>();
        var data = new List<byte>();
        while (scanner.PeekWord() is "e0b" or "ceb" or "e1b")
        {
            names.Add(scanner.Word("a counter"));
            uint value = scanner.Unsigned("a counter's value");
            data.AddRange([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        }

        byte? kind = string.Join(' ', names) switch
        {
            "e0b" or "e0b ceb" or "e0b ceb e1b" => TcpOptionSpec.AccurateEcn0,
            "e1b" or "e1b ceb" or "e1b ceb e0b" => TcpOptionSpec.AccurateEcn1,
            _ => null,
        };
        return kind is { } known
            ? new TcpOptionSpec(known) { Data = [.. data] }
            : throw scanner.Mistake(begin, "the counters come as e0b, ceb, e1b or as e1b, ceb, e0b; the last ones may be missing");
    }

    private byte[] Hex()
    {
        int begin = scanner.Position;
        string digits = scanner.Run(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        digits = definitions.TryGetValue(digits, out string? defined) ? defined.Trim('"') : digits;
        if (!digits.All(char.IsAsciiHexDigit))
        {
            throw scanner.Mistake(begin, $"'{digits}' is neither hexadecimal nor a symbol that is defined");
        }

        return digits.Length % 2 == 0 ? Convert.FromHexString(digits) : throw scanner.Mistake(begin, $"'{digits}' has an odd number of hexadecimal digits");
    }

    private byte[] MustBe(int length, byte[] data, int begin) =>
        data.Length == length || data.Length == 0 ? data : throw scanner.Mistake(begin, $"{length} octets are wanted, not {data.Length}");
}
