using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>Expectations.</summary>
internal static class ExpectForms
{
    private static readonly string[] NeighbourStates = ["incomplete", "reachable", "stale", "delay", "probe", "failed", "permanent", "none"];

    private static readonly string[] TcpStates =
        ["LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT", "CLOSED"];

    private static readonly TextForm<string> Transition = new TextForm<string>("an arrow such as SYN-SENT -> ESTABLISHED", ParseTransition, t => t)
        .Pattern($"^({string.Join('|', TcpStates)}) -> ({string.Join('|', TcpStates)})$");

    public static readonly TextForm<DropReason> Reason = Scalars.Word<DropReason>("a drop reason",
        (DropReason.NetworkAclDeny, "nacl-deny"), (DropReason.SecurityGroupDeny, "sg-deny"));

    private static readonly TextForm<string> Place = new("a node, nacl/name or sg/name, with /in or /out if the direction matters", ParsePlace, p => p);

    private static readonly RecordForm<Blocked> Blocked = new RecordForm<Blocked>("a blocked", new Blocked())
        .Key("at", Place, b => b.At!, (b, v) => b with { At = v }, "where: a node, nacl/name or sg/name, with /in or /out if the direction matters")
        .Maybe("reason", Reason, b => b.Reason, (b, v) => b with { Reason = v }, "the drop reason");

    private static readonly TextForm<AddressOrText> Answer = new("an answer such as @bob.eip or 192.0.2.1", ParseAnswer, a => a.ToString());

    private static readonly RecordForm<Outcome> Outcome = new RecordForm<Outcome>("an outcome", new Outcome())
        .Maybe("within", Units.Duration, o => o.Within, (o, v) => o with { Within = v }, "the longest it may take")
        .Key("blocked", Blocked, o => o.Blocked!, (o, v) => o with { Blocked = v }, "where it is stopped on its way, and why")
        .Maybe("status", Scalars.HttpStatus, o => o.Status, (o, v) => o with { Status = v }, "the HTTP status")
        .Key("body", Scalars.Text, o => o.Body!, (o, v) => o with { Body = v }, "a text that the body contains")
        .Maybe("exit", Scalars.ExitCode, o => o.Exit, (o, v) => o with { Exit = v }, "the exit code; 0 unless given")
        .Key("output", Scalars.Text, o => o.Output!, (o, v) => o with { Output = v }, "a text that the program writes")
        .Maybe("open", Scalars.Bool, o => o.Open, (o, v) => o with { Open = v }, "whether the connection opens; false for a refusal")
        .Maybe("intact", Scalars.Bool, o => o.Intact, (o, v) => o with { Intact = v }, "whether every octet arrived once and in order")
        .Maybe("delivered", Units.Size, o => o.Delivered, (o, v) => o with { Delivered = v }, "how much arrived")
        .Maybe("retransmitted", Scalars.Range, o => o.Retransmitted, (o, v) => o with { Retransmitted = v }, "how many segments were sent again: 1..")
        .Maybe("received", Scalars.Range, o => o.Received, (o, v) => o with { Received = v }, "how many replies or datagrams arrived: 900..1000")
        .Maybe("lost", Scalars.Range, o => o.Lost, (o, v) => o with { Lost = v }, "how many never arrived: 1..100")
        .Maybe("reordered", Scalars.Range, o => o.Reordered, (o, v) => o with { Reordered = v }, "how many arrived after a later one")
        .Maybe("duplicated", Scalars.Range, o => o.Duplicated, (o, v) => o with { Duplicated = v }, "how many arrived again")
        .Key("answer", new ListForm<AddressOrText>(Answer, single: true), o => o.Answer, (o, v) => o with { Answer = v }, "the data of the answer: @bob.eip, 192.0.2.1")
        .Maybe("code", Scalars.Word<DnsCode>("a response code", (DnsCode.NoError, "noerror"), (DnsCode.ServFail, "servfail"), (DnsCode.NxDomain, "nxdomain")),
            o => o.Code, (o, v) => o with { Code = v }, "the response code: nxdomain");

    private static readonly RecordForm<NatExpectation> Mapping = new RecordForm<NatExpectation>("a mapping", new NatExpectation())
        .Key("proto", Scalars.Word<RuleProtocol>("a protocol"), e => e.Protocol, (e, v) => e with { Protocol = v }, "the protocol; all unless given")
        .Key("from", Scalars.AddressRef, e => e.From, (e, v) => e with { From = v }, "the address inside", required: true)
        .Key("to", Scalars.AddressRef, e => e.To, (e, v) => e with { To = v }, "the address outside", required: true);

    private static readonly Form<ValueList<LearnedPort>> Ports = new NamedForm<LearnedPort, string>("a port",
        new TextForm<LearnedPort>("a port of the switch, or none", ParseLearned, p => p.Port ?? "none"), Scalars.Name, p => p.Node, (p, v) => p with { Node = v });

