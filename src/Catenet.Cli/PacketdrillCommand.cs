using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Catenet.Core;
using Catenet.Packetdrill.Linux;
using Catenet.Packetdrill.Running;

namespace Catenet.Cli;

/// <summary>The <c>packetdrill</c> command: runs scripts against the stack, in process and in virtual time.</summary>
internal static class PacketdrillCommand
{
    public const string Examples = """
        Examples:
          catenet packetdrill tests/Catenet.Packetdrill.Tests/scripts      every script of a folder
          catenet packetdrill my.pkt -v                                    with every packet that a failure had before it
          catenet packetdrill my.pkt -D CC=reno --ip_version=ipv6          a symbol of the script, and another family
          catenet packetdrill scripts --json > results.json                for programs
          sudo catenet packetdrill my.pkt --linux                          against the Linux of this machine, in a namespace

        A script passes, fails, or is unsupported: everything was as it should up to a point from which on it asks for what Catenet has not got.
        Exit codes: 0 every script passed; 1 one failed or is unsupported; 2 a script or the command line is wrong.
        """;

    private static readonly string[] Versions = ["ipv4", "ipv6", "ipv4-mapped-ipv6"];

    public static Command Create()
    {
        var paths = new Argument<string[]>("scripts") { Description = "Scripts, or folders with scripts (*.pkt).", Arity = ArgumentArity.OneOrMore };
        var definitions = new Option<string[]>("--define", "-D") { Description = "NAME=VALUE: a symbol for the scripts. May be given several times.", DefaultValueFactory = _ => [] };
        var version = new Option<string>("--ip_version") { Description = "ipv4, ipv6 or ipv4-mapped-ipv6.", DefaultValueFactory = _ => "ipv4" };
        var json = new Option<bool>("--json") { Description = "Print the results as JSON." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Name the scripts that passed too, and tell what they printed." };
        var linux = new Option<bool>("--linux") { Description = "Run them against the Linux of this machine, in namespaces and in real time. Takes root." };
        var jobs = new Option<int>("--jobs") { Description = "With --linux: how many at once.", DefaultValueFactory = _ => 32 };
        var longOnes = new Option<bool>("--long") { Description = "With --linux: those too that take more than 20 s." };
        var tolerance = new Option<double?>("--tolerance_usecs") { Description = "By how many microseconds an event may miss its time: 4000, with --linux 15000." };
        var percent = new Option<double?>("--tolerance_percent") { Description = "By how much of the time since the event before: 12.5, with --linux 20." };
        version.AcceptOnlyFromAmong(Versions);
        var command = new Command("packetdrill", "Run scripts in packetdrill's language against the stack, in virtual time.")
        {
            paths, definitions, version, json, verbose, linux, jobs, longOnes, tolerance, percent,
        };
        command.Validators.Add(result =>
        {
            foreach (string definition in result.GetValue(definitions) ?? [])
            {
                if (definition.IndexOf('=', StringComparison.Ordinal) < 1)
                {
                    result.AddError($"'{definition}' is no definition: write NAME=VALUE.");
                }
            }
        });
        command.SetAction(parsed =>
        {
            bool real = parsed.GetValue(linux);
            var least = Duration.FromMicroseconds(parsed.GetValue(tolerance) ?? (real ? 15_000 : 4000));
            var options = new ScriptOptions
            {
                Mode = (IpMode)Array.IndexOf(Versions, parsed.GetValue(version)),
                Definitions = Defined(parsed.GetValue(definitions)!),
                PacketsTold = parsed.GetValue(verbose) ? int.MaxValue : 12,
                Tolerance = least,
                LeastTolerance = real ? least : Duration.Zero,
                TolerancePercent = parsed.GetValue(percent) ?? (real ? 20 : 12.5),
            };
            var longest = parsed.GetValue(longOnes) ? Duration.Infinite : LinuxRunner.LongestByDefault;
            Func<IReadOnlyList<string>, IReadOnlyList<ScriptResult>> run = real
                ? files => LinuxRunner.RunFiles(files, options, Math.Max(1, parsed.GetValue(jobs)), longest)
                : files => [.. files.Select(file => ScriptRunner.RunFile(file, options))];
            if (real && LinuxRunner.WhyNot() is { } reason)
            {
                Console.Error.WriteLine($"Scripts cannot be run against Linux here: {reason}.");
                return ExitCodes.Mistake;
            }

            return Run(parsed.GetValue(paths)!, run, parsed.GetValue(json), parsed.GetValue(verbose));
        });
        return command;
    }

    private static Dictionary<string, string> Defined(string[] definitions)
    {
        var defined = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string definition in definitions)
        {
            int equals = definition.IndexOf('=', StringComparison.Ordinal);
            defined[definition[..equals]] = definition[(equals + 1)..];
        }

        return defined;
    }

