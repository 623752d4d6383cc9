using Catenet.Core;
using Catenet.Programs.Streams;
using Catenet.Programs.Transfer;

namespace Catenet.Lab.Running;

/// <summary>What came of a program that a lab ran.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ProgramResult
{
    /// <summary>Whether it did what it was to do.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>What was seen, in a few words: <c>HTTP 200</c>, <c>connection refused</c>.</summary>
    public required string Seen { get; init; }

    /// <summary>When it began.</summary>
    public Instant Begin { get; init; }

    /// <summary>When it ended.</summary>
    public Instant End { get; init; }

    /// <summary>How long it took.</summary>
    public Duration Took => End - Begin;

    /// <summary>A ping's slowest round trip, which is what has to be within bounds; null for other programs.</summary>
    public Duration? Slowest { get; init; }

    /// <summary>Whether it came to all that it is for: every ping answered, a page and no error status; <see cref="Succeeded"/> is content with less.</summary>
    public bool DidAll => Succeeded && Status is null or (>= 200 and < 400) && (Lost is null or 0 || Stream is not null);

    /// <summary>The HTTP status; null if there was no answer, or it was not HTTP.</summary>
    public int? Status { get; init; }

    /// <summary>The body of an answer, as text.</summary>
    public string? Body { get; init; }

    /// <summary>Whether the connection was accepted; false if it was refused, null if neither was heard.</summary>
    public bool? Open { get; init; }

    /// <summary>Whether what arrived was what was sent.</summary>
    public bool? Intact { get; init; }

    /// <summary>Octets that arrived.</summary>
    public long? Delivered { get; init; }

    /// <summary>Echo replies or datagrams that arrived.</summary>
    public long? Received { get; init; }

    /// <summary>Echo requests or datagrams that stayed without.</summary>
    public long? Lost { get; init; }

    /// <summary>What a viewer saw of a stream.</summary>
    public UdpStreamResult? Stream { get; init; }

    /// <summary>What TCP_INFO told in the course of a transfer; empty unless samples were asked for.</summary>
    public IReadOnlyList<TcpSample> Samples { get; init; } = [];

    /// <summary>The answer's code, of a name lookup.</summary>
    public string? Code { get; init; }

    /// <summary>The answer's data, of a name lookup.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The exit code of a real program that ended, and of sysctl.</summary>
    public int? Exit { get; init; }

    /// <summary>What the program printed, line by line.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];
}
