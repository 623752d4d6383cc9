using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>Something that has to hold.</summary>
/// <remarks>
/// Expectations are taken in order. One with a time is looked at then; one without is taken when the programs of <c>run:</c>
/// have ended and the expectation before it is decided.
/// </remarks>
public abstract record Expectation
{
    /// <summary>When it is looked at, or its program started; null for "in its turn".</summary>
    public Duration? At { get; init; }
}

/// <summary>What a program has to come to: one started for the purpose, or one of <c>run:</c>.</summary>
public sealed record OutcomeExpectation : Expectation
{
    /// <summary>The host the program is started on; null when <see cref="Run"/> is given.</summary>
    public string? From { get; init; }

    /// <summary>The program that is started; null when <see cref="Run"/> is given.</summary>
    public LabProgram? Program { get; init; }

    /// <summary>The name of a program of <c>run:</c>; null when it is started for the purpose.</summary>
    public string? Run { get; init; }

    /// <summary>What it has to come to.</summary>
    public Outcome Outcome { get; init; } = new();
}

/// <summary>What a program has to come to. What is null is not looked at; if all is null the program has to succeed.</summary>
public sealed record Outcome
{
    /// <summary>The longest it may take: the whole exchange, or a ping's slowest round trip.</summary>
    public Duration? Within { get; init; }

    /// <summary>Where it has to be stopped on its way, and for which reason.</summary>
    public Blocked? Blocked { get; init; }

    /// <summary>The HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>A text that the body has to contain.</summary>
    public string? Body { get; init; }

    /// <summary>The exit code of a real program.</summary>
    public int? Exit { get; init; }

    /// <summary>A text that a real program has to write, to its standard output or error.</summary>
    public string? Output { get; init; }

    /// <summary>Whether the connection opens; false for a refusal by a reset.</summary>
    public bool? Open { get; init; }

    /// <summary>Whether every octet arrived once and in order (compared by hash).</summary>
    public bool? Intact { get; init; }

    /// <summary>How many octets arrived.</summary>
    public long? Delivered { get; init; }

    /// <summary>How many segments TCP sent again.</summary>
    public CountRange? Retransmitted { get; init; }

    /// <summary>How many replies or datagrams arrived, each counted once.</summary>
    public CountRange? Received { get; init; }

    /// <summary>How many never arrived.</summary>
    public CountRange? Lost { get; init; }

    /// <summary>How many arrived after a later one.</summary>
    public CountRange? Reordered { get; init; }

    /// <summary>How many arrived again.</summary>
    public CountRange? Duplicated { get; init; }

    /// <summary>The data of the answer's records, in any order.</summary>
    public ValueList<AddressOrText> Answer { get; init; } = [];

    /// <summary>The response code: <c>noerror</c>, <c>nxdomain</c>, <c>servfail</c>, <c>refused</c>.</summary>
    public DnsCode? Code { get; init; }
}

/// <summary>A record's data in an answer: a node's address (<c>@bob.eip</c>) or text.</summary>
/// <param name="Name">The reference without its <c>@</c>; null for text.</param>
/// <param name="Text">The text; null for a reference.</param>
public sealed record AddressOrText(string? Name, string? Text)
{
    /// <summary>Prints as written.</summary>
    public override string ToString() => Name is null ? Text! : "@" + Name;
}

/// <summary>DNS response codes (RFC 1035 4.1.1).</summary>
public enum DnsCode
{
    /// <summary>No error.</summary>
    NoError,

    /// <summary>The server failed.</summary>
    ServFail,

    /// <summary>The name does not exist.</summary>
    NxDomain,

    /// <summary>The server does not want to answer.</summary>
    Refused,
}

/// <summary>Where something is stopped.</summary>
public sealed record Blocked
{
    /// <summary>A node, or a part of the lab such as <c>nacl/web</c> or <c>sg/web</c>; null for anywhere.</summary>
    public string? At { get; init; }

    /// <summary>Why; null for any reason.</summary>
    public DropReason? Reason { get; init; }
}

/// <summary>A number from one to another, both included.</summary>
/// <param name="Least">The smallest that will do.</param>
/// <param name="Most">The largest that will do.</param>
public readonly record struct CountRange(long Least, long Most)
{
    /// <summary>Whether the number will do.</summary>
    public bool Contains(long value) => value >= Least && value <= Most;

    /// <summary>Prints as a lab file has it: <c>5</c>, <c>1..</c>, <c>..9</c>, <c>1..9</c>.</summary>
    public override string ToString() => Least == Most ? $"{Least}" : $"{(Least == 0 ? "" : Least)}..{(Most == long.MaxValue ? "" : Most)}";
}