    private static int Run(string[] paths, Func<IReadOnlyList<string>, IReadOnlyList<ScriptResult>> run, bool asJson, bool verbose)
    {
        List<ScriptResult> results;
        try
        {
            var files = ScriptRunner.FindScripts(paths);
            if (files.Count == 0)
            {
                Console.Error.WriteLine($"There is no script (*.pkt) in {string.Join(", ", paths)}.");
                return ExitCodes.Mistake;
            }

            results = [.. run(files)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Mistake;
        }

        if (asJson)
        {
            PrintJson(results);
        }
        else
        {
            Print(results, verbose);
        }

        return results.Exists(r => r.IsMistake) ? ExitCodes.Mistake
            : results.TrueForAll(r => r.Outcome is ScriptOutcome.Passed or ScriptOutcome.Skipped) ? ExitCodes.Good : ExitCodes.Failed;
    }

    private static void Print(List<ScriptResult> results, bool verbose)
    {
        var paint = new Painter(Console.Out);
        foreach (var result in results)
        {
            if (result.Outcome == ScriptOutcome.Passed && !verbose)
            {
                continue;
            }

            if (result.Outcome is ScriptOutcome.Unsupported or ScriptOutcome.Skipped)
            {
                paint.Plain(result.ToString());
            }
            else
            {
                paint.Verdict(result.Outcome == ScriptOutcome.Passed, result.ToString());
            }

            Tell(paint, result, verbose);
        }

        int Count(ScriptOutcome outcome) => results.Count(r => r.Outcome == outcome);
        string skipped = Count(ScriptOutcome.Skipped) is > 0 and var count ? $", {count} skipped" : "";
        paint.Verdict(Count(ScriptOutcome.Passed) + Count(ScriptOutcome.Skipped) == results.Count, string.Create(CultureInfo.InvariantCulture,
            $"{Count(ScriptOutcome.Passed)} passed, {Count(ScriptOutcome.Failed)} failed, {Count(ScriptOutcome.Unsupported)} unsupported{skipped}"));
    }

    private static void Tell(Painter paint, ScriptResult result, bool verbose)
    {
        if (result is { Outcome: ScriptOutcome.Failed, IsMistake: false })
        {
            paint.Plain($"  {result.Event}");
            foreach (string packet in result.LastPackets)
            {
                paint.Plain($"    {packet}");
            }

            foreach (string packet in result.Unclaimed)
            {
                paint.Plain($"    {packet} (not looked at yet)");
            }
        }

        foreach (string line in verbose ? result.Output : [])
        {
            paint.Plain($"  {line}");
        }
    }

    private static void PrintJson(List<ScriptResult> results)
    {
        using var output = new MemoryStream();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var outcome in Enum.GetValues<ScriptOutcome>())
        {
            json.WriteNumber(Name(outcome), results.Count(r => r.Outcome == outcome));
        }

        json.WriteStartArray("scripts");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("file", result.File);
            json.WriteString("ipVersion", Versions[(int)result.Mode]);
            json.WriteString("outcome", Name(result.Outcome));
            json.WriteNumber("elapsedNanoseconds", result.Elapsed.Nanoseconds);
            if (result.Outcome != ScriptOutcome.Passed)
            {
                json.WriteBoolean("mistake", result.IsMistake);
                json.WriteNumber("line", result.Line);
                json.WriteString("event", result.Event);
                json.WriteString("construct", result.Construct);
                json.WriteString("expected", result.Expected);
                json.WriteString("got", result.Got);
                Strings(json, "lastPackets", result.LastPackets);
            }

            Strings(json, "unclaimed", result.Unclaimed);
            Strings(json, "output", result.Output);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        Console.Out.WriteLine(Encoding.UTF8.GetString(output.ToArray()));
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> lines)
    {
        json.WriteStartArray(name);
        foreach (string line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }

    private static string Name(ScriptOutcome outcome) => outcome switch
    {
        ScriptOutcome.Passed => "passed",
        ScriptOutcome.Failed => "failed",
        ScriptOutcome.Skipped => "skipped",
        _ => "unsupported",
    };
}
