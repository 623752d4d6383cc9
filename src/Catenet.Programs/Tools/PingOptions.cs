using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Programs.Tools;

/// <summary>Ping's options, with its letters and defaults.</summary>
public sealed class PingOptions
{
    /// <summary><c>-c</c>: how many requests are sent.</summary>
    public int Count { get; init; } = 4;

    /// <summary><c>-i</c>: time between requests.</summary>
    public Duration Interval { get; init; } = Duration.FromSeconds(1);

    /// <summary><c>-W</c>: how long to wait for the last reply.</summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(10);

    /// <summary><c>-s</c>: octets of data behind the ICMP header, up to 65507.</summary>
    public int Size { get; init; } = 56;

    /// <summary><c>-t</c>: the TTL of the requests; 0 for the host's default.</summary>
    public byte Ttl { get; init; }

    /// <summary><c>-M do</c>: whether requests may not be fragmented.</summary>
    public bool DontFragment { get; init; }

    /// <summary><c>-4</c> or <c>-6</c>; unspecified: by the name.</summary>
    public AddressFamily Family { get; init; } = AddressFamily.Unspecified;
}
