using Catenet.Lab.Model;

namespace Catenet.Lab.Planning;

/// <summary>Gives home routers with several cables at home the switch that such a box has inside.</summary>
internal static class HomeSwitches
{
    /// <summary>The lab with those switches, called <c>home.switch</c>, and a short cable from each to its router, behind all others.</summary>
    public static LabModel Add(LabModel lab)
    {
        foreach (var home in lab.Nodes.Where(n => n.Preset == RouterPreset.Home))
        {
            bool IsLan(LinkEnd end) => end.Text == home.Name || end.Text == home.Name + ".lan";
            if (lab.Links.Count(l => IsLan(l.A) || IsLan(l.B)) < 2)
            {
                continue;
            }

            string name = NameFor(home.Name, lab);
            LinkEnd Moved(LinkEnd end) => IsLan(end) ? new LinkEnd(name) : end;
            lab = lab with
            {
                Nodes = lab.Nodes.Add(new Node { Name = name, Kind = NodeKind.Switch }),
                Links = [.. lab.Links.Select(l => l with { A = Moved(l.A), B = Moved(l.B) }), new Link { A = new LinkEnd($"{home.Name}.lan"), B = new LinkEnd(name) }],
            };
        }

        return lab;
    }

    private static string NameFor(string home, LabModel lab)
    {
        string name = home + ".switch";
        while (lab.Nodes.Any(n => n.Name == name))
        {
            name += "2";
        }

        return name;
    }
}
