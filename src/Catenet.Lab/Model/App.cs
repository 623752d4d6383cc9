using Catenet.Core;

namespace Catenet.Lab.Model;

/// <summary>A service that runs on a node from the beginning.</summary>
public abstract record App
{
    /// <summary>The port it listens on; null for the service's usual one.</summary>
    public int? Port { get; init; }

    /// <summary>The port it listens on.</summary>
    public abstract int ListeningPort { get; }
}

/// <summary>A web server; with TLS under the lab's authority when <see cref="Host"/> names it.</summary>
public sealed record WebApp : App
{
    /// <summary>Whether it speaks HTTPS.</summary>
    public bool Tls { get; init; }

    /// <summary>The name in its certificate; needed for HTTPS.</summary>
    public string? Host { get; init; }

    /// <summary>Who signs its certificate.</summary>
    public CertificateIssuer Ca { get; init; }

    /// <summary>What it answers to every GET; a greeting unless given.</summary>
    public string? Body { get; init; }

    /// <summary>The size of a generated answer in octets, instead of <see cref="Body"/>.</summary>
    public long? Size { get; init; }

    /// <inheritdoc/>
    public override int ListeningPort => Port ?? (Tls ? 443 : 80);
}

/// <summary>Who signs a server's certificate.</summary>
public enum CertificateIssuer
{
    /// <summary>The lab's own authority, which every host of the lab trusts.</summary>
    Lab,
}

/// <summary>Reads TCP connections to their end and throws the bytes away, keeping their count and hash.</summary>
public sealed record TcpSinkApp : App
{
    /// <summary>How long it lets a connection wait before it begins to read; not at all unless given.</summary>
    public Duration Waits { get; init; }

    /// <summary>Bits per second that it reads at most; zero, unless given: all that comes.</summary>
    public long Rate { get; init; }

    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 9;
}

/// <summary>Listens, and never accepts: connections wait in its queue.</summary>
public sealed record TcpIdleApp : App
{
    /// <summary>How many connections may wait; one more is let in. 128 unless given.</summary>
    public int Backlog { get; init; } = 128;

    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 80;
}

/// <summary>Sends back what a TCP connection brings.</summary>
public sealed record TcpEchoApp : App
{
    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 7;
}

/// <summary>Counts numbered datagrams: received, lost, late, twice.</summary>
public sealed record UdpSinkApp : App
{
    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 9;
}

/// <summary>Sends back every datagram.</summary>
public sealed record UdpEchoApp : App
{
    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 7;
}

/// <summary>Sends a stream of numbered datagrams to whoever asks with one.</summary>
public sealed record UdpStreamApp : App
{
    /// <summary>How many datagrams; 1000 unless given.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>The payload of each in octets; 1200 unless given.</summary>
    public long Size { get; init; } = 1200;

    /// <summary>Bits of payload per second; 2 Mbit/s unless given.</summary>
    public long Rate { get; init; } = 2_000_000;

    /// <inheritdoc/>
    public override int ListeningPort => Port ?? 5004;
}
