using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>Puts fragments together (RFC 791 3.2, RFC 815, RFC 8200 4.5); overlapping ones end the packet (RFC 5722), for IPv4 too as Linux has it.</summary>
/// <remarks>Fragments wait 30 s (IPv4) or 60 s (IPv6); above the memory threshold the oldest packets go.</remarks>
public sealed class Reassembler
{
    private readonly Host _host;
    private readonly Dictionary<FragmentKey, FragmentQueue> _queues = [];
    private readonly LinkedList<FragmentQueue> _byAge = new();

    internal Reassembler(Host host) => _host = host;

    /// <summary>How many packets wait for fragments.</summary>
    public int Count => _queues.Count;

    /// <summary>The memory they take, in octets.</summary>
    public int Memory { get; private set; }

    /// <summary>Takes an IPv4 fragment that begins at its header.</summary>
    /// <returns>The whole packet if this was the last one missing.</returns>
    internal PacketBuffer? AddIPv4(PacketBuffer packet, NetDevice device)
    {
        IPv4View.TryParse(packet.Span, packet.Length, out var ip);
        int offset = ip.FragmentOffset;
        bool more = ip.MoreFragments;
        int length = ip.PayloadLength;
        if ((more && (length & 7) != 0) || offset + length + ip.HeaderLength > ushort.MaxValue)
        {
            _host.Drop(packet, DropReason.FragmentInvalid);
            return null;
        }

        var key = new FragmentKey(ip.Source, ip.Destination, ip.Identification, ip.Protocol, 0);
        int header = ip.HeaderLength;
        if (Add(packet, key, header, offset, more, _host.Settings.IPv4FragmentTime) is not { } whole)
        {
            return null;
        }

        whole.Push(whole.Offset - whole.NetworkOffset);
        header = (whole.Span[0] & 0xF) * 4;
        if (whole.Length > ushort.MaxValue)
        {
            _host.Drop(whole, DropReason.FragmentInvalid);
            return null;
        }

        var span = whole.Span[..header];
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)whole.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span[6..], 0);
        IPv4View.UpdateChecksum(span);
        TraceWhole(whole, device);
        return whole;
    }

    /// <summary>Takes an IPv6 fragment that begins at its header and is linear.</summary>
    /// <returns>The whole packet if this was the last one missing.</returns>
    internal PacketBuffer? AddIPv6(PacketBuffer packet, in IPv6Upper upper, NetDevice device)
    {
        IPv6View.TryParse(packet.Span, packet.Length, out var ip);
        int begin = upper.FragmentHeaderOffset + IPv6FragmentView.Size;
        int length = packet.Length - begin;
        if (upper.MoreFragments && (length & 7) != 0)
        {
            // RFC 8200 4.5: pointing to the payload length.
            return Refuse(packet, IcmpV6Code.ErroneousField, 4);
        }

        if (upper.FragmentOffset + length > ushort.MaxValue)
        {
            return Refuse(packet, IcmpV6Code.ErroneousField, (uint)upper.FragmentHeaderOffset + 2);
        }

        if (upper.FragmentOffset == 0 && upper.Offset + LeastHeader(upper.Protocol) > packet.Length)
        {
            // RFC 7112 5: the first fragment has the whole header chain.
            return Refuse(packet, IcmpV6Code.IncompleteHeaderChain, 0);
        }

        var key = new FragmentKey(ip.Source, ip.Destination, upper.FragmentId, 0, ip.Source.IsLinkLocal || ip.Destination.IsLinkLocal ? device.Index : 0);
        if (Add(packet, key, begin, upper.FragmentOffset, upper.MoreFragments, _host.Settings.IPv6FragmentTime) is not { } whole)
        {
            return null;
        }

        RemoveFragmentHeader(whole);
        if (whole.Length - IPv6View.Size > ushort.MaxValue)
        {
            _host.Drop(whole, DropReason.FragmentInvalid);
            return null;
        }

        BinaryPrimitives.WriteUInt16BigEndian(whole.Span[4..], (ushort)(whole.Length - IPv6View.Size));
        TraceWhole(whole, device);
        return whole;
    }

    /// <summary>The fragments of a packet did not all come in time: the sender hears of it if the first one came (RFC 792, RFC 4443 3.3).</summary>
    internal void OnTimeout(FragmentQueue queue)
    {
        if (queue.First is { } first)
        {
            bool ipv4 = queue.Key.Source.IsIPv4;
            first.Push(first.Offset - first.NetworkOffset);
            _host.Icmp.SendError(first, ipv4 ? IcmpType.TimeExceeded : IcmpV6Type.TimeExceeded,
                ipv4 ? IcmpCode.ReassemblyTimeExceeded : IcmpV6Code.ReassemblyTimeExceeded);
        }

        Discard(queue, DropReason.FragmentReassemblyTimeout);
    }

    private PacketBuffer? Add(PacketBuffer packet, FragmentKey key, int header, int offset, bool more, Duration time)
    {
        if (!_queues.TryGetValue(key, out var queue))
        {
            while (Memory > _host.Settings.FragmentHighThreshold && _byAge.First is { } oldest)
            {
                Discard(oldest.Value, DropReason.FragmentMemory);
            }

            queue = new FragmentQueue(this) { Key = key };
            _queues.Add(key, queue);
            queue.Place = _byAge.AddLast(queue);
            _host.Loop.Arm(queue, time);
        }

        int whole = packet.Length;
        var span = packet.Span;
        queue.EcnSeen |= (byte)(1 << ((span[0] >> 4 == 4 ? span[1] : span[1] >> 4) & 3));
        packet.EnsureWritable();
        packet.Pull(header);
        Memory -= queue.Memory;
        var result = queue.Add(packet, offset, more, whole);
        Memory += queue.Memory;
        switch (result)
        {
            case FragmentQueue.Result.Complete:
                return Complete(queue);
            case FragmentQueue.Result.Duplicate:
                _host.Drop(packet, DropReason.FragmentDuplicate, queue);
                break;
            case FragmentQueue.Result.Invalid:
                _host.Drop(packet, DropReason.FragmentInvalid, queue);
                Discard(queue, DropReason.FragmentInvalid);
                break;
        }

        return null;
    }

    private PacketBuffer? Complete(FragmentQueue queue)
    {
        int largest = queue.LargestFragment;
        var ecn = EcnOf(queue.EcnSeen);
        Forget(queue);
        var joined = queue.Join();
        joined.FragmentSize = (ushort)largest;
        if (ecn is null)
        {
            _host.Drop(joined, DropReason.FragmentInvalid, queue);
            return null;
        }

        if (ecn != 0)
        {
            var header = joined.From(joined.NetworkOffset);
            header[1] |= (byte)(header[0] >> 4 == 4 ? ecn.Value : ecn.Value << 4);
        }

        return joined;
    }

    private void Discard(FragmentQueue queue, DropReason reason)
    {
        Forget(queue);
        queue.Discard(_host, reason);
    }

    private void Forget(FragmentQueue queue)
    {
        Memory -= queue.Memory;
        _queues.Remove(queue.Key);
        _byAge.Remove(queue.Place!);
        _host.Loop.Cancel(queue);
    }

    private PacketBuffer? Refuse(PacketBuffer packet, byte code, uint pointer)
    {
        _host.Icmp.SendError(packet, IcmpV6Type.ParameterProblem, code, pointer);
        _host.Drop(packet, DropReason.FragmentInvalid);
        return null;
    }

    private static int LeastHeader(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => 20,
        IpProtocol.Udp or IpProtocol.IcmpV6 => 8,
        _ => 1,
    };

    /// <summary>The ECN field of a packet by those of its fragments (RFC 3168 5.3): congestion that one experienced counts; null if they contradict each other.</summary>
    private static byte? EcnOf(byte seen)
    {
        const byte NotEct = 1, Ce = 8;
        bool mixed = (seen & seen - 1) != 0;
        return !mixed ? (byte)0 : (seen & NotEct) != 0 ? null : (seen & Ce) != 0 ? (byte)3 : (byte)0;
    }

    /// <summary>Moves the headers in front of the fragment header over it.</summary>
    private static void RemoveFragmentHeader(PacketBuffer whole)
    {
        int headers = whole.Offset - whole.NetworkOffset;
        whole.Push(headers);
        var span = whole.Span;
        IPv6Upper.TryWalk(span, out var upper);
        int at = headers - IPv6FragmentView.Size;
        span[upper.FragmentNextHeaderOffset] = span[at];
        span[..at].CopyTo(span[IPv6FragmentView.Size..]);
        whole.Pull(IPv6FragmentView.Size);
        whole.MarkNetworkHeader();
        whole.LinkOffset = -1;
    }

    private void TraceWhole(PacketBuffer whole, NetDevice device)
    {
        if (_host.Loop.Tracer.Enabled)
        {
            _host.Trace(TraceKind.Reassemble, whole, device, null, null, whole.Length);
        }
    }
}
