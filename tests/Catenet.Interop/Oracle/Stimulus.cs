namespace Catenet.Interop.Oracle;

/// <summary>A small thing done to a host: what comes back must be the same from Catenet as from Linux.</summary>
/// <param name="Name">What it is, as the test's name shows it.</param>
/// <param name="Act">What is done.</param>
internal sealed record Stimulus(string Name, Action<Stage> Act)
{
    /// <summary>Whether the host forwards between two networks.</summary>
    public bool IsRouter { get; init; }

    /// <summary>Whether the host does not know the peers' link addresses yet.</summary>
    public bool Unknown { get; init; }

    /// <summary>Whether Linux goes on asking afterwards for an address that is none of the run's: the next stimulus gets another namespace.</summary>
    public bool LeavesQuestions { get; init; }

    /// <summary>Whether it is about IPv6, by its name: peers make themselves known in one family only, since all of Linux's namespaces share one small table of neighbours.</summary>
    public bool IsIPv6 => Name.Contains("v6", StringComparison.Ordinal) || Name.StartsWith("NDP", StringComparison.Ordinal);

    public override string ToString() => Name;
}
