using System.CommandLine;
using Catenet.Lab;
using Catenet.Lab.Graphs;

namespace Catenet.Cli;

/// <summary>The command line: what each command takes and does.</summary>
internal static class Commands
{
    private static readonly Dictionary<string, string> Examples = new()
    {
        ["catenet"] = """
            Examples:
              catenet run labs/alice-and-bob         Alice asks for https://www.bob.com/: the whole journey
              catenet validate labs/alice-and-bob    is the lab file right, and what does it come to?
              catenet graph labs/nat                 draw it
              catenet exec linux-curl alice -- bash  a shell on a linux node of a lab that runs with --hold
              catenet schema                         the JSON schema of lab files, for editors
              catenet packetdrill scripts            scripts for the TCP of the stack, in packetdrill's language

            Exit codes: 0 all is well; 1 an expectation failed; 2 the lab file or the command line is wrong.
            """,
        ["run"] = RunCommand.Examples,
        ["exec"] = ExecCommand.Examples,
        ["packetdrill"] = PacketdrillCommand.Examples,
        ["validate"] = """
            Examples:
              catenet validate labs/alice-and-bob
              catenet validate my-lab.yaml --quiet && echo fine
            """,
        ["graph"] = """
            Examples:
              catenet graph labs/alice-and-bob > picture.mmd
              catenet graph labs/alice-and-bob --format dot | dot -Tsvg > picture.svg
            """,
        ["schema"] = """
            Examples:
              catenet schema > lab.schema.json
              and in the first line of a lab file: # yaml-language-server: $schema=lab.schema.json
            """,
    };

    /// <summary>Does what a command line says, and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Root().Parse(args);

        // Help is given even when an argument is missing: that is when people ask for it.
        return parsed.Errors.Count > 0 && parsed.Action is not ExamplesHelp ? Usage.Report(parsed) : await parsed.InvokeAsync();
    }

    private static RootCommand Root() => ExamplesHelp.AddTo(new RootCommand("Catenet: a whole internet in one process.")
    {
        RunCommand.Create(LabArgument(), WithPlan),
        ExecCommand.Create(LabArgument()),
        Validate(),
        Graph(),
        Schema(),
        PacketdrillCommand.Create(),
    }, Examples);

    private static Command Validate()
    {
        var lab = LabArgument();
        var command = new Command("validate", "Check a lab file without running it, and print what it comes to: addresses, ways out, name servers.") { lab };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Print only mistakes." };
        command.Options.Add(quiet);
        command.SetAction(parsed => WithPlan(parsed.GetValue(lab)!, plan =>
        {
            if (!parsed.GetValue(quiet))
            {
                Console.Out.Write(PlanSummary.Of(plan));
            }

            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Graph()
    {
        var lab = LabArgument();
        var format = new Option<string>("--format") { Description = "mermaid (for Markdown) or dot (for Graphviz).", DefaultValueFactory = _ => "mermaid" };
        format.AcceptOnlyFromAmong("mermaid", "dot");
        var command = new Command("graph", "Draw a lab as text that Mermaid or Graphviz turns into a picture.") { lab, format };
        command.SetAction(parsed => WithPlan(parsed.GetValue(lab)!, plan =>
        {
            Console.Out.Write(parsed.GetValue(format) == "dot" ? LabGraph.Dot(plan) : LabGraph.Mermaid(plan));
            return ExitCodes.Good;
        }));
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the JSON schema of lab files.");
        command.SetAction(_ =>
        {
            Console.Out.Write(LabYaml.Schema());
            return ExitCodes.Good;
        });
        return command;
    }

    private static Argument<string> LabArgument() => new("lab") { Description = "A lab file, or a folder with a lab.yaml in it." };

    private static int WithPlan(string path, Func<Lab.Planning.LabPlan, int> action)
    {
        var reading = LabReading.OfFile(path);
        if (reading.Plan is { } plan)
        {
            return action(plan);
        }

        foreach (var mistake in reading.Mistakes)
        {
            Console.Error.WriteLine(mistake);
        }

        return ExitCodes.Mistake;
    }
}
