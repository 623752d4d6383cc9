using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>Programs, and where a lab file starts them.</summary>
internal static class ProgramForms
{
    private static readonly TextForm<string> Url = new TextForm<string>("an address such as https://www.bob.com/", ParseUrl, u => u).Pattern("^https?://.+$");

    private static readonly TextForm<string> Target = new("a node, an address or a domain name", ParseTarget, t => t);

    private static readonly RecordForm<PingProgram> Ping = new RecordForm<PingProgram>("a ping", new PingProgram())
        .Key("ping", Target, p => p.Target, (p, v) => p with { Target = v }, "a node, an address or a domain name", required: true)
        .Key("count", Scalars.Count, p => p.Count, (p, v) => p with { Count = v }, "how many; 1 unless given")
        .Key("interval", Units.Duration, p => p.Interval, (p, v) => p with { Interval = v }, "time between two; 1 s unless given")
        .Key("size", Units.Size, p => p.Size, (p, v) => p with { Size = v }, "payload of each; 56 B unless given");

    private static readonly RecordForm<GetProgram> Get = new RecordForm<GetProgram>("a get", new GetProgram())
        .Key("get", Url, p => p.Url, (p, v) => p with { Url = v }, "the page to fetch: https://www.bob.com/", required: true);

    private static readonly RecordForm<TcpProgram> Tcp = new RecordForm<TcpProgram>("a tcp", new TcpProgram())
        .Key("tcp", Scalars.Endpoint, p => p.Target, (p, v) => p with { Target = v }, "where to connect to: \"bob:80\"", required: true)
        .Key("send", Units.Size, p => p.Send, (p, v) => p with { Send = v }, "how much to send")
        .Key("congestion", Scalars.OneOf("a congestion control", [.. Kernel.Tcp.CongestionControls.Available]), p => p.Congestion!, (p, v) => p with { Congestion = v }, "the connection's congestion control; the host's unless given")
        .Maybe("from-port", Scalars.Port, p => p.FromPort, (p, v) => p with { FromPort = v }, "the port it is opened from; a free one unless given")
        .Key("sample", Units.Duration, p => p.Sample, (p, v) => p with { Sample = v }, "how often the connection's TCP_INFO is noted, for --plot and --json; not at all unless given");

    private static readonly RecordForm<TcpOpenProgram> TcpOpen = new RecordForm<TcpOpenProgram>("a tcp-open", new TcpOpenProgram())
        .Key("tcp-open", Scalars.Endpoint, p => p.Target, (p, v) => p with { Target = v }, "where to connect to: \"bob:80\"", required: true)
        .Key("from-port", Scalars.Port, p => p.FromPort, (p, v) => p with { FromPort = v }, "the port it is opened from", required: true)
        .Key("listens", Units.Duration, p => p.Listens, (p, v) => p with { Listens = v }, "how long it listens on that port first; not at all unless given")
        .Key("closes", Units.Duration, p => p.Closes, (p, v) => p with { Closes = v }, "how long after opening it closes, open or not; 1 s unless given");

    private static readonly RecordForm<UdpProgram> Udp = new RecordForm<UdpProgram>("a udp", new UdpProgram())
        .Key("udp", Scalars.Endpoint, p => p.Target, (p, v) => p with { Target = v }, "where to send to: \"bob:9\"", required: true)
        .Key("count", Scalars.Count, p => p.Count, (p, v) => p with { Count = v }, "how many datagrams; 1 unless given")
        .Key("size", Units.Size, p => p.Size, (p, v) => p with { Size = v }, "payload of each; 1200 B unless given")
        .Key("rate", Units.Rate, p => p.Rate, (p, v) => p with { Rate = v }, "payload bits per second; 2 Mbit unless given");

    private static readonly RecordForm<WatchProgram> Watch = new RecordForm<WatchProgram>("a watch", new WatchProgram())
        .Key("watch", Scalars.Endpoint, p => p.Target, (p, v) => p with { Target = v }, "a udp-stream service: \"bob:5004\"", required: true);

    private static readonly RecordForm<DigProgram> Dig = new RecordForm<DigProgram>("a dig", new DigProgram())
        .Key("dig", DnsForms.DomainName, p => p.Name, (p, v) => p with { Name = v }, "the name to look up", required: true)
        .Key("type", DnsForms.Type, p => p.Type, (p, v) => p with { Type = v }, "the type of record; A unless given");

