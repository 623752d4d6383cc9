using System.Globalization;

namespace Catenet.Kernel.Netfilter;

/// <summary>One rule of the NAT table: asked for the first packet of a connection, it decides for all of them.</summary>
public sealed class NatRule
{
    internal readonly CompiledMatch Compiled;

    internal NatRule(HookPoint point, int handle, FilterMatch match, NatTarget target, string? comment)
    {
        Point = point;
        Handle = handle;
        Match = match;
        Target = target;
        Comment = comment;
        Compiled = new CompiledMatch(match);
    }

    /// <summary>Where it is asked.</summary>
    public HookPoint Point { get; }

    /// <summary>The number it got when it was added.</summary>
    public int Handle { get; }

    /// <summary>What it asks.</summary>
    public FilterMatch Match { get; }

    /// <summary>What it does.</summary>
    public NatTarget Target { get; }

    /// <summary>What people call it.</summary>
    public string? Comment { get; }

    /// <summary>How many connections it decided over.</summary>
    public long Connections { get; internal set; }

    /// <summary>Prints <c>nat postrouting rule 1: oifname "wan" masquerade</c>.</summary>
    public override string ToString()
    {
        string match = Match.ToString();
        return string.Create(CultureInfo.InvariantCulture,
            $"nat {Point.ToString().ToLowerInvariant()} rule {Handle}: {(match.Length == 0 ? "" : match + " ")}{Target}{(Comment is null ? "" : $" ({Comment})")}");
    }
}
