using System.Buffers.Binary;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Offload;

/// <summary>Puts TCP segments that came one right after another together to a super-packet, so that the layers above see one instead of many (Linux's GRO).</summary>
/// <remarks>
/// Only what can be cut again to the same packets is put together: same headers but for the sequence number, no gap, all
/// but the last of one size. What is held is handed over when something else of its flow comes, and after each poll.
/// </remarks>
/// <param name="deliver">Takes frames, from their Ethernet header on.</param>
internal sealed class ReceiveCoalescer(Action<PacketBuffer> deliver)
{
    /// <summary>How many flows are held at a time; the oldest gives way.</summary>
    private const int MaxFlows = 8;

    private readonly Held[] _held = new Held[MaxFlows];
    private int _count;

    private struct Held
    {
        public PacketBuffer Packet;
        public Candidate First;
        public uint Next;
        public int Segments;
    }

    /// <summary>Takes a frame: holds it, adds it to one that is held, or hands it over.</summary>
    /// <returns>The octets of headers that putting it together has saved; zero if it was not.</returns>
    public int Take(PacketBuffer frame)
    {
        bool isTcp = Candidate.TryRead(frame, out var candidate);
        int at = isTcp ? Find(frame, in candidate) : -1;
        if (at >= 0 && TryAdd(ref _held[at], frame, in candidate))
        {
            if (candidate.EndsRun || candidate.Length < _held[at].First.Length)
            {
                Deliver(at);
            }

            return candidate.Headers;
        }

        if (at >= 0)
        {
            Deliver(at);
        }

        if (isTcp && candidate.IsPlain && !candidate.EndsRun)
        {
            Hold(frame, in candidate);
        }
        else
        {
            deliver(frame);
        }

        return 0;
    }

    /// <summary>Hands over all that is held, the oldest first.</summary>
    public void Flush()
    {
        while (_count > 0)
        {
            Deliver(0);
        }
    }

    /// <summary>Takes out what is held, as it came and was put together, to be dropped.</summary>
    public bool TryRemove([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PacketBuffer? packet)
    {
        packet = _count > 0 ? Remove(0).Packet : null;
        return packet is not null;
    }

    private int Find(PacketBuffer frame, in Candidate candidate)
    {
        for (int i = 0; i < _count; i++)
        {
            if (candidate.IsSameFlow(frame.Span, _held[i].Packet.Span, in _held[i].First))
            {
                return i;
            }
        }

        return -1;
    }

    private void Hold(PacketBuffer frame, in Candidate candidate)
    {
        if (_count == MaxFlows)
        {
            Deliver(0);
        }

        _held[_count++] = new Held { Packet = frame, First = candidate, Next = candidate.Sequence + (uint)candidate.Length, Segments = 1 };
    }

    private static bool TryAdd(ref Held held, PacketBuffer frame, in Candidate candidate)
    {
        if (!candidate.IsPlain || candidate.Sequence != held.Next || candidate.Length > held.First.Length ||
            held.Packet.Length + candidate.Length > ushort.MaxValue ||
            !candidate.Continues(frame.Span, held.Packet.Span, in held.First, held.Segments))
        {
            return false;
        }

        held.Packet.AppendPart(frame, candidate.Headers, candidate.Length);
        held.Next += (uint)candidate.Length;
        held.Segments++;
        held.First.Flags |= candidate.Flags;
        frame.Release();
        return true;
    }

    private Held Remove(int at)
    {
        var held = _held[at];
        _count--;
        Array.Copy(_held, at + 1, _held, at, _count - at);
        _held[_count] = default;
        return held;
    }

    private void Deliver(int at)
    {
        var held = Remove(at);
        var packet = held.Packet;
        if (held.Segments == 1)
        {
            packet.Checksum = ChecksumState.Unnecessary;
        }
        else
        {
            packet.EnsureWritable();
            var ip = packet.Span[EthernetView.Size..];
            if (ip[0] >> 4 == 4)
            {
                BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(packet.Length - EthernetView.Size));
                IPv4View.UpdateChecksum(ip);
            }
            else
            {
                IPv6View.SetPayloadLength(ip, packet.Length - EthernetView.Size - IPv6View.Size);
            }

            packet.Span[held.First.Transport + 13] = (byte)held.First.Flags;
            packet.GsoSize = (ushort)held.First.Length;
            PartialChecksum.Restart(packet, new TransportPlace(EthernetView.Size, held.First.Transport, IpProtocol.Tcp));
        }

        deliver(packet);
    }

    /// <summary>What is read of a TCP segment, positions counted from the Ethernet header.</summary>
    private struct Candidate
    {
        public int Transport;
        public int Headers;
        public int Length;
        public uint Sequence;
        public TcpFlags Flags;

        /// <summary>Whether it is data that may be put together with other data: intact, with no flag that means more.</summary>
        public bool IsPlain;

