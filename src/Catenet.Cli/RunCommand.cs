using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Catenet.Core;
using Catenet.Lab.Journeys;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Lab.Running;

namespace Catenet.Cli;

/// <summary>The <c>run</c> command: runs a lab, tells its journey, says which expectations held.</summary>
internal static class RunCommand
{
    public const string Examples = """
        Examples:
          catenet run labs/alice-and-bob                       run it and tell the journey of its first exchange
          catenet run labs/alice-and-bob --journey layers      every packet, layer by layer and hop by hop
          catenet run labs/alice-and-bob --pcap out.pcapng     and open out.pcapng in Wireshark
          catenet run labs/tcp-handshake --seed 8              another run: other losses
          catenet run labs/tcp-congestion --plot cwnd.svg      and open cwnd.svg in a browser
          catenet run labs/arp --json > run.json               everything, for programs
          catenet run labs/nat --time real                     by the clock on the wall; x0.1 is a tenth of that pace

        Exit codes: 0 every expectation holds; 1 one failed; 2 the lab file or the command line is wrong.
        """;

    public static Command Create(Argument<string> lab, Func<string, Func<LabPlan, int>, int> withPlan)
    {
        var seed = new Option<ulong?>("--seed")
        {
            Description = "Another seed than the lab's: decides every loss, delay and number.",
            CustomParser = result =>
            {
                if (ulong.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
                {
                    return value;
                }

                result.AddError($"'{result.Tokens[0].Value}' is not a seed: write a whole number from 0 to {ulong.MaxValue}.");
                return null;
            },
        };
        var capture = new Option<string?>("--pcap") { Description = "Write every frame that a host or router puts onto a wire to this pcapng file." };
        var keys = new Option<string?>("--keys") { Description = "Write TLS session keys to this file, for Wireshark to decrypt with (Linux)." };
        var journey = new Option<JourneyLevel?>("--journey") { Description = "How much of the first exchange's journey is told: off, brief, story, hops, layers. Story unless given." };
        var plot = new Option<string?>("--plot") { Description = "Draw congestion window, threshold and round-trip time of the TCP runs that have sample: into this SVG file." };
        var json = new Option<bool>("--json") { Description = "Print the result and the whole journey as JSON." };
        var time = new Option<string?>("--time") { Description = "virtual, real, or a pace such as x0.1." };
        var hold = new Option<bool>("--hold") { Description = "Keep the lab running until Ctrl-C when everything is decided; for time: real." };
        var command = new Command("run", "Run a lab and check what it expects.") { lab, seed, capture, keys, journey, plot, json, time, hold };
        command.Validators.Add(result =>
        {
            if (result.GetValue(time) is { } text && !TimeMode.TryParse(text, out _))
            {
                result.AddError($"'{text}' is no way for time to pass: write virtual, real, or a pace such as x0.1.");
            }
        });
        command.SetAction(parsed => withPlan(parsed.GetValue(lab)!, plan => OrSay(() =>
        {
            Rootless.EnsureRights(plan);
            using var end = new EndSignal(plan.NeedsLinux || parsed.GetValue(hold));
            if (parsed.GetValue(keys) is { } keyFile)
            {
                Hosting.Tls.TlsKeyLog.Start(keyFile);
            }

            bool asJson = parsed.GetValue(json);
            using var stream = Open(parsed.GetValue(capture));
            using var status = new StatusLine(asJson, plan.Model.Limit);
            var level = parsed.GetValue(journey) ?? (asJson ? JourneyLevel.Layers : JourneyLevel.Story);
            bool told = false;
            Task HoldOn(LabResult now)
            {
                status.Dispose();
                if (!asJson)
                {
                    told = true;
                    Print(plan, now, level, parsed.GetValue(seed), parsed.GetValue(capture));
                }

                Console.Error.WriteLine(Held(plan));
                return end.Task;
            }

            var result = new LabRunner(plan, new LabRunOptions
            {
                Seed = parsed.GetValue(seed),
                Time = parsed.GetValue(time) is { } text && TimeMode.TryParse(text, out var mode) ? mode : null,
                Capture = stream,
                RecordJourney = level != JourneyLevel.Off,
                Progress = status.Tell,
                Cancel = end.Token,
                Hold = parsed.GetValue(hold) ? HoldOn : null,
            }).Run();
            status.Dispose();
            if (parsed.GetValue(plot) is { } plotFile)
            {
                TcpPlot.Write(plotFile, result);
            }

            if (asJson)
            {
                PrintJson(plan, result, parsed.GetValue(seed));
            }
            else if (!told)
            {
                Print(plan, result, level, parsed.GetValue(seed), parsed.GetValue(capture));
            }

            return result.Passed ? ExitCodes.Good : ExitCodes.Failed;
        })));
        return command;
    }

    /// <summary>What keeps a run from running is told in words: a file that cannot be written, a web program that never rests.</summary>
    private static int OrSay(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Mistake;
        }
        catch (Hosting.Gate.IdleTimeoutException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.Failed;
        }
    }

