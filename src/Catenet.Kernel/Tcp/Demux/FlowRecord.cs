using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>What is kept of a pair of endpoints that has no connection: a half-open request, or TIME-WAIT.</summary>
/// <remarks>
/// There may be very many, of peers that cost nothing to invent: so a record has no timer of its own but a place in a
/// <see cref="RecordTimer"/>, and shares what it knows of our end. What a record costs is measured by a test.
/// </remarks>
internal abstract class FlowRecord(OwnAddress own, ushort localPort, InetAddress remoteAddress, ushort remotePort)
{
    internal readonly OwnAddress Own = own;
    internal readonly InetAddress RemoteAddress = remoteAddress;
    internal FlowRecord? NextInBucket;

    /// <summary>Neighbours in the lane of the timer.</summary>
    internal FlowRecord? Earlier;
    internal FlowRecord? Later;

    /// <summary>When it expires; <see cref="Instant.Never"/> if it does not.</summary>
    internal Instant Deadline = Instant.Never;
    internal readonly ushort LocalPort = localPort;
    internal readonly ushort RemotePort = remotePort;

    /// <summary>The lane of the timer that it stands in.</summary>
    internal byte Lane;

    internal TcpLayer Layer => Own.Layer;

    internal InetAddress LocalAddress => Own.Address;

    internal InetEndpoint LocalEndpoint => new(LocalAddress, LocalPort);

    internal InetEndpoint RemoteEndpoint => new(RemoteAddress, RemotePort);

    /// <summary>Deals with a segment. The packet stays the caller's unless the segment's was taken.</summary>
    internal abstract void Receive(ref Segment s);

    /// <summary>The deadline has come; the record stands in no lane any more.</summary>
    internal abstract void Expire(Instant now);

    protected void Drop(ref Segment s, DropReason reason)
    {
        if (s.Packet is { } packet)
        {
            s.Packet = null;
            Layer.Host.Drop(packet, reason, this);
        }
    }
}
