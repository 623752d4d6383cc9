using Catenet.Core;
using Catenet.Fabric.Cloud;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>A plan brought to life on a loop: kernels, cables and switches, plugged together and configured; nothing runs on them yet.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
public sealed class LabWorld
{
    private readonly Dictionary<string, Host> _hosts = [];
    private readonly Dictionary<string, Switch> _switches = [];
    private readonly Dictionary<string, Vpc> _clouds = [];
    private readonly List<Link> _links = [];

    /// <summary>Builds what a plan says.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="loop">The loop that everything lives on; its seed decides all chance.</param>
    /// <remarks>The cables of Linux nodes are laid and not plugged in at their end.</remarks>
    public LabWorld(LabPlan plan, EventLoop loop)
    {
        Plan = plan;
        Loop = loop;
        foreach (var node in plan.Nodes.Where(n => n is { Cloud: null, IsLinux: false }))
        {
            _hosts.Add(node.Name, HostAssembly.Build(node, plan.Model.Ip, loop));
        }

        foreach (var item in plan.Switches)
        {
            _switches.Add(item.Name, new Switch(loop, item.Name, new SwitchSettings { AgeingTime = item.Ageing }));
        }

        foreach (var cloud in plan.Clouds)
        {
            _clouds.Add(cloud.Name, CloudAssembly.Build(loop, cloud, plan, _hosts));
        }

        foreach (var link in plan.Links)
        {
            LayCable(link);
        }

        foreach (var node in plan.Nodes.Where(n => n is { Cloud: null, IsLinux: false }))
        {
            HostAssembly.Configure(_hosts[node.Name], node);
            RuleAssembly.Install(_hosts[node.Name], node);
        }
    }

    /// <summary>The plan.</summary>
    public LabPlan Plan { get; }

    /// <summary>The loop that everything lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>The hosts, routers and instances by name.</summary>
    public IReadOnlyDictionary<string, Host> Hosts => _hosts;

    /// <summary>The switches by name.</summary>
    public IReadOnlyDictionary<string, Switch> Switches => _switches;

    /// <summary>The clouds by name.</summary>
    public IReadOnlyDictionary<string, Vpc> Clouds => _clouds;

    /// <summary>The cables, in the order of <see cref="LabPlan.Links"/>.</summary>
    public IReadOnlyList<Link> Links => _links;

    /// <summary>The end of the cable that belongs into a port of a node; null if there is none.</summary>
    internal LinkEnd? EndAt(string node, string port)
    {
        for (int i = 0; i < _links.Count; i++)
        {
            var planned = Plan.Links[i];
            if ((planned.NodeA, planned.PortA) == (node, port))
            {
                return _links[i].A;
            }

            if ((planned.NodeB, planned.PortB) == (node, port))
            {
                return _links[i].B;
            }
        }

        return null;
    }

    /// <summary>Takes a node's power: its cables go dead, and what its kernel knew is gone.</summary>
    /// <param name="name">A node outside clouds.</param>
    public void PowerOff(string name)
    {
        foreach (int i in LinksOf(name))
        {
            _links[i].Cut();
        }

        if (_hosts.TryGetValue(name, out var host))
        {
            foreach (var device in host.Devices.All)
            {
                device.TakeDown();
            }
        }
    }

    /// <summary>Gives a node its power back: a new kernel, configured as the old one was at the beginning; services are for others to start.</summary>
    /// <param name="name">A node outside clouds.</param>
    public void PowerOn(string name)
    {
        var node = Plan.Node(name);
        if (node is not null)
        {
            _hosts[name] = HostAssembly.Build(node, Plan.Model.Ip, Loop);
        }

        foreach (int i in LinksOf(name))
        {
            var (link, planned) = (_links[i], Plan.Links[i]);
            if (node is not null)
            {
                var end = planned.NodeA == name ? link.A : link.B;
                end.Detach();
                PlugIn(end, name, end == link.A ? planned.PortA : planned.PortB);
            }

            link.Mend();
        }

        if (node is not null)
        {
            HostAssembly.Configure(_hosts[name], node);
            RuleAssembly.Install(_hosts[name], node);
        }
    }

    private IEnumerable<int> LinksOf(string name) => Enumerable.Range(0, _links.Count).Where(i => Plan.Links[i].NodeA == name || Plan.Links[i].NodeB == name);

    private void LayCable(PlannedLink link)
    {
        // Parallel links must not share their chances: the second of a name is its own.
        int twins = _links.Count(l => l.Name == link.Name || l.Name.StartsWith(link.Name + " #", StringComparison.Ordinal));
        string name = twins == 0 ? link.Name : $"{link.Name} #{twins + 1}";
        var cable = new Link(Loop, $"{link.NodeA}.{link.PortA}", $"{link.NodeB}.{link.PortB}", LinkFigures.Of(link), name);
        _links.Add(cable);
        PlugIn(cable.A, link.NodeA, link.PortA);
        PlugIn(cable.B, link.NodeB, link.PortB);
    }

    private void PlugIn(LinkEnd end, string node, string port)
    {
        if (_switches.TryGetValue(node, out var fabric))
        {
            fabric.AddPort(end, port);
        }
        else if (_clouds.TryGetValue(node, out var vpc))
        {
            CloudAssembly.ConnectGateway(vpc, Plan.Clouds.First(c => c.Name == node), end);
        }
        else if (_hosts.TryGetValue(node, out var host))
        {
            ((Kernel.Devices.EthernetDevice)host.Devices.ByName(port)!).Connect(end);
        }
    }
}
