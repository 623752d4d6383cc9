using System.Globalization;
using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Reads the words of a rule one after the other and knows where in the text they stand.</summary>
internal sealed class RuleParser
{
    private readonly List<(string Word, int Offset)> _words = [];
    private readonly string _text;
    private int _next;

    public RuleParser(string text)
    {
        _text = text;
        int from = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool blank = i == text.Length || char.IsWhiteSpace(text[i]);
            if (!blank && from < 0)
            {
                from = i;
            }
            else if (blank && from >= 0)
            {
                _words.Add((text[from..i], from));
                from = -1;
            }
        }
    }

    public bool AtEnd => _next >= _words.Count;

    public string Peek => AtEnd ? "" : _words[_next].Word;

    public string Take() => AtEnd ? "" : _words[_next++].Word;

    /// <summary>A complaint about the word last taken, or about the end.</summary>
    public Complaint About(string message, string suggestion) => _next == 0 || _words.Count == 0
        ? new Complaint(message, suggestion)
        : new Complaint(message, suggestion, _words[Math.Min(_next, _words.Count) - 1].Offset, _words[Math.Min(_next, _words.Count) - 1].Word.Length);

    /// <summary>Nothing may be left.</summary>
    public Complaint? End(string example)
    {
        if (AtEnd)
        {
            return null;
        }

        string word = Take();
        return About($"'{Scalars.Shorten(word)}' does not belong here", $"write the rule as: {example}");
    }

    /// <summary>Takes one of some words.</summary>
    public Complaint? Word<T>(string what, IReadOnlyList<(string Word, T Value)> words, string example, out T value)
    {
        value = default!;
        if (AtEnd)
        {
            return About($"the rule '{Scalars.Shorten(_text)}' ends before {what}", $"write it as: {example}");
        }

        string written = Take();
        foreach (var (word, meaning) in words)
        {
            if (word == written)
            {
                value = meaning;
                return null;
            }
        }

        return About($"unknown {what} '{Scalars.Shorten(written)}'", $"{Spelling.Choose(written, [.. words.Select(w => w.Word)], "known")}; write the rule as: {example}");
    }

    /// <summary>Takes a protocol, ports and the clauses that are allowed.</summary>
    public Complaint? Match(IReadOnlyList<string> clauses, string example, out PacketMatch match)
    {
        match = new PacketMatch();
        var complaint = Word("protocol", [("tcp", RuleProtocol.Tcp), ("udp", RuleProtocol.Udp), ("icmp", RuleProtocol.Icmp), ("all", RuleProtocol.All)], example, out var protocol);
        if (complaint is not null)
        {
            return complaint;
        }

        match = match with { Protocol = protocol };
        if (!AtEnd && char.IsAsciiDigit(Peek[0]))
        {
            complaint = Ports(protocol, out var ports);
            match = match with { Ports = ports };
        }

        return complaint ?? Clauses(clauses, example, ref match);
    }

    /// <summary>Takes clauses such as <c>from 10.0.0.0/8 in lan</c> to the end.</summary>
    public Complaint? Clauses(IReadOnlyList<string> clauses, string example, ref PacketMatch match)
    {
        var seen = new HashSet<string>();
        while (!AtEnd)
        {
            string word = Take();
            if (!clauses.Contains(word) || !seen.Add(word))
            {
                return About($"'{Scalars.Shorten(word)}' does not belong here", $"{Spelling.Choose(word, clauses.ToList(), "known")}; write the rule as: {example}");
            }

            if (AtEnd)
            {
                return About($"'{word}' says nothing", $"write the rule as: {example}");
            }

            string argument = Take();
            if (word is "in" or "out")
            {
                match = word == "in" ? match with { In = argument } : match with { Out = argument };
                continue;
            }

            if (Peer(argument, out var peer) is { } complaint)
            {
                return complaint;
            }

            match = word == "from" ? match with { From = peer } : match with { To = peer };
        }

        return null;
    }

    /// <summary>Takes ports: <c>443</c> or <c>1024-65535</c>.</summary>
    public Complaint? Ports(RuleProtocol protocol, out PortRange ports)
    {
        string word = Take();
        int dash = word.IndexOf('-');
        ports = default;
        int last = 0;
        bool valid = int.TryParse(dash < 0 ? word : word[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out int first) && first <= 65535 &&
            (dash < 0 || (int.TryParse(word.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out last) && last <= 65535));
        ports = new PortRange(first, dash < 0 ? first : last);
        return !valid ? About($"'{Scalars.Shorten(word)}' is not a port or a range of ports", "write 443 or 1024-65535") :
            ports.First > ports.Last ? About($"the range {word} is empty", $"did you mean {ports.Last}-{ports.First}?") :
            protocol is RuleProtocol.Tcp or RuleProtocol.Udp ? null : About("only tcp and udp have ports", "leave the port out");
    }

    private Complaint? Peer(string word, out RulePeer peer)
    {
        peer = RulePeer.Any;
        if (word == "any")
        {
            return null;
        }

        if (word.Contains('/'))
        {
            if (Scalars.Prefix.Parse(word, out var prefix) is { } complaint)
            {
                return About(complaint.Message, complaint.Suggestion);
            }

            peer = new RulePeer(prefix, null);
            return null;
        }

        if (InetAddress.TryParse(word, out var address))
        {
            peer = new RulePeer(new InetPrefix(address, address.Bits), null);
            return null;
        }

        peer = new RulePeer(null, word);
        return Scalars.AddressRef.Parse(word, out _) is { } bad ? About(bad.Message, bad.Suggestion) : null;
    }
}
