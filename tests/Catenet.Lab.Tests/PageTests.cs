using System.Text.Json.Nodes;
using Catenet.Kernel.Configuration;
using Catenet.Lab.Running;

namespace Catenet.Lab.Tests;

/// <summary>docs/lab-files.md says of every key what the reader knows of it.</summary>
public class PageTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(LabFolder.Root, "..", "docs", "lab-files.md"));

    private static readonly string Page = Text.ReplaceLineEndings(" ");

    [Fact]
    public void The_page_has_every_key_with_its_meaning()
    {
        foreach (var (key, meaning) in Keys(JsonNode.Parse(LabYaml.Schema())!).Distinct())
        {
            Assert.True(Page.Contains($"`{key}`", StringComparison.Ordinal), $"'{key}' is missing");
            Assert.True(meaning.Length == 0 || Page.Contains(meaning, StringComparison.Ordinal), $"'{key}': '{meaning}' is missing");
        }
    }

    [Fact]
    public void The_page_has_every_kernel_setting() => Assert.All(Sysctl.Names, n => Assert.Contains($"`{n}`", Page));

    [Fact]
    public void The_sample_of_the_page_is_a_valid_lab_and_holds()
    {
        int from = Text.IndexOf("name: hello", StringComparison.Ordinal);
        var result = new LabRunner(LabFolder.Plan(Text[from..Text.IndexOf("```", from, StringComparison.Ordinal)])).Run();
        Assert.True(result.Passed);
    }

    private static IEnumerable<(string Key, string Meaning)> Keys(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            return list.SelectMany(Keys);
        }

        if (node is not JsonObject map)
        {
            return [];
        }

        var own = map["properties"] is JsonObject properties ? properties.Select(p => (p.Key, (string?)p.Value!["description"] ?? "")) : [];
        return own.Concat(map.SelectMany(p => Keys(p.Value)));
    }
}
