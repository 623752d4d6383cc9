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
    public LabWorld(LabPlan plan, EventLoop loop)
    {
        Plan = plan;
        Loop = loop;
        foreach (var node in plan.Nodes.Where(n => n.Cloud is null))
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

        foreach (var node in plan.Nodes.Where(n => n.Cloud is null))
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

    private void LayCable(PlannedLink link)
    {
        var cable = new Link(Loop, $"{link.NodeA}.{link.PortA}", $"{link.NodeB}.{link.PortB}", LinkFigures.Of(link), link.Name);
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
