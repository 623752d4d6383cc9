using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Catenet.Cli;

/// <summary>The usual help, and below it how the command is used in practice.</summary>
internal sealed class ExamplesHelp(HelpAction usual, IReadOnlyDictionary<string, string> examples) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (examples.TryGetValue(command is RootCommand ? "catenet" : command.Name, out string? text))
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
        }

        return code;
    }

    /// <summary>Gives a command line's help the examples, by command name.</summary>
    public static RootCommand AddTo(RootCommand root, IReadOnlyDictionary<string, string> examples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        var action = new ExamplesHelp((HelpAction)help.Action!, examples);
        help.Action = action;
        root.SetAction(action.Invoke);
        return root;
    }
}
