namespace Catenet.Cli.Tests;

/// <summary>The command line as its users meet it: what is printed where, and the exit code.</summary>
[Collection("console")]
public class CommandTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("validate", "--help")]
    [InlineData("graph", "--help")]
    [InlineData("run", "--help")]
    [InlineData("schema", "--help")]
    [InlineData("exec", "--help")]
    [InlineData("packetdrill", "--help")]
    public async Task Help_of_every_command_shows_examples(params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Examples:", output);
        Assert.Contains("  catenet ", output);
    }

    [Fact]
    public async Task Nothing_at_all_gives_help() => Assert.Contains("Commands:", (await Run()).Output);

    [Theory]
    [InlineData("bogus")]
    [InlineData("validate")]
    [InlineData("graph", "x", "--format", "svg")]
    [InlineData("packetdrill")]
    [InlineData("packetdrill", "x", "-D", "oops")]
    [InlineData("packetdrill", "x", "--ip_version", "ipv5")]
    public async Task A_wrong_command_line_is_2_and_points_to_help(params string[] args)
    {
        var (code, output, error) = await Run(args);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--help'", error);
    }

    [Fact]
    public async Task A_valid_lab_is_0_and_its_plan_is_printed()
    {
        string file = await Lab("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\n");
        var (code, output, error) = await Run("validate", file);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("t: 2 machines", output);
        Assert.Equal("", (await Run("validate", file, "--quiet")).Output);
        Assert.StartsWith("graph LR", (await Run("graph", file)).Output);
        Assert.StartsWith("graph \"t\" {", (await Run("graph", file, "--format", "dot")).Output);
    }

    [Fact]
    public async Task A_mistaken_lab_is_2_with_place_text_and_suggestion()
    {
        string file = await Lab("name: t\nnodes: { alice: {}, b: {} }\nlinks: [alcie - b]\n");
        foreach (string command in new[] { "validate", "graph" })
        {
            var (code, output, error) = await Run(command, file);
            Assert.Equal((2, ""), (code, output));
            Assert.StartsWith($"{file}:3:9: there is no node 'alcie'\n    links: [alcie - b]\n            ^^^^^\n  did you mean 'alice'?", error.ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public async Task A_run_is_0_when_all_holds_and_1_when_something_does_not_with_what_was_seen()
    {
        string good = await Lab("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\nexpect: [{ from: a, ping: b }]\n");
        var (code, output, error) = await Run("run", good);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 of 1 expectations hold", output);
        string bad = await Lab("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\nexpect: [{ from: a, tcp: \"b:80\" }]\n");
        (code, output, _) = await Run("run", bad, "--journey", "off");
        Assert.Equal(1, code);
        Assert.Contains("connection refused", output);
    }

    [Fact]
    public async Task A_capture_that_cannot_be_written_is_2_in_words()
    {
        string file = await Lab("name: t\nnodes: { a: {}, b: {} }\nlinks: [a - b]\n");
        var (code, _, error) = await Run("run", file, "--pcap", "/nowhere/out.pcapng");
        Assert.Equal(2, code);
        Assert.Contains("/nowhere", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Fact]
    public async Task A_plot_shows_the_windows_of_a_sampled_transfer()
    {
        const string Lab = "name: t\nnodes: { a: {}, b: { apps: [tcp-sink: { port: 9 }] } }\nlinks: [a - b: { rate: 10 Mbit, delay: 5 ms }]\n";
        string picture = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".svg");
        try
        {
            string file = await CommandTests.Lab(Lab + "run: [{ name: bulk, on: a, tcp: \"b:9\", send: 1 MB, congestion: reno, sample: 20 ms }]\nexpect: [{ run: bulk, intact: true }]\n");
            Assert.Equal(0, (await Run("run", file, "--journey", "off", "--plot", picture)).Code);
            var svg = System.Xml.Linq.XDocument.Load(picture).Root!;
            Assert.Equal("svg", svg.Name.LocalName);

            // The windows in flight and allowed, and the round-trip time; a threshold is not there without a loss.
            int lines = svg.Descendants().Count(e => e.Name.LocalName == "polyline" && ((string)e.Attribute("points")!).Split(' ').Length > 30);
            Assert.InRange(lines, 3, 4);
            Assert.Contains(svg.Descendants(), e => e.Value == "bulk: segments");

            string plain = await CommandTests.Lab(Lab + "run: [{ on: a, tcp: \"b:9\", send: 1 kB }]\n");
            var (code, _, error) = await Run("run", plain, "--journey", "off", "--plot", picture);
            Assert.Equal(2, code);
            Assert.Contains("sample: 20 ms", error);
        }
        finally
        {
            File.Delete(picture);
        }
    }

    [Fact]
    public async Task The_schema_is_printed() => Assert.StartsWith("{", (await Run("schema")).Output);

    private static async Task<string> Lab(string text)
    {
        string folder = Directory.CreateTempSubdirectory("catenet").FullName;
        string file = Path.Combine(folder, "lab.yaml");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    internal static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        var (newOutput, newError) = (new StringWriter(), new StringWriter());
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            return (await Commands.RunAsync(args), newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
