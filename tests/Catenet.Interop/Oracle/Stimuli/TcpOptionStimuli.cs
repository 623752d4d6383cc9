using System.Buffers.Binary;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>TCP options, odd headers, and what timestamps and selective acknowledgments do to a connection (RFC 9293 3.1, 3.2, RFC 7323, RFC 2018, RFC 2883).</summary>
internal static class TcpOptionStimuli
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst, Psh = TcpFlags.Psh;

    private static readonly byte[] s_sack = [2, 4, 5, 180, 1, 1, 4, 2];

    public static IEnumerable<Stimulus> All => [.. Handshakes, .. Headers, .. Clocks, .. Selective];

    private static IEnumerable<Stimulus> Handshakes =>
    [
        .. Offers.Select(o => new Stimulus("TCP option in a SYN: " + o.Name, s =>
        {
            var peer = new TcpPeer(s);
            peer.Listen();
            peer.Send(Syn, 0, options: o.Options, title: "SYN");
            peer.Send(Ack, 1, 1, title: "ACK");
            s.Do("accept", () => peer.Listener!.Accept()?.State ?? "none");
        })),
        .. Offers.Select(o => new Stimulus("TCP option in a SYN-ACK: " + o.Name, s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            peer.Send(Syn | Ack, 0, 1, options: o.Options, title: "SYN-ACK");
            peer.NoteState();
            s.Do("send", () => peer.Socket!.Send(Frames.Octets(o.Name is "MSS 1" or "MSS 48" ? 140 : 1600)));
        })),
        .. ((string Name, int Timestamps, int Sack, int Scaling)[])[("timestamps off", 0, 1, 1), ("SACK off", 1, 0, 1), ("window scaling off", 1, 1, 0), ("all off", 0, 0, 0)] is var knobs
            ? knobs.SelectMany(k => (Stimulus[])
            [
                new($"TCP with {k.Name}: answers a SYN", s =>
                {
                    Set(s, k.Timestamps, k.Sack, k.Scaling);
                    var peer = new TcpPeer(s);
                    peer.Listen();
                    peer.Send(Syn, 0, options: TcpPeer.UsualSynOptions, title: "SYN");
                }),
                new($"TCP with {k.Name}: sends a SYN", s =>
                {
                    Set(s, k.Timestamps, k.Sack, k.Scaling);
                    new TcpPeer(s).AwaitSyn();
                }),
            ])
            : [],
        new("TCP over IPv6: usual options in a SYN", s => { var peer = new TcpPeer(s, ipv6: true); peer.Listen(); peer.Send(Syn, 0, options: TcpPeer.UsualSynOptions, title: "SYN"); }),
        new("TCP over IPv6: sends a SYN", s => new TcpPeer(s, ipv6: true).AwaitSyn()),
        new("TCP over IPv6: to a closed port", s => new TcpPeer(s, ipv6: true).Send(Syn, 0, title: "SYN")),
        new("TCP: a SYN with window 0", s => { var peer = new TcpPeer(s); peer.Listen(); peer.Send(Syn, 0, window: 0, options: TcpPeer.MssOnly, title: "SYN"); }),
        new("TCP: a SYN with data, then its ACK", s =>
        {
            var peer = new TcpPeer(s);
            peer.Listen();
            peer.Send(Syn, 0, data: "early", options: TcpPeer.MssOnly, title: "SYN");
            peer.Send(Ack, 1, 1, title: "ACK");
            s.Do("receive", () => peer.Listener!.Accept()?.Receive() ?? "none");
        }),
        new("TCP: a SYN to a broadcast address", s => { var peer = new TcpPeer(s); peer.Listen(); s.Send("SYN", s.Craft.ToHost(s.Craft.IPv4(6,
            Frames.Tcp(peer.Address, InetAddress.Parse("10.1.255.255"), 5000, 7000, Syn, 1, 0, 100), destination: InetAddress.Parse("10.1.255.255")), to: MacAddress.Broadcast)); }),
        new("TCP: a SYN in a broadcast frame", s => { var peer = new TcpPeer(s); peer.Listen(); s.Send("SYN", s.Craft.ToHost(peer.Packet(peer.Segment(Syn, 0)), to: MacAddress.Broadcast)); }),
        new("TCP: the backlog is full", s =>
        {
            var listener = s.Listen(backlog: 0);
            for (ushort i = 0; i < 3; i++)
            {
                var peer = new TcpPeer(s) { Port = (ushort)(Network.PeerPort + i) };
                peer.Send(Syn, 0, options: TcpPeer.MssOnly, title: "SYN");
                peer.Send(Ack, 1, 1, title: "ACK");
            }

            s.Do("accept", () => listener.Accept()?.State ?? "none");
            s.Do("accept", () => listener.Accept()?.State ?? "none");
        }),
    ];

    private static IEnumerable<(string Name, byte[] Options)> Offers =>
    [
        ("none", []), ("usual ones", TcpPeer.UsualSynOptions), ("MSS 0", [2, 4, 0, 0]), ("MSS 1", [2, 4, 0, 1]), ("MSS 48", [2, 4, 0, 48]), ("MSS 536", [2, 4, 2, 24]), ("MSS 65535", [2, 4, 255, 255]),
        ("MSS of length 3", [2, 3, 5, 1]), ("MSS twice", [2, 4, 2, 24, 2, 4, 5, 180]), ("SACK permitted", s_sack), ("SACK permitted of length 3", [4, 3, 1, 1]),
        ("window scale 0", [2, 4, 5, 180, 3, 3, 0, 1]), ("window scale 14", [2, 4, 5, 180, 3, 3, 14, 1]), ("window scale 15", [2, 4, 5, 180, 3, 3, 15, 1]), ("window scale of length 4", [3, 4, 7, 1]),
        ("timestamp zero", [8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]), ("timestamps of length 8", [8, 8, 0, 0, 0, 1, 0, 0]), ("timestamps and SACK permitted", [4, 2, 8, 10, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("an unknown option", [99, 4, 1, 2, 2, 4, 5, 180]), ("an unknown option of length 0", [99, 0, 1, 1, 2, 4, 5, 180]), ("an unknown option of length 1", [99, 1, 1, 1, 2, 4, 5, 180]),
        ("an unknown option beyond the header", [2, 4, 5, 180, 99, 20, 1, 1]), ("end of list before the rest", [0, 0, 0, 0, 2, 4, 5, 180]), ("no operations only", [1, 1, 1, 1]),
        ("forty octets", [2, 4, 5, 180, .. Enumerable.Repeat((byte)1, 36)]), ("SACK blocks", [5, 10, 0, 0, 0, 1, 0, 0, 0, 9, 1, 1]), ("user timeout", [28, 4, 0, 10]), ("an experiment", [254, 4, 1, 2]),
    ];

    private static IEnumerable<Stimulus> Headers =>
    [
        Odd("a data offset of 4", seg => { seg[12] = 0x40; return seg; }),
        Odd("a data offset beyond the segment", seg => { seg[12] = 0xF0; return seg; }),
        Odd("19 octets", seg => seg[..19]),
        Odd("reserved bits set", seg => { seg[12] |= 0x0E; return seg; }),
        Odd("a wrong checksum", seg => seg, sum: false),
        Odd("source port 0", seg => { seg[0] = seg[1] = 0; return seg; }),
        Odd("destination port 0", seg => { seg[2] = seg[3] = 0; return seg; }),
        Odd("an urgent pointer without URG", seg => { seg[18] = 9; return seg; }),
        Odd("a window of 0", seg => { seg[14] = seg[15] = 0; return seg; }),
    ];

    private static IEnumerable<Stimulus> Clocks =>
    [
        Clocked("an ACK with an older clock", (s, p) => { p.Clock -= 5; p.Send(Ack, 1, 1); }),
        Clocked("an ACK with a much older clock", (s, p) => { p.Clock -= 5_000_000; p.Send(Ack, 1, 1); }),
        Clocked("an ACK with a much newer clock", (s, p) => { p.Clock += 5_000_000; p.Send(Ack, 1, 1); p.Send(Ack | Psh, 1, 1, "data"); }),
        Clocked("data with an older clock", (s, p) => { p.Clock -= 5; p.Send(Ack | Psh, 1, 1, "data"); }),
        Clocked("data with the same clock", (s, p) => { p.Send(Ack | Psh, 1, 1, "data"); p.Send(Ack | Psh, 5, 1, "more"); }),
        Clocked("data with a newer clock, then an older one", (s, p) => { p.Clock += 10; p.Send(Ack | Psh, 1, 1, "data"); p.Clock -= 5; p.Send(Ack | Psh, 5, 1, "more"); }),
        Clocked("data without timestamps", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: [])),
        Clocked("a FIN with an older clock", (s, p) => { p.Clock -= 5; p.Send(Fin | Ack, 1, 1); }),
        Clocked("a RST with an older clock", (s, p) => { p.Clock -= 5; p.Send(Rst, 1); }),
        Clocked("a RST without timestamps", (s, p) => p.Send(Rst, 1, options: [])),
        Clocked("a SYN with an older clock", (s, p) => { p.Clock -= 5; p.Send(Syn, 1); }),
        Clocked("data ahead of a gap with a newer clock", (s, p) => { p.Clock += 5; p.Send(Ack | Psh, 11, 1, "data"); p.Clock += 5; p.Send(Ack | Psh, 1, 1, "0123456789"); }),
        Clocked("an echo of what the host never sent", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: Stamp(p.Clock, s.HostTimestamp + 100_000))),
        Clocked("an echo of zero", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: Stamp(p.Clock, 0))),
        Clocked("two timestamps", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: [.. Stamp(p.Clock, s.HostTimestamp), .. Stamp(p.Clock - 100, s.HostTimestamp)])),
        Clocked("a timestamps option of length 8", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: [8, 8, 0, 0, 0, 1, 0, 0])),
        Clocked("timestamps in another place", (s, p) => p.Send(Ack | Psh, 1, 1, "data", options: [.. Stamp(p.Clock, s.HostTimestamp)[2..], 1, 1])),
        new("TCP timestamps: a SYN-ACK that echoes what was never sent", s =>
        {
            var peer = new TcpPeer(s);
            peer.AwaitSyn();
            peer.Send(Syn | Ack, 0, 1, options: [2, 4, 5, 180, .. Stamp(65536, s.HostTimestamp + 100_000)], title: "SYN-ACK");
            peer.NoteState();
        }),
        new("TCP timestamps: data with timestamps that were not agreed on", s =>
        {
            var peer = new TcpPeer(s);
            peer.Establish();
            peer.Send(Ack | Psh, 1, 1, "data", options: Stamp(5, 5));
        }),
        new("TCP timestamps: TIME-WAIT, a SYN with a newer clock", s => AfterTimeWait(s, +1000, 1)),
        new("TCP timestamps: TIME-WAIT, a SYN with an older clock", s => AfterTimeWait(s, -1000, 1)),
        new("TCP timestamps: TIME-WAIT, a SYN with a newer clock and an older number", s => AfterTimeWait(s, +1000, -5000)),
    ];

    private static IEnumerable<Stimulus> Selective =>
    [
        Sacked("one gap", (s, p) => { p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 1, 1, new string('x', 100)); }),
        Sacked("two gaps", (s, p) => { p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 201, 1, "bbbb"); p.Send(Ack, 1, 1, new string('x', 100)); }),
        Sacked("five gaps", (s, p) => { for (int i = 1; i <= 5; i++) { p.Send(Ack, 1 + 100 * i, 1, "aaaa"); } }),
        Sacked("runs that meet", (s, p) => { p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 109, 1, "cccc"); p.Send(Ack, 105, 1, "bbbb"); }),
        Sacked("runs that overlap", (s, p) => { p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 103, 1, "bbbb"); }),
        Sacked("a duplicate below", (s, p) => { p.Send(Ack | Psh, 1, 1, "aaaa"); p.Send(Ack | Psh, 1, 1, "aaaa"); }),
        Sacked("a part of a duplicate below", (s, p) => { p.Send(Ack | Psh, 1, 1, "aaaa"); p.Send(Ack | Psh, 3, 1, "aabb"); }),
        Sacked("a duplicate above", (s, p) => { p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 101, 1, "aaaa"); }),
        Sacked("a FIN ahead of a gap", (s, p) => { p.Send(Fin | Ack, 101, 1, "aaaa"); p.Send(Ack, 1, 1, new string('x', 100)); }),
        Sacked("data beyond the window", (s, p) => p.Send(Ack, 100_000_001, 1, "aaaa")),
        Sacked("data across the window's end", (s, p) => { p.Send(Ack, 64_239, 1, "aaaaaaaa"); }),
        new("TCP SACK: one gap, not agreed on", s => { var p = new TcpPeer(s); p.Establish(); p.Send(Ack, 101, 1, "aaaa"); p.Send(Ack, 1, 1, new string('x', 100)); }),
    ];

    private static void Set(Stage s, int timestamps, int sack, int scaling)
    {
        s.Set("net.ipv4.tcp_timestamps", timestamps);
        s.Set("net.ipv4.tcp_sack", sack);
        s.Set("net.ipv4.tcp_window_scaling", scaling);
    }

    private static byte[] Stamp(uint value, uint echo)
    {
        byte[] options = [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(4), value);
        BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(8), echo);
        return options;
    }

    private static Stimulus Odd(string name, Func<byte[], byte[]> change, bool sum = true) => new("TCP header: " + name, s =>
    {
        var peer = new TcpPeer(s);
        peer.Listen();
        byte[] segment = change(peer.Segment(Syn, 0, options: TcpPeer.MssOnly));
        if (sum && segment.Length >= 20)
        {
            segment = Frames.SumTcp(segment, peer.Address, peer.Host);
        }
        else if (!sum)
        {
            segment[16] ^= 0x55;
        }

        s.Send("SYN", s.Craft.ToHost(peer.Packet(segment)));
    });

    private static Stimulus Clocked(string name, Action<Stage, TcpPeer> act) => new("TCP timestamps: " + name, s =>
    {
        var peer = new TcpPeer(s) { Timestamps = true };
        peer.Establish();
        act(s, peer);
        peer.NoteState();
        s.Do("receive", peer.Socket!.Receive);
    });

    private static Stimulus Sacked(string name, Action<Stage, TcpPeer> act) => new("TCP SACK: " + name, s =>
    {
        var peer = new TcpPeer(s);
        peer.Establish(s_sack);
        act(s, peer);
        s.Do("receive", peer.Socket!.Receive);
    });

    private static void AfterTimeWait(Stage s, int clock, int number)
    {
        var peer = new TcpPeer(s) { Timestamps = true };
        peer.Establish();
        s.Do("shutdown", peer.Socket!.ShutdownSend);
        peer.Send(Ack, 1, 2, title: "ACK of the host's FIN");
        peer.Send(Fin | Ack, 1, 2, title: "the peer's FIN");
        peer.Clock = (uint)(peer.Clock + clock);
        byte[] options = [2, 4, 5, 180, .. Stamp(peer.Clock, 0)];
        peer.Send(Syn, 2 + number, options: options, title: "SYN");
    }
}