    private static readonly RecordForm<SwitchedExpectation> Switched = new RecordForm<SwitchedExpectation>("a count of decisions", new SwitchedExpectation())
        .Maybe("forwarded", Scalars.Range, e => e.Forwarded, (e, v) => e with { Forwarded = v }, "frames sent out of the one port their receiver is behind")
        .Maybe("flooded", Scalars.Range, e => e.Flooded, (e, v) => e with { Flooded = v }, "frames sent out of every port, their receiver being unknown")
        .Maybe("filtered", Scalars.Range, e => e.Filtered, (e, v) => e with { Filtered = v }, "frames kept back, their receiver being behind the port they came from")
        .Maybe("broadcast", Scalars.Range, e => e.Broadcast, (e, v) => e with { Broadcast = v }, "broadcast and multicast frames");

    public static readonly ListForm<Expectation> Expectations = new(MakeExpectation());

    /// <summary>The keys of <see cref="Outcome"/> that make sense for a program.</summary>
    public static IReadOnlyList<string> KeysFor(string verb) => verb switch
    {
        "ping" => ["within", "blocked", "received", "lost"],
        "get" => ["within", "blocked", "status", "body", "retransmitted"],
        "tcp" => ["within", "blocked", "open", "intact", "delivered", "retransmitted"],
        "udp" or "watch" => ["within", "blocked", "received", "lost", "reordered", "duplicated"],
        "syn-flood" => [],
        "sysctl" => ["exit", "output"],
        "exec" => ["within", "blocked", "exit", "output"],
        _ => ["within", "blocked", "answer", "code"],
    };

    /// <summary>The keys of an outcome that say something.</summary>
    public static IEnumerable<string> KeysOf(Outcome outcome) => Outcome.Keys.Where(k => k.Write(outcome) is not null).Select(k => k.Name);

    private static VariantForm<Expectation> MakeExpectation()
    {
        var form = new VariantForm<Expectation>("an expectation", WordOf);
        foreach (var (verb, usual, keys) in ProgramForms.Verbs)
        {
            var allowed = KeysFor(verb);
            form.Case(verb, Case($"{(verb == "exec" ? "an" : "a")} {verb} expectation", new OutcomeExpectation { Program = usual }, new RecordForm<OutcomeExpectation>("", new OutcomeExpectation { Program = usual })
                .Key("from", Scalars.Name, e => e.From!, (e, v) => e with { From = v }, "the host it is tried from", required: true)
                .Inside(keys, e => e.Program!, (e, v) => e with { Program = v })
                .Inside(Outcome.Keys.Where(k => allowed.Contains(k.Name)), e => e.Outcome, (e, v) => e with { Outcome = v })));
        }

        return form
            .Case("run", Case("an expectation of a run", new OutcomeExpectation(), new RecordForm<OutcomeExpectation>("", new OutcomeExpectation())
                .Key("run", Scalars.Name, e => e.Run!, (e, v) => e with { Run = v }, "the name of a program of run:", required: true)
                .Inside(Outcome.Keys, e => e.Outcome, (e, v) => e with { Outcome = v })))
            .Case("arp", Neighbour("arp", ipv6: false))
            .Case("ndp", Neighbour("ndp", ipv6: true))
            .Case("learned", Case("a learned expectation", new LearnedExpectation(), On(new LearnedExpectation(), e => e.On, (e, v) => e with { On = v })
                .Key("learned", Ports, e => e.Ports, (e, v) => e with { Ports = v }, "node by node the port: { alice: port1, bob: none }", required: true)))
            .Case("switched", Case("a switched expectation", new SwitchedExpectation(), On(new SwitchedExpectation(), e => e.On, (e, v) => e with { On = v })
                .Key("switched", Switched, e => e with { On = "", At = null }, (e, v) => v with { On = e.On }, "how often it took which decision: { flooded: 1.. }", required: true)))
            .Case("nat", Case("a nat expectation", new NatExpectation(), On(new NatExpectation(), e => e.On, (e, v) => e with { On = v })
                .Key("nat", Mapping, e => e with { On = "", At = null }, (e, v) => v with { On = e.On }, "a mapping that exists: { proto: tcp, from: alice, to: home.wan }", required: true)))
            .Case("tcp-states", Case("a tcp-states expectation", new TcpStatesExpectation(), On(new TcpStatesExpectation(), e => e.On, (e, v) => e with { On = v })
                .Maybe("port", Scalars.Port, e => e.Port, (e, v) => e with { Port = v }, "local or remote port of the connection")
                .Key("tcp-states", new ListForm<string>(Scalars.OneOf("a TCP state", TcpStates)), e => e.States, (e, v) => e with { States = v }, "states a connection goes through, in this order", required: true)))
            .Case("tcp-transitions", Case("a tcp-transitions expectation", new TcpTransitionsExpectation(), new RecordForm<TcpTransitionsExpectation>("", new TcpTransitionsExpectation())
                .Key("on", Scalars.Name, e => e.On!, (e, v) => e with { On = v }, "the node whose connections are looked at; the whole lab unless given")
                .Key("tcp-transitions", new ListForm<string>(Transition), e => e.Transitions, (e, v) => e with { Transitions = v }, "arrows of the state diagram that were gone along: [SYN-SENT -> ESTABLISHED]", required: true)))
            .Case("queues", Case("a queues expectation", new QueuesExpectation(), On(new QueuesExpectation(), e => e.On, (e, v) => e with { On = v })
                .Key("queues", Scalars.Port, e => e.Port, (e, v) => e with { Port = v }, "the port of a listener", required: true)
                .Maybe("requests", Scalars.Range, e => e.Requests, (e, v) => e with { Requests = v }, "half-open requests: 1..")
                .Maybe("waiting", Scalars.Range, e => e.Waiting, (e, v) => e with { Waiting = v }, "connections that wait to be accepted")
                .Maybe("cookies", Scalars.Range, e => e.Cookies, (e, v) => e with { Cookies = v }, "SYN cookies that the host has sent")))
            .Case("drops", Case("a drops expectation", new DropsExpectation(), new RecordForm<DropsExpectation>("", new DropsExpectation())
                .Key("on", Place, e => e.On!, (e, v) => e with { On = v }, "where: a node, nacl/name or sg/name, with /in or /out if the direction matters; the whole lab unless given")
                .Key("drops", Reason, e => e.Reason, (e, v) => e with { Reason = v }, "the drop reason", required: true)
                .Key("count", Scalars.Range, e => e.Count, (e, v) => e with { Count = v }, "how many; 1.. unless given")));
    }

