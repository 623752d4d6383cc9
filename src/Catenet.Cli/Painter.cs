using Catenet.Lab.Journeys;
using Catenet.Lab.Running;

namespace Catenet.Cli;

/// <summary>Prints lines with colour on a terminal and without it in a pipe, or where NO_COLOR says so.</summary>
internal sealed class Painter(TextWriter output)
{
    private const string Reset = "\e[0m";

    private readonly bool _colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public void Plain(string text) => output.WriteLine(text);

    public void Line(JourneyLine line) => Write(line.Style switch
    {
        JourneyStyle.Title => "\e[1m",
        JourneyStyle.Phase => "\e[1;36m",
        JourneyStyle.Packet => "\e[1m",
        JourneyStyle.Node => "\e[32m",
        JourneyStyle.Picture => "\e[36m",
        JourneyStyle.Change => "\e[33m",
        JourneyStyle.Drop => "\e[31m",
        JourneyStyle.Faint => "\e[2m",
        _ => "",
    }, line.Text);

    /// <summary>What was expected; when it did not hold, what was seen instead and who is to blame.</summary>
    public void Expectation(ExpectationResult result)
    {
        Write(result.Holds ? "\e[32m" : "\e[31m", $"{(result.Holds ? "ok    " : "FAILED")} {result.Text}");
        if (!result.Holds)
        {
            output.WriteLine($"       seen:  {result.Seen}");
            if (result.Cause is { } cause)
            {
                output.WriteLine($"       cause: {cause}");
            }
        }
    }

    public void Verdict(bool good, string text) => Write(good ? "\e[1;32m" : "\e[1;31m", text);

    private void Write(string colour, string text) => output.WriteLine(_colour && colour.Length > 0 ? colour + text + Reset : text);
}
