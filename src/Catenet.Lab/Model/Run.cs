using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A program that is started on a host at a time.</summary>
public sealed record Run
{
    /// <summary>A name for expectations to refer to, or none.</summary>
    public string Name { get; init; } = "";

    /// <summary>The host it runs on.</summary>
    public string On { get; init; } = "";

    /// <summary>When it starts.</summary>
    public Duration At { get; init; }

    /// <summary>What runs.</summary>
    public LabProgram Program { get; init; } = new PingProgram();
}

/// <summary>What a host can be told to run.</summary>
public abstract record LabProgram
{
    /// <summary>The word that a lab file has for it.</summary>
    public abstract string Verb { get; }
}

/// <summary>Sends echo requests and waits for the replies.</summary>
public sealed record PingProgram : LabProgram
{
    /// <summary>A node, an address or a domain name.</summary>
    public string Target { get; init; } = "";

    /// <summary>How many; 1 unless given.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The time between two; 1 s unless given.</summary>
    public Duration Interval { get; init; } = Duration.FromSeconds(1);

    /// <summary>Octets of payload; 56 unless given.</summary>
    public long Size { get; init; } = 56;

    /// <inheritdoc/>
    public override string Verb => "ping";
}

/// <summary>Fetches a page.</summary>
public sealed record GetProgram : LabProgram
{
    /// <summary>The absolute address, http or https.</summary>
    public string Url { get; init; } = "";

    /// <inheritdoc/>
    public override string Verb => "get";
}

/// <summary>Opens a TCP connection, sends, and closes.</summary>
public sealed record TcpProgram : LabProgram
{
    /// <summary>Where to.</summary>
    public EndpointRef Target { get; init; } = new("", 0);

    /// <summary>How many octets to send; none unless given.</summary>
    public long Send { get; init; }

    /// <summary>The congestion control of the connection (TCP_CONGESTION); the host's setting unless given.</summary>
    public string? Congestion { get; init; }

    /// <summary>The port it is opened from; one that is free unless given. Two programs that open to each other's ports open simultaneously.</summary>
    public int? FromPort { get; init; }

    /// <summary>How often TCP_INFO is noted while it sends, to be plotted; zero (not at all) unless given.</summary>
    public Duration Sample { get; init; }

    /// <inheritdoc/>
    public override string Verb => "tcp";
}

/// <summary>Opens a TCP connection and closes it at given moments, by RFC 9293's own calls.</summary>
public sealed record TcpOpenProgram : LabProgram
{
    /// <summary>Where to.</summary>
    public EndpointRef Target { get; init; } = new("", 0);

    /// <summary>The port it is opened from.</summary>
    public int FromPort { get; init; }

    /// <summary>How long it listens before; not at all unless given.</summary>
    public Duration Listens { get; init; }

    /// <summary>How long after opening it is closed; 1 s unless given.</summary>
    public Duration Closes { get; init; } = Duration.FromSeconds(1);

    /// <inheritdoc/>
    public override string Verb => "tcp-open";
}

/// <summary>Sends numbered datagrams at a steady rate.</summary>
public sealed record UdpProgram : LabProgram
{
    /// <summary>Where to.</summary>
    public EndpointRef Target { get; init; } = new("", 0);

    /// <summary>How many datagrams; 1 unless given.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The payload of each in octets; 1200 unless given.</summary>
    public long Size { get; init; } = 1200;

    /// <summary>Bits of payload per second; 2 Mbit/s unless given.</summary>
    public long Rate { get; init; } = 2_000_000;

    /// <inheritdoc/>
    public override string Verb => "udp";
}

/// <summary>Asks a <see cref="UdpStreamApp"/> for its stream and counts what arrives.</summary>
public sealed record WatchProgram : LabProgram
{
    /// <summary>Where the stream comes from.</summary>
    public EndpointRef Target { get; init; } = new("", 0);

    /// <inheritdoc/>
    public override string Verb => "watch";
}

/// <summary>Runs a real program on a node of <see cref="NodeKind.Linux"/>.</summary>
public sealed record ExecProgram : LabProgram
{
    /// <summary>The command line, which a shell reads: <c>curl --cacert $CATENET_CA https://www.bob.com/</c>.</summary>
    public string Command { get; init; } = "";

    /// <summary>For a service that does not end: the text whose appearance in its output says that it is ready; it runs on until the lab ends.</summary>
    public string? Ready { get; init; }

    /// <inheritdoc/>
    public override string Verb => "exec";
}

/// <summary>Sends SYNs to a listener from addresses that nobody has, and never answers.</summary>
public sealed record SynFloodProgram : LabProgram
{
    /// <summary>Where to.</summary>
    public EndpointRef Target { get; init; } = new("", 0);

    /// <summary>How many SYNs; 1000 unless given.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>The time between two; 1 ms unless given.</summary>
    public Duration Interval { get; init; } = Duration.FromMilliseconds(1);

    /// <inheritdoc/>
    public override string Verb => "syn-flood";
}

/// <summary>Prints and sets kernel settings while the lab runs.</summary>
public sealed record SysctlProgram : LabProgram
{
    /// <summary>What follows the program's name: <c>-w net.ipv4.tcp_sack=0</c>. Quotes keep blanks together.</summary>
    public string Arguments { get; init; } = "";

    /// <inheritdoc/>
    public override string Verb => "sysctl";
}

/// <summary>Asks the name system.</summary>
public sealed record DigProgram : LabProgram
{
    /// <summary>The name asked for.</summary>
    public string Name { get; init; } = "";

    /// <summary>The type of record; A unless given.</summary>
    public DnsRecordType Type { get; init; }

    /// <inheritdoc/>
    public override string Verb => "dig";
}
