using Catenet.Lab.Model;

namespace Catenet.Lab.Checking;

/// <summary>A port of a node and the link in it.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Port">The port's name, given or derived.</param>
/// <param name="Link">The link's index.</param>
/// <param name="IsA">Whether it is the link's first end.</param>
internal sealed record NodePort(string Node, string Port, int Link, bool IsA);

/// <summary>Who is called what in a lab: nodes, instances, clouds, and the ports that links make.</summary>
internal sealed class LabNames
{
    private readonly Dictionary<string, Node> _nodes = [];
    private readonly Dictionary<string, (Cloud Cloud, Instance Instance)> _instances = [];
    private readonly Dictionary<string, Cloud> _clouds = [];
    private readonly Dictionary<string, List<NodePort>> _ports = [];
    private readonly NodePort?[] _a;
    private readonly NodePort?[] _b;

    public LabNames(LabModel lab)
    {
        foreach (var node in lab.Nodes)
        {
            _nodes.TryAdd(node.Name, node);
            _ports.TryAdd(node.Name, []);
        }

        foreach (var cloud in lab.Clouds)
        {
            _clouds.TryAdd(cloud.Name, cloud);
            foreach (var instance in cloud.Instances)
            {
                _instances.TryAdd(instance.Name, (cloud, instance));
            }
        }

        _a = new NodePort?[lab.Links.Count];
        _b = new NodePort?[lab.Links.Count];
        NamePorts(lab);
    }

    /// <summary>The names of all hosts, routers and instances.</summary>
    public IEnumerable<string> Machines => _nodes.Values.Where(n => n.Kind != NodeKind.Switch).Select(n => n.Name).Concat(_instances.Keys);

    public IEnumerable<string> All => _nodes.Keys.Concat(_instances.Keys);

    public Node? Node(string name) => _nodes.GetValueOrDefault(name);

    public Cloud? Cloud(string name) => _clouds.GetValueOrDefault(name);

    public (Cloud Cloud, Instance Instance)? Instance(string name) => _instances.TryGetValue(name, out var found) ? found : null;

    /// <summary>A host, router or instance of that name.</summary>
    public bool IsMachine(string name) => _nodes.TryGetValue(name, out var node) ? node.Kind != NodeKind.Switch : _instances.ContainsKey(name);

    /// <summary>Whether a node of that name is a piece of Linux.</summary>
    public bool IsLinux(string name) => _nodes.TryGetValue(name, out var node) && node.Kind == NodeKind.Linux;

    /// <summary>The ports of a node in the order of the links.</summary>
    public IReadOnlyList<NodePort> PortsOf(string node) => _ports.GetValueOrDefault(node) ?? [];

    /// <summary>The port at one end of a link; null if that end names nothing.</summary>
    public NodePort? End(int link, bool isA) => isA ? _a[link] : _b[link];

    /// <summary>Splits <c>home.wan</c> into node and part; names may have dots themselves, and the longest name wins.</summary>
    public bool TrySplit(string text, out string node, out string? part)
    {
        node = text;
        part = null;
        if (_nodes.ContainsKey(text) || _instances.ContainsKey(text))
        {
            return true;
        }

        int dot = text.LastIndexOf('.');
        if (dot <= 0)
        {
            return false;
        }

        node = text[..dot];
        part = text[(dot + 1)..];
        return _nodes.ContainsKey(node) || _instances.ContainsKey(node);
    }

    /// <summary>What may follow a machine's name after a dot.</summary>
    public IReadOnlyList<string> PartsOf(string node) => _instances.TryGetValue(node, out var found)
        ? found.Instance.Eip is null ? ["eth0"] : ["eth0", "eip"]
        : [.. PortsOf(node).Select(p => p.Port).Distinct()];

    private void NamePorts(LabModel lab)
    {
        // Written names first, so that derived ones keep out of their way.
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i < lab.Links.Count; i++)
            {
                NamePort(lab.Links[i].A, i, isA: true, written: pass == 0);
                NamePort(lab.Links[i].B, i, isA: false, written: pass == 0);
            }
        }

        foreach (var list in _ports.Values)
        {
            list.Sort((x, y) => (x.Link, x.IsA ? 0 : 1).CompareTo((y.Link, y.IsA ? 0 : 1)));
        }
    }

    private void NamePort(LinkEnd end, int link, bool isA, bool written)
    {
        if (!TrySplit(end.Text, out string name, out string? part) || !_nodes.TryGetValue(name, out var node) || part is null == written)
        {
            return;
        }

        var ports = _ports[name];
        var port = new NodePort(name, part ?? DerivedName(node, ports), link, isA);
        ports.Add(port);
        (isA ? _a : _b)[link] = port;
    }

    private static string DerivedName(Node node, List<NodePort> ports)
    {
        if (node.Preset == RouterPreset.Home)
        {
            // All sockets at the back of a home router are one network.
            return "lan";
        }

        bool translates = node.Preset == RouterPreset.Nat;
        (string stem, int number) = node.Kind == NodeKind.Switch ? ("port", 1) : translates ? ("lan", 1) : ("eth", 0);
        while (true)
        {
            string name = translates && number == 1 ? stem : stem + number;
            if (!ports.Exists(p => p.Port == name))
            {
                return name;
            }

            number++;
        }
    }
}
