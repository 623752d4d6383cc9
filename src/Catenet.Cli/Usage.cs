using System.CommandLine;

namespace Catenet.Cli;

/// <summary>Says what is wrong with a command line.</summary>
internal static class Usage
{
    /// <summary>Prints the errors and where help is to be had.</summary>
    public static int Report(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        string command = parsed.CommandResult.Command is RootCommand ? "catenet" : $"catenet {parsed.CommandResult.Command.Name}";
        Console.Error.WriteLine($"Try '{command} --help'.");
        return ExitCodes.Mistake;
    }
}
