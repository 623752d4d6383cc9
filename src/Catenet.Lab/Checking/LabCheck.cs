using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Checking;

/// <summary>Checks a model for what no single value shows: names that nobody has, things that do not go together.</summary>
internal sealed class LabCheck
{
    private LabCheck(LabModel lab, LabNames names, MistakeList mistakes)
    {
        Lab = lab;
        Names = names;
        Mistakes = mistakes;
    }

    public LabModel Lab { get; }

    public LabNames Names { get; }

    public MistakeList Mistakes { get; }

    public static void Run(LabModel lab, LabNames names, MistakeList mistakes)
    {
        var check = new LabCheck(lab, names, mistakes);
        check.CheckGlobals();
        new NodeChecks(check).Run();
        new LinkChecks(check).Run();
        new DnsChecks(check).Run();
        new CloudChecks(check).Run();
        new RunChecks(check).Run();
        new ExpectationChecks(check).Run();
    }

    /// <summary>A machine of that name has to exist.</summary>
    public bool Machine(string name, LabPath path)
    {
        if (Names.IsMachine(name))
        {
            return true;
        }

        if (Names.Node(name) is not null)
        {
            Mistakes.Add(path, $"'{name}' is a switch: nothing runs on it", "name a host or a router");
        }
        else
        {
            UnknownNode(name, path);
        }

        return false;
    }

    /// <summary>A machine of that name has to exist and have a kernel of Catenet's, whose tables can be looked at.</summary>
    public void Kernel(string name, LabPath path)
    {
        if (Machine(name, path) && Names.IsLinux(name))
        {
            Mistakes.Add(path, $"'{name}' is a linux node: its kernel is not Catenet's to look into", "ask Linux: { from: " + name + ", exec: \"ip neigh\", output: ... }");
        }
    }

    /// <summary>A reference such as <c>home.wan</c> or <c>bob.eip</c> has to lead to an address.</summary>
    public bool Reference(AddressRef? reference, LabPath path) => reference?.Name is not { } text || Reference(text, path);

    /// <summary>A reference such as <c>home.wan</c> or <c>bob.eip</c> has to lead to an address.</summary>
    public bool Reference(string text, LabPath path)
    {
        if (!Names.TrySplit(text, out string node, out string? part))
        {
            UnknownNode(text, path);
            return false;
        }

        if (part is null)
        {
            return Machine(node, path);
        }

        var parts = Names.PartsOf(node);
        if (parts.Contains(part))
        {
            return Machine(node, path);
        }

        string hint = part == "eip" && Names.Instance(node) is not null ? $"'{node}' has no public address: give it 'eip: auto'" : Spelling.Choose(part, parts, "its ports");
        Mistakes.Add(path, $"'{node}' has no port '{part}'", hint);
        return false;
    }

    /// <summary>Says that no node has the name.</summary>
    public void UnknownNode(string name, LabPath path)
    {
        string shown = name.Length > 40 ? name[..40] + "..." : name;
        Mistakes.Add(path, $"there is no node '{shown}'", Names.Cloud(name) is null
            ? Spelling.Choose(name, [.. Names.All], "nodes")
            : $"'{name}' is a cloud: name one of its instances, or the router at its igw");
    }

    /// <summary>Names within one kind of thing have to differ; in a file the reader has seen to that.</summary>
    public void Unique(IEnumerable<string> names, LabPath path, string what)
    {
        var seen = new HashSet<string>();
        foreach (string name in names)
        {
            if (name.Length > 0 && !seen.Add(name))
            {
                Mistakes.Add(path / name, $"two {what} are called '{name}'", "give one of them another name");
            }
        }
    }

    private void CheckGlobals()
    {
        if (Lab.Limit <= Core.Duration.Zero)
        {
            Mistakes.Add(LabPath.Root / "limit", "a run needs time", "write limit: 60 s, for example");
        }

        Unique(Lab.Nodes.Select(n => n.Name), LabPath.Root / "nodes", "nodes");
        Unique(Lab.Clouds.Select(c => c.Name), LabPath.Root / "clouds", "clouds");
        foreach (var cloud in Lab.Clouds)
        {
            foreach (var instance in cloud.Instances)
            {
                if (Names.Node(instance.Name) is not null || Names.Instance(instance.Name)?.Cloud != cloud)
                {
                    Mistakes.Add(LabPath.Root / "clouds" / cloud.Name / "instances" / instance.Name, $"'{instance.Name}' is the name of something else already", "nodes and instances share their names: choose another");
                }
            }

            if (Names.Node(cloud.Name) is not null || Names.Instance(cloud.Name) is not null)
            {
                Mistakes.Add(LabPath.Root / "clouds" / cloud.Name, $"'{cloud.Name}' is the name of a node already", "choose another name for the cloud");
            }
        }
    }
}