    private static RecordForm<T> On<T>(T usual, Func<T, string> get, Func<T, string, T> set)
        where T : Expectation => new RecordForm<T>("", usual).Key("on", Scalars.Name, get, set, "the node that is looked at", required: true);

    private static RecordForm<Expectation> Neighbour(string word, bool ipv6)
    {
        var usual = new NeighbourExpectation { IPv6 = ipv6 };
        return Case($"an {word} expectation", usual, On(usual, e => e.On, (e, v) => e with { On = v })
            .Key(word, Scalars.AddressRef, e => e.Target, (e, v) => e with { Target = v }, "the neighbour that the table knows", required: true)
            .Key("mac", Scalars.Name, e => e.Mac!, (e, v) => e with { Mac = v }, "the node or interface whose hardware address it is; the neighbour's own unless given")
            .Key("state", new ListForm<string>(Scalars.OneOf("a neighbour state", NeighbourStates), single: true), e => e.States, (e, v) => e with { States = v }, "the states that will do"));
    }

    private static RecordForm<Expectation> Case<T>(string what, T usual, RecordForm<T> keys)
        where T : Expectation => new RecordForm<Expectation>(what, usual)
        .Inside(keys.Keys, e => (T)e, (e, v) => v with { At = e.At })
        .Maybe("at", Units.Duration, e => e.At, (e, v) => e with { At = v }, "when it is looked at; in its turn unless given");

    private static Complaint? ParseTransition(string text, out string value)
    {
        value = text;
        string[] parts = text.Split(" -> ");
        string? wrong = parts.Length == 2 ? parts.FirstOrDefault(p => !TcpStates.Contains(p)) : text;
        return wrong is null ? null : new Complaint($"'{Scalars.Shorten(wrong)}' is not {(parts.Length == 2 ? "a TCP state" : "an arrow between TCP states")}", $"write SYN-SENT -> ESTABLISHED; the states are {string.Join(", ", TcpStates)}");
    }

    private static string WordOf(Expectation expectation) => expectation switch
    {
        OutcomeExpectation { Program: { } program } => program.Verb,
        OutcomeExpectation => "run",
        NeighbourExpectation n => n.IPv6 ? "ndp" : "arp",
        LearnedExpectation => "learned",
        SwitchedExpectation => "switched",
        NatExpectation => "nat",
        TcpStatesExpectation => "tcp-states",
        TcpTransitionsExpectation => "tcp-transitions",
        QueuesExpectation => "queues",
        DropsExpectation => "drops",
        _ => throw new ArgumentException($"{expectation.GetType().Name} has no form in lab files.", nameof(expectation)),
    };

    private static Complaint? ParsePlace(string text, out string value)
    {
        value = text;
        string[] parts = text.Split('/');
        bool valid = parts.Length == 1 ? Scalars.Name.Parse(text, out _) is null
            : parts[0] is "nacl" or "sg" && Scalars.Name.Parse(parts[1], out _) is null && (parts.Length == 2 || (parts.Length == 3 && parts[2] is "in" or "out"));
        return valid ? null : new Complaint($"'{Scalars.Shorten(text)}' is not a place in a lab", "write a node's name, nacl/name or sg/name, and /in or /out behind it if the direction matters");
    }

    private static Complaint? ParseAnswer(string text, out AddressOrText value)
    {
        value = text.StartsWith('@') ? new AddressOrText(text[1..], null) : new AddressOrText(null, text);
        return text.Length is > 0 and <= 255 ? null : new Complaint("an answer has 1 to 255 characters");
    }

    private static Complaint? ParseLearned(string text, out LearnedPort value)
    {
        value = new LearnedPort("", text == "none" ? null : text);
        return Scalars.Name.Parse(text, out _);
    }
}
