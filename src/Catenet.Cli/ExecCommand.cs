using System.CommandLine;
using Catenet.Lab;
using Catenet.Lab.Running;
using Catenet.Linux.Namespaces;

namespace Catenet.Cli;

/// <summary>The <c>exec</c> command: runs a program on a Linux node of a lab that another process holds.</summary>
internal static class ExecCommand
{
    public const string Examples = """
        Examples:
          catenet run labs/linux-curl --hold               in one terminal: start the lab and keep it
          catenet exec labs/linux-curl alice -- bash       in another: a shell on Alice's machine
          catenet exec linux-curl alice -- curl -v --cacert '$CATENET_CA' https://www.bob.com/

        The program's exit code is this command's; 2 if it could not be started.
        """;

    public static Command Create(Argument<string> lab)
    {
        lab.Description = "The running lab: its name, its file or its folder.";
        var node = new Argument<string>("node") { Description = "A node of kind: linux." };
        var program = new Argument<string[]>("command") { Description = "The program and its arguments, after --. CATENET_CA is the file of the lab's root certificate.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Run a program on a linux node of a lab that is held by 'catenet run LAB --hold'.") { lab, node, program };
        command.SetAction(parsed => Run(parsed.GetValue(lab)!, parsed.GetValue(node)!, parsed.GetValue(program)!));
        return command;
    }

    private static int Run(string lab, string node, string[] program)
    {
        string name = File.Exists(lab) || Directory.Exists(lab) ? LabReading.OfFile(lab).Model?.Name ?? lab : lab;
        if (RunningLab.Find(name) is not { } entry)
        {
            Console.Error.WriteLine($"No lab '{name}' is running. Start it in another terminal, as the same user: catenet run {lab} --hold");
            return ExitCodes.Mistake;
        }

        if (!entry.Nodes.TryGetValue(node, out int thread))
        {
            Console.Error.WriteLine($"The lab '{name}' has no linux node '{node}'. Known: {string.Join(", ", entry.Nodes.Keys.Order(StringComparer.Ordinal))}");
            return ExitCodes.Mistake;
        }

        try
        {
            // What the shell left as it is means the lab's variables, not this terminal's.
            string[] words = [.. program.Select(w => entry.Environment.Aggregate(w, (text, v) => text.Replace("$" + v.Key, v.Value, StringComparison.Ordinal)))];
            return ForeignNamespace.Run(entry.Process, thread, entry.Environment, words);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Mistake;
        }
    }
}