    private static string Held(LabPlan plan)
    {
        var nodes = plan.Nodes.Where(n => n.IsLinux).Select(n => n.Name).ToList();
        return $"{plan.Model.Name} goes on until Ctrl-C.{(nodes.Count == 0 ? "" : $" On its linux nodes ({string.Join(", ", nodes)}): catenet exec {plan.Model.Name} {nodes[0]} -- COMMAND")}";
    }

    private static FileStream? Open(string? path) => path is null ? null : new FileStream(path, FileMode.Create, FileAccess.Write);

    private static void Print(LabPlan plan, LabResult result, JourneyLevel level, ulong? seed, string? capture)
    {
        var paint = new Painter(Console.Out);
        if (result.Journey is { } journey)
        {
            foreach (var line in JourneyText.Tell(journey, level))
            {
                paint.Line(line);
            }

            Console.Out.WriteLine();
        }

        foreach (var (name, program) in result.Programs)
        {
            paint.Plain($"run {name}: {program.Seen}");
            foreach (string line in program.Output)
            {
                paint.Plain("  " + line);
            }
        }

        foreach (var expectation in result.Expectations)
        {
            paint.Expectation(expectation);
        }

        string count = string.Create(CultureInfo.InvariantCulture, $"{result.Expectations.Count(e => e.Holds)} of {result.Expectations.Count} expectations hold");
        paint.Verdict(result.Passed, string.Create(CultureInfo.InvariantCulture,
            $"{plan.Model.Name}: {count}, {result.End.TotalSeconds:0.000} s of lab time, seed {seed ?? plan.Model.Seed}"));
        if (capture is not null)
        {
            paint.Plain($"capture: {capture}");
        }
    }

    private static void PrintJson(LabPlan plan, LabResult result, ulong? seed)
    {
        using var output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("lab", plan.Model.Name);
        json.WriteNumber("seed", seed ?? plan.Model.Seed);
        json.WriteBoolean("passed", result.Passed);
        json.WriteNumber("endNanoseconds", result.End.Nanoseconds);
        json.WriteNumber("events", result.Events);
        json.WriteStartArray("expectations");
        foreach (var expectation in result.Expectations)
        {
            json.WriteStartObject();
            json.WriteString("expected", expectation.Text);
            json.WriteBoolean("holds", expectation.Holds);
            json.WriteString("seen", expectation.Seen);
            json.WriteString("cause", expectation.Cause);
            json.WriteNumber("time", expectation.Time.Nanoseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("programs");
        foreach (var (name, program) in result.Programs)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteBoolean("succeeded", program.Succeeded);
            json.WriteString("seen", program.Seen);
            json.WriteNumber("begin", program.Begin.Nanoseconds);
            json.WriteNumber("end", program.End.Nanoseconds);
            SampleJson.Write(json, program.Samples);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (result.Journey is { } journey)
        {
            json.WritePropertyName("journey");
            JourneyJson.Write(json, journey);
        }

        json.WriteEndObject();
    }
}
