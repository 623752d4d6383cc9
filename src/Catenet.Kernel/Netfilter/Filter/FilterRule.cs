using System.Globalization;

namespace Catenet.Kernel.Netfilter;

/// <summary>One rule of a chain: a match, an action, and how often it has matched.</summary>
public sealed class FilterRule
{
    internal readonly CompiledMatch Compiled;

    internal FilterRule(FilterChain chain, int number, bool isNumbered, FilterMatch match, RuleAction action, string? comment)
    {
        Chain = chain;
        Number = number;
        IsNumbered = isNumbered;
        Match = match;
        Action = action;
        Comment = comment;
        Compiled = new CompiledMatch(match);
    }

    /// <summary>The chain it belongs to.</summary>
    public FilterChain Chain { get; }

    /// <summary>The number given to it, by which the rules are ordered, or else the handle it got when it was added.</summary>
    public int Number { get; }

    /// <summary>Whether <see cref="Number"/> was given.</summary>
    public bool IsNumbered { get; }

    /// <summary>What it asks.</summary>
    public FilterMatch Match { get; }

    /// <summary>What it does.</summary>
    public RuleAction Action { get; }

    /// <summary>What people call it.</summary>
    public string? Comment { get; }

    /// <summary>How many packets matched.</summary>
    public long Packets { get; private set; }

    /// <summary>How many octets of IP packets matched.</summary>
    public long Octets { get; private set; }

    internal void Count(int octets)
    {
        Packets++;
        Octets += octets;
    }

    /// <summary>The line in a listing: <c>tcp dport 22 counter packets 3 bytes 180 drop # handle 4</c>.</summary>
    public string ToListing() => string.Create(CultureInfo.InvariantCulture,
        $"{Spaced(Match.ToString())}counter packets {Packets} bytes {Octets} {Action}{(Comment is null ? "" : $" comment \"{Comment}\"")} # {(IsNumbered ? "rule" : "handle")} {Number}");

    /// <summary>Prints where the rule stands and what it says: <c>input rule 4: tcp dport 22 drop</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Chain.Name} rule {Number}: {Spaced(Match.ToString())}{Action}{(Comment is null ? "" : $" ({Comment})")}");

    private static string Spaced(string match) => match.Length == 0 ? "" : match + " ";
}
