using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Language;

/// <summary>Reads the headers around a packet, the outermost first; each ends with a colon.</summary>
internal sealed class EnvelopeParser(Scanner scanner)
{
    private const uint LargestLabel = (1 << 20) - 1;

    /// <summary>Reads as many as there are.</summary>
    public IReadOnlyList<OuterHeader> Parse()
    {
        var headers = new List<OuterHeader>();
        while (scanner.PeekWord() is "ipv4" or "ipv6" or "gre" or "mpls")
        {
            int begin = scanner.Position;
            string word = scanner.Word("a header");
            if (word is "gre" or "mpls" && headers is [] || word == "gre" && headers is not [.., OuterIp])
            {
                throw scanner.Mistake(begin, $"{word} has to be inside of {(word == "gre" ? "" : "gre, ")}ipv4 or ipv6: nothing else says that it comes");
            }

            headers.Add(word switch
            {
                "gre" => Gre(),
                "mpls" => Mpls(),
                _ => Ip(isIPv4: word == "ipv4"),
            });
            if (word != "ipv4" && word != "ipv6")
            {
                scanner.Expect(":", $"behind the header {word}");
            }
        }

        return headers;
    }

    private OuterIp Ip(bool isIPv4)
    {
        var source = Address(isIPv4);
        scanner.Expect(">", "between two addresses");
        return new OuterIp(source, Address(isIPv4, last: true));
    }

    /// <summary>An address; the last one ends with the colon that ends the header, though IPv6 has colons too.</summary>
    private InetAddress Address(bool isIPv4, bool last = false)
    {
        scanner.SkipBlanks();
        int begin = scanner.Position;
        string text = scanner.Run(c => char.IsAsciiHexDigit(c) || c is '.' or ':');
        if (last && !text.EndsWith(':'))
        {
            throw scanner.Mistake(begin, $"the header does not end with a colon: '{text}'");
        }

        text = last ? text[..^1] : text;
        return InetAddress.TryParse(text, out var address) && address.IsIPv4 == isIPv4 ? address
            : throw scanner.Mistake(begin, $"'{text}' is no {(isIPv4 ? "IPv4" : "IPv6")} address");
    }

    /// <summary><c>gre flags[checksum,key,sequence],sum 0x1234,off 0,key 7,seq 1:</c>; a field that is given is there, a flag alone stands for a zero, and for the right checksum.</summary>
    private OuterGre Gre()
    {
        var gre = new OuterGre();
        while (scanner.PeekWord() is not null)
        {
            int begin = scanner.Position;
            gre = scanner.Word("a field") switch
            {
                "flags" => Flags(gre),
                "sum" => gre with { HasChecksum = true, Checksum = (ushort)Number("a checksum", ushort.MaxValue) },
                "off" => gre with { Offset = (ushort)Number("an offset", ushort.MaxValue) },
                "key" => gre with { Key = scanner.Unsigned("a key") },
                "seq" => gre with { Sequence = scanner.Unsigned("a sequence number") },
                var word => throw scanner.Mistake(begin, $"'{word}' is no field of GRE: there are flags, sum, off, key and seq"),
            };
            scanner.Take(",");
        }

        return gre.Offset == 0 || gre.HasChecksum || gre.HasRouting ? gre : throw scanner.Mistake("an offset stands behind a checksum: sum or flags[routing] is missing");
    }

    private OuterGre Flags(OuterGre gre)
    {
        scanner.Expect("[", "before the flags of GRE");
        while (!scanner.Take("]"))
        {
            int begin = scanner.Position;
            gre = scanner.Word("checksum, routing, key or sequence") switch
            {
                "checksum" => gre with { HasChecksum = true },
                "routing" => gre with { HasRouting = true },
                "key" => gre with { Key = gre.Key ?? 0 },
                "sequence" => gre with { Sequence = gre.Sequence ?? 0 },
                var word => throw scanner.Mistake(begin, $"'{word}' is no flag of GRE: there are checksum, routing, key and sequence"),
            };
            scanner.Take(",");
        }

        return gre;
    }

    private OuterMpls Mpls()
    {
        var labels = new List<MplsLabel>();
        do
        {
            scanner.Expect("(", "before a label");
            Field("label");
            uint label = Number("a label", LargestLabel);
            scanner.Take(",");
            Field("tc");
            var trafficClass = (byte)Number("a traffic class", 7);
            scanner.Take(",");
            bool isBottom = scanner.Take("[");
            if (isBottom)
            {
                Field("S");
                scanner.Expect("]", "behind S");
                scanner.Take(",");
            }

            Field("ttl");
            labels.Add(new MplsLabel(label, trafficClass, isBottom, (byte)Number("a time to live", byte.MaxValue)));
            scanner.Expect(")", "behind a label");
        }
        while (scanner.Take(",") || scanner.Current == '(');
        return new OuterMpls(labels);
    }

    private void Field(string name)
    {
        if (!scanner.TakeWord(name))
        {
            throw scanner.Mistake($"'{name}' is missing; here stands {scanner.Here()}");
        }
    }

    private uint Number(string what, uint most)
    {
        scanner.SkipBlanks();
        int begin = scanner.Position;
        uint value = scanner.Unsigned(what);
        return value <= most ? value : throw scanner.Mistake(begin, $"{what} of {value} is too large: {most} is the largest");
    }
}
