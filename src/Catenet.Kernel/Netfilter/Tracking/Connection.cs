using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Netfilter;

/// <summary>A tracked connection: a TCP connection, or packets to and fro that belong together.</summary>
/// <remarks>
/// It is its own expiry timer, which every packet pushes back at the cost of a store. Until its first packet has left
/// the host it is not in the table (<see cref="IsConfirmed"/>), so that what a filter refuses leaves no trace.
/// </remarks>
public sealed class Connection : LoopTimer
{
    internal Connection? OlderUnassured;
    internal Connection? NewerUnassured;
    internal TcpTracking Tcp;
    internal Instant StreamSince;
    internal Duration Timeout;
    internal NatMapping? Mapping;
    private RelatedTracking? _relatedOriginal;
    private RelatedTracking? _relatedReply;

    internal Connection(ConnectionTracker tracker, in ConnectionTuple tuple, long serial)
    {
        Tracker = tracker;
        Serial = serial;
        Original = new FlowDirection(tracker, this, tuple, isReply: false);
        Reply = new FlowDirection(tracker, this, tuple.Inverse(), isReply: true);
    }

    /// <summary>The direction of the packet that began it.</summary>
    public FlowDirection Original { get; }

    /// <summary>The direction of the answers, as they come in: translated addresses are those seen outside.</summary>
    public FlowDirection Reply { get; }

    /// <summary>Counts connections: later ones have greater numbers.</summary>
    public long Serial { get; }

    /// <summary>The transport protocol.</summary>
    public byte Protocol => Original.Key.Protocol;

    /// <summary>The state of a TCP connection as seen from between; <see cref="TcpTrackingState.None"/> for other protocols.</summary>
    public TcpTrackingState TcpState => Tcp.State;

    /// <summary>Whether a packet came the other way.</summary>
    public bool SeenReply { get; internal set; }

    /// <summary>Whether it has proved to be real, and is not evicted when the table is full.</summary>
    public bool IsAssured { get; internal set; }

    /// <summary>Whether it is, or was, in the table.</summary>
    public bool IsConfirmed { get; internal set; }

    /// <summary>Whether it has left the table.</summary>
    public bool IsDead { get; internal set; }

    /// <summary>Whether the sender's address or port is translated.</summary>
    public bool HasSourceNat { get; internal set; }

    /// <summary>Whether the destination's address or port is translated.</summary>
    public bool HasDestinationNat { get; internal set; }

    /// <summary>A mark that rules set and match (Linux's connmark).</summary>
    public uint Mark { get; set; }

    internal ConnectionTracker Tracker { get; }

    internal bool SourceNatDone { get; set; }

    internal bool DestinationNatDone { get; set; }

    internal FlowDirection Direction(bool reply) => reply ? Reply : Original;

    /// <summary>The note for an ICMP error about this connection; made at the first.</summary>
    internal RelatedTracking Related(bool reply) => reply
        ? _relatedReply ??= new RelatedTracking(Tracker, this, true)
        : _relatedOriginal ??= new RelatedTracking(Tracker, this, false);

    /// <inheritdoc/>
    protected override void Fire(Instant now) => Tracker.Destroy(this);

    /// <summary>Prints the line that <c>conntrack -L</c> prints.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        long seconds = IsArmed ? Math.Max(0, (Deadline - Tracker.Now).Nanoseconds) / 1_000_000_000 : (long)Timeout.TotalSeconds;
        text.Append(CultureInfo.InvariantCulture, $"{ProtocolName(),-8} {Protocol} {seconds} ");
        if (Protocol == IpProtocol.Tcp)
        {
            text.Append(TcpTracking.NameOf(Tcp.State)).Append(' ');
        }

        text.Append(Original.Key);
        text.Append(SeenReply ? " " : " [UNREPLIED] ").Append(Reply.Key);
        text.Append(IsAssured ? " [ASSURED]" : "");
        text.Append(CultureInfo.InvariantCulture, $" mark={Mark}");
        return text.ToString();
    }

    private string ProtocolName() => Protocol switch
    {
        IpProtocol.Tcp => "tcp",
        IpProtocol.Udp => "udp",
        IpProtocol.Icmp => "icmp",
        IpProtocol.IcmpV6 => "icmpv6",
        IpProtocol.Gre => "gre",
        _ => "unknown",
    };
}