/// <summary>A neighbour table has to know an address.</summary>
public sealed record NeighbourExpectation : Expectation
{
    /// <summary>The host whose table it is.</summary>
    public string On { get; init; } = "";

    /// <summary>The neighbour.</summary>
    public AddressRef Target { get; init; } = AddressRef.To("");

    /// <summary>Whether it is the table of IPv6 (neighbour discovery) or of IPv4 (ARP).</summary>
    public bool IPv6 { get; init; }

    /// <summary>The node or interface whose hardware address it has to be; null for the target's own.</summary>
    public string? Mac { get; init; }

    /// <summary>The states that will do, by Linux's names in lower case; any of a known address when empty; <c>none</c> for no entry at all.</summary>
    public ValueList<string> States { get; init; } = [];
}

/// <summary>A switch has to have learned behind which port nodes are.</summary>
public sealed record LearnedExpectation : Expectation
{
    /// <summary>The switch.</summary>
    public string On { get; init; } = "";

    /// <summary>Node by node the port; <c>none</c> for a node it must not know.</summary>
    public ValueList<LearnedPort> Ports { get; init; } = [];
}

/// <summary>Where a switch has to have seen a node.</summary>
/// <param name="Node">The node or interface.</param>
/// <param name="Port">The switch's port, or null if it must not know the node.</param>
public sealed record LearnedPort(string Node, string? Port);

/// <summary>A translation table has to hold a mapping.</summary>
public sealed record NatExpectation : Expectation
{
    /// <summary>The router.</summary>
    public string On { get; init; } = "";

    /// <summary>The protocol.</summary>
    public RuleProtocol Protocol { get; init; }

    /// <summary>The address inside.</summary>
    public AddressRef From { get; init; } = AddressRef.To("");

    /// <summary>The address outside.</summary>
    public AddressRef To { get; init; } = AddressRef.To("");
}

/// <summary>A host's connections have to go through states of TCP in this order; others may lie between.</summary>
public sealed record TcpStatesExpectation : Expectation
{
    /// <summary>The host.</summary>
    public string On { get; init; } = "";

    /// <summary>Local or remote port of the connection; null for any.</summary>
    public int? Port { get; init; }

    /// <summary>The states by the RFC's names.</summary>
    public ValueList<string> States { get; init; } = [];
}

/// <summary>Arrows of TCP's state diagram (RFC 9293 figure 5) that connections have to have gone along.</summary>
public sealed record TcpTransitionsExpectation : Expectation
{
    /// <summary>The host; null for all of the lab together.</summary>
    public string? On { get; init; }

    /// <summary>The arrows, each as <c>SYN-SENT -> ESTABLISHED</c>.</summary>
    public ValueList<string> Transitions { get; init; } = [];
}

/// <summary>The two queues of a listener have to be so long.</summary>
public sealed record QueuesExpectation : Expectation
{
    /// <summary>The host.</summary>
    public string On { get; init; } = "";

    /// <summary>The listener's port.</summary>
    public int Port { get; init; }

    /// <summary>Half-open requests; null for any number.</summary>
    public CountRange? Requests { get; init; }

    /// <summary>Connections that wait to be accepted; null for any number.</summary>
    public CountRange? Waiting { get; init; }

    /// <summary>SYN cookies that the host has sent; null for any number.</summary>
    public CountRange? Cookies { get; init; }
}

/// <summary>So many packets have to be dropped for a reason.</summary>
public sealed record DropsExpectation : Expectation
{
    /// <summary>The reason.</summary>
    public DropReason Reason { get; init; }

    /// <summary>Where: a node, <c>nacl/name</c> or <c>sg/name</c> (with <c>/in</c> or <c>/out</c> for one direction); null for the whole lab.</summary>
    public string? On { get; init; }

    /// <summary>How many; at least one unless given.</summary>
    public CountRange Count { get; init; } = new(1, long.MaxValue);
}

/// <summary>A switch has to have taken a decision so many times.</summary>
public sealed record SwitchedExpectation : Expectation
{
    /// <summary>The switch.</summary>
    public string On { get; init; } = "";

    /// <summary>Frames sent out of one port since their receiver was known.</summary>
    public CountRange? Forwarded { get; init; }

    /// <summary>Frames sent out of every port since their receiver was not known.</summary>
    public CountRange? Flooded { get; init; }

    /// <summary>Frames not sent on since their receiver is behind the port they came from.</summary>
    public CountRange? Filtered { get; init; }

    /// <summary>Broadcast and multicast frames.</summary>
    public CountRange? Broadcast { get; init; }
}
