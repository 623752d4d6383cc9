using System.Buffers.Binary;
using Catenet.Wire.Internet;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>Fragments of an echo request in every order and shape (RFC 791 3.2, RFC 815, RFC 5722, RFC 8200 4.5, RFC 6946, RFC 7112).</summary>
internal static class FragmentStimuli
{
    public static IEnumerable<Stimulus> All => from ipv6 in (bool[])[false, true] from stimulus in Both(ipv6) select stimulus;

    /// <summary>A part of a message of 8 + 72 octets: where it begins, how long it is, whether more follow.</summary>
    private static Stimulus Parts(bool ipv6, string name, params (int Offset, int Length, bool More)[] parts) => new($"{(ipv6 ? "IPv6" : "IPv4")} fragments: {name}", s =>
    {
        byte[] message = Message(s, ipv6, 72);
        foreach (var (offset, length, more) in parts)
        {
            s.Send($"{offset}+{length}{(more ? " and more" : "")}", Fragment(s, ipv6, message, offset, length, more));
        }
    });

    private static IEnumerable<Stimulus> Both(bool ipv6) =>
    [
        Parts(ipv6, "in order", (0, 32, true), (32, 32, true), (64, 16, false)),
        Parts(ipv6, "in reverse", (64, 16, false), (32, 32, true), (0, 32, true)),
        Parts(ipv6, "the middle last", (0, 32, true), (64, 16, false), (32, 32, true)),
        Parts(ipv6, "of 8 octets", (0, 8, true), (8, 8, true), (16, 8, true), (24, 8, true), (32, 48, false)),
        Parts(ipv6, "a duplicate of the first", (0, 32, true), (0, 32, true), (32, 48, false)),
        Parts(ipv6, "a duplicate of the last", (40, 40, false), (40, 40, false), (0, 40, true)),
        Parts(ipv6, "a duplicate in the middle", (0, 32, true), (32, 32, true), (32, 32, true), (64, 16, false)),
        Parts(ipv6, "a part of what came", (0, 40, true), (8, 16, true), (40, 40, false)),
        Parts(ipv6, "an overlap with the one before", (0, 40, true), (32, 48, false)),
        Parts(ipv6, "an overlap with the one behind", (32, 48, false), (0, 40, true)),
        Parts(ipv6, "an overlap over all", (8, 16, true), (0, 80, false)),
        Parts(ipv6, "an overlap, then the whole again", (0, 40, true), (32, 48, false), (0, 40, true), (40, 40, false)),
        Parts(ipv6, "the same beginning, shorter", (0, 40, true), (0, 32, true), (40, 40, false)),
        Parts(ipv6, "the same beginning, longer", (0, 32, true), (0, 40, true), (40, 40, false)),
        Parts(ipv6, "two ends", (40, 40, false), (32, 40, false), (0, 40, true)),
        Parts(ipv6, "a part beyond the end", (32, 16, false), (48, 32, true), (0, 32, true)),
        Parts(ipv6, "an end before what came", (40, 40, true), (0, 32, false), (32, 8, true)),
        Parts(ipv6, "a length that is no multiple of eight", (0, 30, true), (30, 50, false)),
        Parts(ipv6, "an empty one with more to follow", (0, 32, true), (32, 0, true), (32, 48, false)),
        Parts(ipv6, "an empty end", (0, 80, true), (80, 0, false)),
        Parts(ipv6, "a single one that is whole", (0, 80, false)),
        Parts(ipv6, "a first one of 8 octets", (0, 8, true), (8, 72, false)),
        new($"{Family(ipv6)} fragments: of two packets at once", s =>
        {
            byte[] message = Message(s, ipv6, 72), other = Message(s, ipv6, 72, 2);
            s.Send("first of one", Fragment(s, ipv6, message, 0, 40, true, id: 1));
            s.Send("first of another", Fragment(s, ipv6, other, 0, 40, true, id: 2));
            s.Send("rest of another", Fragment(s, ipv6, other, 40, 40, false, id: 2));
            s.Send("rest of one", Fragment(s, ipv6, message, 40, 40, false, id: 1));
        }),
        new($"{Family(ipv6)} fragments: a packet of 40,000 octets", s => Large(s, ipv6, 40_000)),
        new($"{Family(ipv6)} fragments: the largest packet", s => Large(s, ipv6, ipv6 ? 65_535 - 8 : 65_535 - 20 - 8)),
        new($"{Family(ipv6)} fragments: an octet too many", s =>
        {
            byte[] message = Message(s, ipv6, 1392);
            s.Send("the first", Fragment(s, ipv6, message, 0, 1400, true));
            s.Send("beyond the largest packet", Fragment(s, ipv6, message, 0, 1400, false, at: 65_528));
        }),
        new($"{Family(ipv6)} fragments: of a UDP datagram to a closed port", s =>
        {
            byte[] datagram = ipv6 ? s.Craft.Udp6(Network.ClosedPort, Frames.Octets(72)) : s.Craft.Udp4(Network.ClosedPort, Frames.Octets(72));
            s.Send("the first", Fragment(s, ipv6, datagram, 0, 40, true, protocol: 17));
            s.Send("the rest", Fragment(s, ipv6, datagram, 40, 40, false, protocol: 17));
        }),
        new($"{Family(ipv6)} fragments: of a SYN, after its ports", s =>
        {
            var peer = new TcpPeer(s, ipv6);
            peer.Listen();
            byte[] segment = peer.Segment(Catenet.Wire.Transport.TcpFlags.Syn, 0, options: TcpPeer.UsualSynOptions);
            s.Send("the first", Fragment(s, ipv6, segment, 0, 8, true, protocol: 6));
            s.Send("the rest", Fragment(s, ipv6, segment, 8, segment.Length - 8, false, protocol: 6));
        }),
        new($"{Family(ipv6)} fragments: from another station", s =>
        {
            byte[] message = Message(s, ipv6, 72);
            s.Send("the first", Fragment(s, ipv6, message, 0, 40, true));
            s.Send("the rest", Fragment(s, ipv6, message, 40, 40, false, peerMac: 1));
        }),
        new($"{Family(ipv6)} fragments: of a protocol nobody speaks", s =>
        {
            byte[] octets = Frames.Octets(80);
            s.Send("the first", Fragment(s, ipv6, octets, 0, 40, true, protocol: 253));
            s.Send("the rest", Fragment(s, ipv6, octets, 40, 40, false, protocol: 253));
        }),
        new($"{Family(ipv6)} fragments: congestion experienced by one", s =>
        {
            byte[] message = Message(s, ipv6, 72);
            s.Send("the first", Mark(Fragment(s, ipv6, message, 0, 40, true), ipv6, 2));
            s.Send("the rest", Mark(Fragment(s, ipv6, message, 40, 40, false), ipv6, 3));
        }),
        new($"{Family(ipv6)} fragments: ECN of one only", s =>
        {
            byte[] message = Message(s, ipv6, 72);
            s.Send("the first", Mark(Fragment(s, ipv6, message, 0, 40, true), ipv6, 0));
            s.Send("the rest", Mark(Fragment(s, ipv6, message, 40, 40, false), ipv6, 3));
        }),
    ];

