using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>TCP-AO on one connection, or on the request that may become one (RFC 5925 4.2): its keys, and where both streams are.</summary>
internal sealed class AoAuthentication : SegmentAuthentication
{
    private readonly InetEndpoint _local;
    private readonly InetEndpoint _peer;
    private readonly SeqNumber _localIsn;
    private readonly List<(TcpAoKey Key, TrafficKey Send, TrafficKey Receive)> _traffic = [];
    private SeqNumber _peerIsn;
    private bool _knowsPeer;
    private ExtendedSequence _sent;
    private ExtendedSequence _received;

    /// <param name="local">Our end of the connection.</param>
    /// <param name="peer">The peer's end.</param>
    /// <param name="chain">The keys.</param>
    /// <param name="localIsn">Our initial sequence number.</param>
    /// <param name="current">What segments are signed with to begin with.</param>
    /// <param name="next">What the peer is to sign with.</param>
    public AoAuthentication(InetEndpoint local, InetEndpoint peer, TcpKeyChain chain, SeqNumber localIsn, TcpAoKey current, TcpAoKey next)
    {
        _local = local;
        _peer = peer;
        _localIsn = localIsn;
        _sent = new ExtendedSequence(localIsn);
        Chain = chain;
        Current = current;
        Next = next;
    }

    /// <summary>The keys.</summary>
    public TcpKeyChain Chain { get; }

    /// <summary>The current key (RFC 5925 4.2 Current_key): signs what is sent.</summary>
    public TcpAoKey Current { get; set; }

    /// <summary>The key that the peer is asked to sign with (Rnext_key).</summary>
    public TcpAoKey Next { get; set; }

    public long Good { get; private set; }

    public long Bad { get; set; }

    public long KeyNotFound { get; set; }

    public long Unsigned { get; set; }

    public long IgnoredIcmp { get; set; }

    public override int OptionSize => TcpOptionsWriter.AuthenticationSize(Current.MacLength);

    public override void AddOption(ref TcpOptionsWriter options) =>
        options.AddAuthentication(Current.SendId, Next.ReceiveId, Current.MacLength);

    public override void Sign(DigestInput input, in SegmentImage segment)
    {
        bool opens = (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (opens || !_knowsPeer)
        {
            // The peer's number is not known yet: zero stands for it (RFC 5925 5.2).
            var traffic = AoKeyDerivation.Derive(Current, segment.Source, segment.Destination, segment.Ports, _localIsn, default);
            AoSignature.Sign(input, in segment, Current, traffic, 0);
            return;
        }

        var seq = segment.Sequence;
        AoSignature.Sign(input, in segment, Current, TrafficOf(Current).Send, _sent.ExtensionOf(seq));
        _sent.Advance(seq);
    }

    public override void OnPeerSyn(SeqNumber irs)
    {
        if (!_knowsPeer || irs != _peerIsn)
        {
            _peerIsn = irs;
            _knowsPeer = true;
            _received = new ExtendedSequence(irs);
            _traffic.Clear();
        }
    }

    /// <summary>Verifies a segment of the peer's; a valid one may ask for another key (RFC 5925 7.4).</summary>
    /// <returns>Why it must be dropped, or NotDropped.</returns>
    public DropReason Verify(DigestInput input, in SegmentImage segment, in Segment s)
    {
        var option = segment.Find(TcpOptionKind.Authentication);
        byte keyId = option[0], wanted = option[1];
        var key = Next.ReceiveId == keyId ? Next : Chain.FindAo(_peer.Address, receiveId: keyId);
        if (key is null)
        {
            KeyNotFound++;
            return DropReason.TcpAoKeyNotFound;
        }

        bool opens = s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Ack);
        bool valid;
        if (opens || !_knowsPeer)
        {
            var isn = s.Has(TcpFlags.Syn | TcpFlags.Rst) ? s.Seq : _peerIsn;
            var traffic = AoKeyDerivation.Derive(key, segment.Source, segment.Destination, segment.Ports, isn, opens ? default : _localIsn);
            valid = AoSignature.Verify(input, in segment, key, traffic, 0);
        }
        else
        {
            valid = AoSignature.Verify(input, in segment, key, TrafficOf(key).Receive, _received.ExtensionOf(s.Seq));
        }

        if (!valid)
        {
            Bad++;
            return DropReason.TcpAoFailure;
        }

        Good++;
        if (_knowsPeer && !opens)
        {
            _received.Advance(s.Seq);
            if (wanted != Current.SendId && Chain.FindAo(_peer.Address, sendId: wanted) is { } other)
            {
                Current = other;
            }
        }

        return DropReason.NotDropped;
    }

    private (TcpAoKey Key, TrafficKey Send, TrafficKey Receive) TrafficOf(TcpAoKey key)
    {
        foreach (var known in _traffic)
        {
            if (known.Key == key)
            {
                return known;
            }
        }

        Span<byte> ports = stackalloc byte[4];
        WritePorts(ports, _local.Port, _peer.Port);
        var send = AoKeyDerivation.Derive(key, _local.Address, _peer.Address, ports, _localIsn, _peerIsn);
        WritePorts(ports, _peer.Port, _local.Port);
        var receive = AoKeyDerivation.Derive(key, _peer.Address, _local.Address, ports, _peerIsn, _localIsn);
        _traffic.Add((key, send, receive));
        return (key, send, receive);
    }

    private static void WritePorts(Span<byte> ports, ushort first, ushort second) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(ports, (uint)first << 16 | second);
}
