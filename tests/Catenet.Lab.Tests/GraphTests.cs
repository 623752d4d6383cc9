using Catenet.Lab.Graphs;

namespace Catenet.Lab.Tests;

public class GraphTests
{
    public static TheoryData<string> Labs => [.. LabFolder.Names];

    [Theory]
    [MemberData(nameof(Labs))]
    public void Both_pictures_show_every_node_and_every_link(string name)
    {
        var plan = LabFolder.PlanOf(name);
        foreach (string text in new[] { LabGraph.Mermaid(plan), LabGraph.Dot(plan) })
        {
            Assert.All(plan.Nodes, n => Assert.Contains($"\"{n.Name}", text));
            Assert.All(plan.Switches, s => Assert.Contains($"\"{s.Name}\"", text));
            Assert.Equal(plan.Links.Count, text.Split('\n').Count(l => l.Contains(" -- ") || l.Contains(" ---|")));
        }
    }

    [Fact]
    public void Names_that_differ_only_in_dots_stay_apart()
    {
        string text = LabGraph.Mermaid(LabFolder.Plan("name: t\nnodes: { a.b: {}, a_b: {} }\nlinks: [a.b - a_b]\n"));
        Assert.Contains("n0_a_b ---", text);
        Assert.Contains("n1_a_b[", text);
    }

    [Theory]
    [MemberData(nameof(Labs))]
    public void The_summary_has_a_line_of_addresses_for_every_machine(string name)
    {
        var plan = LabFolder.PlanOf(name);
        string text = PlanSummary.Of(plan);
        Assert.All(plan.Nodes, n => Assert.Contains($"  {n.Name}", text));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 110, line));
    }
}