        public readonly bool EndsRun => (Flags & (TcpFlags.Psh | TcpFlags.Fin)) != 0;

        /// <summary>Reads a TCP segment of either family without IP options or extension headers; false if it is anything else.</summary>
        public static bool TryRead(PacketBuffer frame, out Candidate candidate)
        {
            candidate = default;
            if (frame.GsoSize != 0 || !frame.EnsureLinear(EthernetView.Size + IPv4View.MinSize + TcpView.MinSize) || !TransportPlace.TryFind(frame, out var place) ||
                place.Protocol != IpProtocol.Tcp)
            {
                return false;
            }

            var span = frame.Span;
            var ip = span[EthernetView.Size..];
            bool ipv4 = ip[0] >> 4 == 4;
            int network = ipv4 ? IPv4View.MinSize : IPv6View.Size;
            if (BinaryPrimitives.ReadUInt16BigEndian(span[12..]) != (ipv4 ? EtherType.IPv4 : EtherType.IPv6) || place.Transport != EthernetView.Size + network)
            {
                return false;
            }

            candidate.Transport = place.Transport;
            candidate.Headers = place.Transport + TransportPlace.TcpHeaderLength(frame, place.Transport);
            candidate.Sequence = BinaryPrimitives.ReadUInt32BigEndian(span[(place.Transport + 4)..]);
            candidate.Flags = (TcpFlags)span[place.Transport + 13];
            int total = EthernetView.Size + (ipv4 ? BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) : IPv6View.Size + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]));
            candidate.Length = total - candidate.Headers;
            candidate.IsPlain = (candidate.Flags & ~(TcpFlags.Psh | TcpFlags.Fin)) == TcpFlags.Ack && (span[place.Transport + 12] & 1) == 0 &&
                candidate.Length >= TcpSegmenter.LeastSize && total <= frame.Length && IsIntact(frame, total, in place);
            return true;
        }

        /// <summary>Whether both are of one connection and direction.</summary>
        public readonly bool IsSameFlow(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, in Candidate first)
        {
            int addresses = Transport - (Transport == EthernetView.Size + IPv4View.MinSize ? 8 : 32);
            return Transport == first.Transport && frame[addresses..(Transport + 4)].SequenceEqual(held[addresses..(Transport + 4)]);
        }

        /// <summary>Whether nothing differs but what cutting a super-packet sets anew: lengths, identification, sequence number, flags of the end, checksums.</summary>
        public readonly bool Continues(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, in Candidate first, int index)
        {
            const int Ip = EthernetView.Size;
            int tcp = Transport;
            if (Headers != first.Headers || !frame[..Ip].SequenceEqual(held[..Ip]) ||
                !frame[(tcp + 8)..(tcp + 13)].SequenceEqual(held[(tcp + 8)..(tcp + 13)]) || // acknowledgment, header length
                !frame[(tcp + 14)..(tcp + 16)].SequenceEqual(held[(tcp + 14)..(tcp + 16)]) || // window
                !frame[(tcp + 18)..Headers].SequenceEqual(held[(tcp + 18)..Headers])) // urgent pointer, options
            {
                return false;
            }

            if (tcp == Ip + IPv6View.Size)
            {
                return frame[Ip..(Ip + 4)].SequenceEqual(held[Ip..(Ip + 4)]) && frame[Ip + 7] == held[Ip + 7];
            }

            // Where packets may not be cut the identification means nothing (RFC 6864 4.1).
            bool counts = (frame[Ip + 6] & 0x40) != 0 ||
                (ushort)(BinaryPrimitives.ReadUInt16BigEndian(held[(Ip + 4)..]) + index) == BinaryPrimitives.ReadUInt16BigEndian(frame[(Ip + 4)..]);
            return counts && frame[Ip + 1] == held[Ip + 1] && frame[Ip + 6] == held[Ip + 6] && frame[Ip + 8] == held[Ip + 8];
        }

        private static bool IsIntact(PacketBuffer frame, int total, in TransportPlace place)
        {
            frame.TrimTo(total);
            var ip = frame.Span[EthernetView.Size..];
            bool ipv4 = ip[0] >> 4 == 4;
            if (ipv4 && !InternetChecksum.Verify(ip[..IPv4View.MinSize]))
            {
                return false;
            }

            if (frame.Checksum != ChecksumState.None)
            {
                return true;
            }

            var source = ipv4 ? InetAddress.ReadIPv4(ip[12..]) : InetAddress.ReadIPv6(ip[8..]);
            var destination = ipv4 ? InetAddress.ReadIPv4(ip[16..]) : InetAddress.ReadIPv6(ip[24..]);
            return InternetChecksum.IsValid(frame.Sum(place.Transport, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, total - place.Transport)));
        }
    }
}
