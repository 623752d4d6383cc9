namespace Catenet.Lab.Journeys;

/// <summary>What a packet's trip is for.</summary>
public enum TripKind
{
    /// <summary>ARP, neighbour or router discovery: link addresses.</summary>
    Neighbours,

    /// <summary>DNS: names.</summary>
    Names,

    /// <summary>TCP's handshake.</summary>
    Connect,

    /// <summary>TLS's handshake.</summary>
    Secure,

    /// <summary>What the programs say to one another.</summary>
    Talk,

    /// <summary>TCP's end.</summary>
    Close,

    /// <summary>A bare acknowledgment: it belongs to what is going on.</summary>
    Acknowledge,

    /// <summary>An ICMP error.</summary>
    Error,
}
