using Catenet.Core;
using Catenet.Lab.Forms;
using Catenet.Lab.Model;

namespace Catenet.Lab.Building;

/// <summary>Builds labs in code, in the words of lab files: <c>new LabBuilder("t").Host("a").Host("b").Link("a", "b", l => l.Delay("5 ms")).Build()</c>.</summary>
/// <remarks>Every method returns the builder. Texts are read as in lab files, and refused with an <see cref="ArgumentException"/> that says what is wrong. Not thread-safe.</remarks>
public sealed class LabBuilder
{
    private LabModel _lab;

    /// <summary>Begins a lab.</summary>
    public LabBuilder(string name) => _lab = new LabModel { Name = Written.As(Scalars.Name, name) };

    /// <summary>Says in a line what the lab shows.</summary>
    public LabBuilder About(string text) => Set(_lab with { About = text });

    /// <summary>Sets the seed of all chance.</summary>
    public LabBuilder Seed(ulong seed) => Set(_lab with { Seed = seed });

    /// <summary>Sets how time passes.</summary>
    public LabBuilder Time(TimeMode mode) => Set(_lab with { Time = mode });

    /// <summary>Sets when the run ends at the latest.</summary>
    public LabBuilder Limit(string duration) => Set(_lab with { Limit = Written.As(Units.Duration, duration) });

    /// <summary>Sets the address families.</summary>
    public LabBuilder Ip(IpFamilies families) => Set(_lab with { Ip = families });

    /// <summary>Adds a host.</summary>
    public LabBuilder Host(string name, Func<NodeBuilder, NodeBuilder>? with = null) => Node(name, NodeKind.Host, with);

    /// <summary>Adds a router.</summary>
    public LabBuilder Router(string name, Func<NodeBuilder, NodeBuilder>? with = null) => Node(name, NodeKind.Router, with);

    /// <summary>Adds a switch.</summary>
    public LabBuilder Switch(string name, Func<NodeBuilder, NodeBuilder>? with = null) => Node(name, NodeKind.Switch, with);

    /// <summary>Adds a network namespace of Linux, on which real programs run; such a lab needs <see cref="TimeMode.Real"/>.</summary>
    public LabBuilder Linux(string name, Func<NodeBuilder, NodeBuilder>? with = null) => Node(name, NodeKind.Linux, with);

    /// <summary>Adds a link between two nodes, or ports such as <c>home.wan</c>.</summary>
    public LabBuilder Link(string a, string b, Func<LinkBuilder, LinkBuilder>? with = null)
    {
        var link = new LinkBuilder(new Link { A = new LinkEnd(Written.As(Scalars.Name, a)), B = new LinkEnd(Written.As(Scalars.Name, b)) });
        return Set(_lab with { Links = _lab.Links.Add((with?.Invoke(link) ?? link).Link) });
    }

    /// <summary>Adds a zone that a node serves.</summary>
    /// <param name="name">With its final dot.</param>
    /// <param name="server">The node.</param>
    /// <param name="ttl">How long answers may be cached; an hour unless given.</param>
    /// <param name="records">Names and records as in lab files: <c>("www", "A @bob")</c>.</param>
    public LabBuilder Zone(string name, string server, string? ttl = null, params (string Name, string Record)[] records)
    {
        var names = records.GroupBy(r => r.Name).Select(g => new DnsName { Name = g.Key, Records = [.. g.Select(r => Written.As(DnsForms.Record, r.Record))] });
        var zone = new DnsZone { Name = name, Servers = [server], Records = [.. names] };
        return Set(_lab with { Dns = _lab.Dns.Add(ttl is null ? zone : zone with { Ttl = Written.As(Units.Duration, ttl) }) });
    }

    /// <summary>Adds a cloud.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="vpc">Its block of addresses.</param>
    /// <param name="with">What is in it.</param>
    public LabBuilder Cloud(string name, string vpc, Func<CloudBuilder, CloudBuilder> with) => Set(_lab with
    {
        Clouds = _lab.Clouds.Add(with(new CloudBuilder(new Cloud { Name = Written.As(Scalars.Name, name), Vpc = [Written.As(Scalars.Prefix, vpc)] })).Cloud),
    });

    /// <summary>Starts a program on a host.</summary>
    /// <param name="on">The host.</param>
    /// <param name="program">The program.</param>
    /// <param name="name">A name for expectations to refer to.</param>
    /// <param name="at">When; at the beginning unless given.</param>
    public LabBuilder Run(string on, LabProgram program, string name = "", string? at = null) => Set(_lab with
    {
        Runs = _lab.Runs.Add(new Run { On = on, Program = program, Name = name, At = at is null ? Duration.Zero : Written.As(Units.Duration, at) }),
    });

    /// <summary>Adds a fault.</summary>
    public LabBuilder Fault(Fault fault) => Set(_lab with { Faults = _lab.Faults.Add(fault) });

    /// <summary>Expects a program, started on a host for the purpose, to come to something; to succeed unless more is said.</summary>
    public LabBuilder Expect(string from, LabProgram program, Outcome? outcome = null) =>
        Expect(new OutcomeExpectation { From = from, Program = program, Outcome = outcome ?? new Outcome() });

    /// <summary>Adds an expectation.</summary>
    public LabBuilder Expect(Expectation expectation) => Set(_lab with { Expectations = _lab.Expectations.Add(expectation) });

    /// <summary>The lab.</summary>
    /// <exception cref="LabException">Something in it does not go together.</exception>
    public LabModel Build()
    {
        var reading = LabReading.OfModel(_lab);
        return reading.Mistakes.Count == 0 ? _lab : throw new LabException(reading.Mistakes);
    }

    private LabBuilder Node(string name, NodeKind kind, Func<NodeBuilder, NodeBuilder>? with)
    {
        var node = new NodeBuilder(new Node { Name = Written.As(Scalars.Name, name), Kind = kind });
        return Set(_lab with { Nodes = _lab.Nodes.Add((with?.Invoke(node) ?? node).Node) });
    }

    private LabBuilder Set(LabModel lab)
    {
        _lab = lab;
        return this;
    }
}