    private static readonly RecordForm<SynFloodProgram> SynFlood = new RecordForm<SynFloodProgram>("a syn-flood", new SynFloodProgram())
        .Key("syn-flood", Scalars.Endpoint, p => p.Target, (p, v) => p with { Target = v }, "the listener: \"bob:80\"", required: true)
        .Key("count", Scalars.Count, p => p.Count, (p, v) => p with { Count = v }, "how many SYNs; 1000 unless given")
        .Key("interval", Units.Duration, p => p.Interval, (p, v) => p with { Interval = v }, "time between two; 1 ms unless given");

    private static readonly RecordForm<SysctlProgram> Sysctl = new RecordForm<SysctlProgram>("a sysctl", new SysctlProgram())
        .Key("sysctl", new TextForm<string>("settings such as net.ipv4.tcp_sack=0", ParseCommand, c => c), p => p.Arguments, (p, v) => p with { Arguments = v },
            "settings to print or to set: -w net.ipv4.tcp_sack=0", required: true);

    private static readonly TextForm<string> Command = new("a command line such as curl -s http://web/", ParseCommand, c => c);

    private static readonly RecordForm<ExecProgram> Exec = new RecordForm<ExecProgram>("an exec", new ExecProgram())
        .Key("exec", Command, p => p.Command, (p, v) => p with { Command = v }, "the command line, which a shell reads", required: true)
        .Key("ready", Scalars.Text, p => p.Ready!, (p, v) => p with { Ready = v }, "for a service: the text in its output that says it is ready");

    /// <summary>Every verb with the keys of its program.</summary>
    public static readonly IReadOnlyList<(string Verb, LabProgram Usual, IReadOnlyList<Key<LabProgram>> Keys)> Verbs =
        [Verb(Ping), Verb(Get), Verb(Tcp), Verb(TcpOpen), Verb(Udp), Verb(Watch), Verb(Dig), Verb(SynFlood), Verb(Sysctl), Verb(Exec)];

    public static readonly ListForm<Run> Runs = new(MakeRun());

    private static (string, LabProgram, IReadOnlyList<Key<LabProgram>>) Verb<T>(RecordForm<T> form)
        where T : LabProgram => (form.Usual.Verb, form.Usual, [.. form.Keys.Select(k => k.Within<LabProgram>(p => (T)p, (_, v) => v))]);

    private static VariantForm<Run> MakeRun()
    {
        var runs = new VariantForm<Run>("a program to run", r => r.Program.Verb);
        foreach (var (verb, usual, keys) in Verbs)
        {
            runs.Case(verb, new RecordForm<Run>($"{(verb == "exec" ? "an" : "a")} {verb} to run", new Run { Program = usual })
                .Key("name", Scalars.Name, r => r.Name, (r, v) => r with { Name = v }, "a name for expectations to refer to")
                .Key("on", Scalars.Name, r => r.On, (r, v) => r with { On = v }, "the host it runs on", required: true)
                .Key("at", Units.Duration, r => r.At, (r, v) => r with { At = v }, "when it starts")
                .Inside(keys, r => r.Program, (r, v) => r with { Program = v }));
        }

        return runs;
    }

    private static Complaint? ParseUrl(string text, out string value)
    {
        value = text;
        bool absolute = Uri.TryCreate(text, UriKind.Absolute, out var uri);
        return absolute && uri!.Scheme is "http" or "https" && uri.Host.Length > 0 && text.Length < 2000 ? null
            : new Complaint($"'{Scalars.Shorten(text)}' is not a web address", "write http:// or https:// and a host: https://www.bob.com/");
    }

    private static Complaint? ParseCommand(string text, out string value)
    {
        value = text;
        return text.Trim().Length is > 0 and < 4000 && !text.Contains('\0') ? null : new Complaint("a command line has 1 to 4000 characters", "write what you would type into a shell");
    }

    private static Complaint? ParseTarget(string text, out string value)
    {
        value = text;
        return Core.InetAddress.TryParse(text, out _) ? null :
            text.Contains(':') ? new Complaint($"'{Scalars.Shorten(text)}' is not an address", "write a node, an address or a domain name, without a port") :
            Scalars.Name.Parse(text.TrimEnd('.'), out _);
    }
}