    /// <summary>A fragment in its frame.</summary>
    public static byte[] Fragment(Stage s, bool ipv6, byte[] message, int offset, int length, bool more, uint id = 99, byte protocol = 0, int at = -1, int peerMac = 0)
    {
        byte[] part = message[offset..(offset + length)];
        protocol = protocol != 0 ? protocol : ipv6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        int place = at < 0 ? offset : at;
        if (!ipv6)
        {
            return s.Craft.ToHost(s.Craft.IPv4(protocol, part, id: (ushort)id, flagsAndOffset: (ushort)(place / 8 | (more ? IPv4View.MoreFragmentsBit : 0))), peer: peerMac);
        }

        var header = new byte[8];
        header[0] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(place & ~7 | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), id);
        return s.Craft.ToHost(s.Craft.IPv6(IpProtocol.Fragment, [.. header, .. part]), peer: peerMac);
    }

    private static string Family(bool ipv6) => ipv6 ? "IPv6" : "IPv4";

    private static byte[] Message(Stage s, bool ipv6, int data, ushort sequence = 1) => ipv6 ? s.Craft.EchoV6(data, sequence) : Frames.Echo(data, sequence);

    private static void Large(Stage s, bool ipv6, int size)
    {
        byte[] message = Message(s, ipv6, size - 8);
        var frames = new List<byte[]>();
        for (int offset = 0; offset < size; offset += 1400)
        {
            int length = Math.Min(1400, size - offset);
            frames.Add(Fragment(s, ipv6, message, offset, length, offset + length < size));
        }

        s.Send("all fragments", [.. frames]);
    }

    private static byte[] Mark(byte[] frame, bool ipv6, byte ecn)
    {
        if (ipv6)
        {
            frame[15] |= (byte)(ecn << 4);
            return frame;
        }

        byte[] packet = Frames.PatchIPv4(frame[14..], 1, ecn);
        return [.. frame[..14], .. packet];
    }
}
