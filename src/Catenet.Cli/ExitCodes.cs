namespace Catenet.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>All is well: the file is valid, every expectation holds.</summary>
    public const int Good = 0;

    /// <summary>An expectation failed.</summary>
    public const int Failed = 1;

    /// <summary>The lab file or the command line is wrong.</summary>
    public const int Mistake = 2;
}
