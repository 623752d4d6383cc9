using System.Globalization;
using System.Text;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Graphs;

/// <summary>Tells a plan in a few lines: who has which addresses, which way is out, who answers names.</summary>
public static class PlanSummary
{
    /// <summary>The summary, a line per node, at most 110 columns where names allow.</summary>
    public static string Of(LabPlan plan)
    {
        var text = new StringBuilder();
        var lab = plan.Model;
        text.Append(CultureInfo.InvariantCulture, $"{lab.Name}: {plan.Nodes.Count} machines, {plan.Switches.Count} switches, {plan.Links.Count} links, ");
        text.Append(CultureInfo.InvariantCulture, $"{plan.Segments.Count(s => s.Members.Count > 0)} networks, {lab.Expectations.Count} expectations; seed {lab.Seed}, time {lab.Time}\n");
        int width = plan.Nodes.Max(n => n.Name.Length);
        foreach (var node in plan.Nodes)
        {
            var ports = node.Interfaces.Select(i => $"{i.Name} {string.Join(" ", i.Addresses)}");
            text.Append("  ").Append(node.Name.PadRight(width)).Append("  ").AppendJoin("\n".PadRight(width + 5), ports);
            var facts = Facts(plan, node).ToList();
            if (facts.Count > 0)
            {
                text.Append("\n".PadRight(width + 5)).AppendJoin(", ", facts);
            }

            text.Append('\n');
        }

        foreach (var zone in plan.Zones)
        {
            text.Append(CultureInfo.InvariantCulture, $"  zone {zone.Name} at {string.Join(", ", zone.Servers.Select(s => s.Node))}: {zone.Records.Count} records\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Facts(LabPlan plan, PlannedNode node)
    {
        if (node.IsLinux)
        {
            yield return "Linux";
        }

        var way = node.Routes.FirstOrDefault(r => r.Destination.Length == 0);
        if (way is not null)
        {
            yield return $"default by {way.NextHop}";
        }

        if (node.Routes.Count(r => r.Destination.Length > 0) is > 0 and int routes)
        {
            yield return $"{routes} routes";
        }

        if (plan.Clouds.SelectMany(c => c.Instances).FirstOrDefault(i => i.Node == node.Name)?.Public is { } eip)
        {
            yield return $"public {eip}";
        }

        if (node.IsResolver || node.NameServers.Count > 0)
        {
            yield return node.IsResolver ? "resolves names" : (node.IsNameForwarder ? "passes names on to " : "asks ") + string.Join(", ", node.NameServers);
        }

        if (node.Nat.Count > 0)
        {
            yield return string.Join("; ", node.Nat.Select(n => n.Text));
        }

        if (node.Apps.Count > 0)
        {
            yield return "serves " + string.Join(", ", node.Apps.Select(a => $"{a.GetType().Name.Replace("App", "", StringComparison.Ordinal).ToLowerInvariant()}:{a.ListeningPort}"));
        }
    }
}
