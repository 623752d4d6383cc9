using System.Globalization;
using System.Text;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Graphs;

/// <summary>Draws a plan as text that Mermaid or Graphviz turns into a picture.</summary>
public static class LabGraph
{
    /// <summary>The plan as a Mermaid flowchart.</summary>
    public static string Mermaid(LabPlan plan)
    {
        var text = new StringBuilder("graph LR\n");
        foreach (var node in plan.Nodes.Where(n => n.Cloud is null))
        {
            string shape = $"\"{node.Name}{(node.IsLinux ? " (Linux)" : "")}{Addresses(node, "<br/>")}\"";
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, node.Name)}{(node.IsRouter ? $"{{{{{shape}}}}}" : $"[{shape}]")}\n");
        }

        foreach (var item in plan.Switches)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, item.Name)}[/\"{item.Name}\"/]\n");
        }

        foreach (var cloud in plan.Clouds)
        {
            text.Append(CultureInfo.InvariantCulture, $"    subgraph {Id(plan, cloud.Name)}[\"{cloud.Name} {cloud.IPv4}\"]\n");
            AppendCloud(text, plan, cloud, "        ", (id, label) => $"{id}[\"{label}\"]", "<br/>");
            text.Append("    end\n");
        }

        foreach (var link in plan.Links)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, link.NodeA)} ---|\"{Label(plan, link, "<br/>")}\"| {Id(plan, link.NodeB)}\n");
        }

        return text.ToString();
    }

    /// <summary>The plan in Graphviz's DOT language.</summary>
    public static string Dot(LabPlan plan)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"graph \"{plan.Model.Name}\" {{\n    rankdir=LR; node [fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\", fontsize=9];\n");
        foreach (var node in plan.Nodes.Where(n => n.Cloud is null))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, node.Name)} [shape={(node.IsRouter ? "hexagon" : "box")}, label=\"{node.Name}{(node.IsLinux ? " (Linux)" : "")}{Addresses(node, "\\n")}\"];\n");
        }

        foreach (var item in plan.Switches)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, item.Name)} [shape=parallelogram, label=\"{item.Name}\"];\n");
        }

        foreach (var cloud in plan.Clouds)
        {
            text.Append(CultureInfo.InvariantCulture, $"    subgraph cluster_{Id(plan, cloud.Name)} {{\n        label=\"{cloud.Name} {cloud.IPv4}\";\n");
            text.Append(CultureInfo.InvariantCulture, $"        {Id(plan, cloud.Name)} [shape=point];\n");
            AppendCloud(text, plan, cloud, "        ", (id, label) => $"{id} [shape=box, label=\"{label}\"];", "\\n");
            text.Append("    }\n");
        }

        foreach (var link in plan.Links)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Id(plan, link.NodeA)} -- {Id(plan, link.NodeB)} [label=\"{Label(plan, link, "\\n")}\"];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static void AppendCloud(StringBuilder text, LabPlan plan, PlannedCloud cloud, string indent, Func<string, string, string> box, string newline)
    {
        foreach (var instance in cloud.Instances)
        {
            var subnet = cloud.Subnets.First(s => s.Name == instance.Subnet);
            var lines = new List<string> { instance.Node, $"subnet {subnet.Name} {subnet.Segment.IPv4 ?? subnet.Segment.IPv6}" };
            lines.AddRange(instance.Address is { } address ? [address.ToString()] : []);
            lines.AddRange(instance.Public is { } eip ? [$"public {eip}"] : []);
            text.Append(indent).Append(box(Id(plan, instance.Node), string.Join(newline, lines))).Append('\n');
        }
    }

    private static string Addresses(PlannedNode node, string newline) => string.Concat(node.Interfaces.Select(i => i.Addresses.Count == 0 ? "" :
        newline + (node.Interfaces.Count > 1 ? $"{i.Name} " : "") + i.Addresses[0].Address));

    private static string Label(LabPlan plan, PlannedLink link, string newline)
    {
        var parts = new List<string>();
        if (link.Preset != LinkPreset.Ethernet)
        {
            parts.Add(link.Preset.ToString().ToLowerInvariant());
        }

        if (link.Segment >= 0 && (plan.Segments[link.Segment].IPv4 ?? plan.Segments[link.Segment].IPv6) is { } subnet)
        {
            parts.Add(subnet.ToString());
        }

        if (link.Up.Delay is { } delay)
        {
            parts.Add(delay.ToString());
        }

        return string.Join(newline, parts.DefaultIfEmpty(" "));
    }

    /// <summary>A name that both languages take as an identifier: by its place in the lab, as names may look alike without their dots.</summary>
    private static string Id(LabPlan plan, string name)
    {
        int index = plan.Nodes.ToList().FindIndex(n => n.Name == name);
        int other = plan.Switches.ToList().FindIndex(s => s.Name == name);
        string stem = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        return index >= 0 ? $"n{index}_{stem}" : other >= 0 ? $"s{other}_{stem}" : $"c_{stem}";
    }
}
