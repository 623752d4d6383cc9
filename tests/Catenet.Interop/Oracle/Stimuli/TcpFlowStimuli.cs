using Catenet.Interop.Oracle.Subjects;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>What a host sends by itself: data, retransmissions, probes, and how it closes (RFC 9293 3.8, 3.9, RFC 5681, RFC 6298).</summary>
internal static class TcpFlowStimuli
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst, Psh = TcpFlags.Psh;

    public static IEnumerable<Stimulus> All => [.. Sending, .. Receiving, .. Closing, .. Handshake];

    private static IEnumerable<Stimulus> Sending =>
    [
        Flow("one octet is sent", (s, p) => Send(s, p, 1)),
        Flow("a full segment is sent", (s, p) => Send(s, p, 1460)),
        Flow("two segments and a bit are sent", (s, p) => Send(s, p, 3000)),
        Flow("small writes, one after the other (Nagle)", (s, p) => { Send(s, p, 10); Send(s, p, 10); Send(s, p, 10); p.Send(Ack, 1, 11); }),
        Flow("small writes without Nagle", (s, p) => { p.Socket!.SetOption(SubjectOption.NoDelay, 1); Send(s, p, 10); Send(s, p, 10); }),
        Flow("more than the first window is sent", (s, p) => { Send(s, p, 20_000); p.Send(Ack, 1, 2921); }),
        Flow("a peer with a small MSS", (s, p) => Send(s, p, 2000), options: [2, 4, 2, 24]),
        Flow("a peer with a tiny MSS", (s, p) => Send(s, p, 100), options: [2, 4, 0, 10]),
        Flow("a peer without MSS", (s, p) => Send(s, p, 2000), options: []),
        Flow("a peer with a window of 1000", (s, p) => { Send(s, p, 3000); p.Send(Ack, 1, 1001, window: 1000); }, window: 1000),
        Flow("a peer with a window of 100", (s, p) => { Send(s, p, 300); p.Send(Ack, 1, 101, window: 100); }, window: 100),
        Flow("the window closes", (s, p) => { Send(s, p, 1000); p.Send(Ack, 1, 1001, window: 0); Send(s, p, 500); }),
        Flow("the window closes and opens", (s, p) => { Send(s, p, 1000); p.Send(Ack, 1, 1001, window: 0); Send(s, p, 500); p.Send(Ack, 1, 1001, window: 5000); }),
        Flow("a closed window is probed", (s, p) => { Send(s, p, 1000); p.Send(Ack, 1, 1001, window: 0); Send(s, p, 500); s.Await(1500); p.Send(Ack, 1, 1001, window: 0); s.Await(2000); }),
        Flow("the window shrinks below what is in flight", (s, p) => { Send(s, p, 2000); p.Send(Ack, 1, 1, window: 100); p.Send(Ack, 1, 2001, window: 65535); }),
        Flow("nothing is acknowledged", (s, p) => { Send(s, p, 100); s.Await(1500); }),
        Flow("nothing of two segments is acknowledged", (s, p) => { Send(s, p, 2000); s.Await(1500); }),
        Flow("three duplicate ACKs", (s, p) => { Send(s, p, 5840); s.Wait(40); for (int i = 0; i < 3; i++) { p.Send(Ack, 1, 1); } p.Send(Ack, 1, 5841); }),
        new("TCP flow: three duplicate ACKs, SACK", s =>
        {
            // Round trips that take time: without, whatever is missing is late at once (RFC 8985 6.2).
            var p = new TcpPeer(s);
            p.ReceiveSyn([2, 4, 5, 180, 1, 1, 4, 2]);
            s.Wait(40);
            p.Accept();
            Send(s, p, 5840);
            s.Wait(40);
            for (int i = 1; i <= 3; i++)
            {
                p.Send(Ack, 1, 1, options: Sack(s, 1461, 1461 + 1460 * i));
            }

            p.Send(Ack, 1, 5841);
        }),
        Flow("a partial ACK", (s, p) => { Send(s, p, 3000); p.Send(Ack, 1, 701); p.Send(Ack, 1, 3001); }),
        Flow("data crosses data", (s, p) => { Send(s, p, 100); p.Send(Ack | Psh, 1, 1, "hello"); p.Send(Ack | Psh, 6, 101, "again"); }),
        Flow("an answer carries the ACK", (s, p) => { p.Send(Ack | Psh, 1, 1, "question"); s.Do("receive", p.Socket!.Receive); Send(s, p, 20); }),
    ];

    private static IEnumerable<Stimulus> Receiving =>
    [
        Flow("the first data is acknowledged at once", (s, p) => p.Send(Ack | Psh, 1, 1, "hello")),
        Flow("data in full segments", (s, p) => { for (int i = 0; i < 6; i++) { p.Send(Ack, 1 + 1460 * i, 1, new string('x', 1460)); } }),
        Flow("data in full segments, read at once", (s, p) => { for (int i = 0; i < 6; i++) { p.Send(Ack, 1 + 1460 * i, 1, new string('x', 1460)); s.Do("receive", p.Socket!.Receive); } }),
        Flow("questions and answers", (s, p) =>
        {
            for (int i = 0; i < 3; i++)
            {
                p.Send(Ack | Psh, 1 + 8 * i, 1 + 10 * i, "question");
                s.Do("receive", p.Socket!.Receive);
                Send(s, p, 10);
            }
        }),
        Flow("a delayed ACK", (s, p) =>
        {
            for (int i = 0; i < 3; i++)
            {
                p.Send(Ack | Psh, 1 + 8 * i, 1 + 10 * i, "question");
                s.Do("receive", p.Socket!.Receive);
                Send(s, p, 10);
            }

            p.Send(Ack | Psh, 25, 31, "last");
            s.Await(500);
        }),
        Flow("a keepalive probe", (s, p) => p.Send(Ack, 0, 1)),
        Flow("a keepalive probe with an octet", (s, p) => p.Send(Ack, 0, 1, "x")),
        Flow("data in pieces that overlap", (s, p) => { p.Send(Ack, 1, 1, "abcd"); p.Send(Ack, 3, 1, "cdef"); s.Do("receive", p.Socket!.Receive); }),
        Flow("data in reverse order", (s, p) => { p.Send(Ack, 9, 1, "ccc"); p.Send(Ack, 5, 1, "bbbb"); p.Send(Ack, 1, 1, "aaaa"); s.Do("receive", p.Socket!.Receive); }),
        Flow("a FIN ahead of data", (s, p) => { p.Send(Fin | Ack, 5, 1); p.Send(Ack, 1, 1, "aaaa", linger: 60); s.Do("receive", p.Socket!.Receive); s.Do("receive", p.Socket.Receive); }),
    ];

    private static IEnumerable<Stimulus> Closing =>
    [
        Flow("closed", (s, p) => Do(s, "close", p.Socket!.Close)),
        Flow("closed, then data comes", (s, p) => { Do(s, "close", p.Socket!.Close); p.Send(Ack | Psh, 1, 2, "late"); }),
        Flow("closed, then data that is known comes", (s, p) => { p.Send(Ack | Psh, 1, 1, "data"); s.Do("receive", p.Socket!.Receive); Do(s, "close", p.Socket.Close); p.Send(Ack | Psh, 1, 2, "data"); }),
        Flow("closed, then a FIN comes", (s, p) => { Do(s, "close", p.Socket!.Close); p.Send(Fin | Ack, 1, 2); p.Send(Fin | Ack, 1, 2, title: "the FIN again"); }),
        Flow("closed, then a FIN with data comes", (s, p) => { Do(s, "close", p.Socket!.Close); p.Send(Fin | Ack, 1, 2, "late"); }),
        Flow("closed with data unread", (s, p) => { p.Send(Ack | Psh, 1, 1, "unread"); Do(s, "close", p.Socket!.Close); }),
        Flow("closed by a reset", (s, p) => { p.Socket!.SetOption(SubjectOption.AbortOnClose, 1); Do(s, "close", p.Socket.Close); }),
        Flow("closed after data", (s, p) => { Send(s, p, 100); Do(s, "close", p.Socket!.Close); p.Send(Ack, 1, 101); p.Send(Ack, 1, 102); }),
        Flow("closed, nothing is acknowledged", (s, p) => { Do(s, "close", p.Socket!.Close); s.Await(1500); }),
        Flow("closed while the window is closed", (s, p) => { Send(s, p, 1000); p.Send(Ack, 1, 1001, window: 0); Do(s, "close", p.Socket!.Close); }),
        Flow("half-closed, then data is received", (s, p) =>
        {
            s.Do("shutdown", p.Socket!.ShutdownSend);
            p.Send(Ack, 1, 2);
            p.Send(Ack | Psh, 1, 2, "still here");
            s.Do("receive", p.Socket.Receive);
            s.Do("send", () => p.Socket.Send(Frames.Text("no")));
        }),
        Flow("sending after a reset", (s, p) => { p.Send(Rst, 1); s.Do("send", () => p.Socket!.Send(Frames.Text("x"))); s.Do("send again", () => p.Socket!.Send(Frames.Text("x"))); s.Do("receive", p.Socket!.Receive); }),
        Flow("receiving after a reset", (s, p) => { p.Send(Ack | Psh, 1, 1, "data"); p.Send(Rst, 5); s.Do("receive", p.Socket!.Receive); s.Do("receive", p.Socket.Receive); s.Do("receive", p.Socket.Receive); }),
        Flow("sending to a peer that has closed", (s, p) => { p.Send(Fin | Ack, 1, 1); Send(s, p, 10); p.Send(Rst, 2, null); Send(s, p, 10); }),
    ];

    private static IEnumerable<Stimulus> Handshake =>
    [
        new("TCP flow: a SYN that nobody answers", s => { var p = new TcpPeer(s); p.AwaitSyn(); s.Await(2000); }),
        new("TCP flow: a SYN-ACK that nobody answers", s => { var p = new TcpPeer(s); p.ReceiveSyn(); s.Await(2000); }),
        new("TCP flow: a SYN that is refused", s => { var p = new TcpPeer(s); p.AwaitSyn(); p.Send(Rst | Ack, 0, 1); s.Do("the error", p.Socket!.TakeError); }),
        new("TCP flow: the listener is closed in SYN-RECEIVED", s => { var p = new TcpPeer(s); p.ReceiveSyn(); Do(s, "close", p.Listener!.Close); p.Send(Ack, 1, 1); }),
        new("TCP flow: the listener is closed before accept", s => { var p = new TcpPeer(s); p.ReceiveSyn(); p.Send(Ack, 1, 1); Do(s, "close", p.Listener!.Close); }),
        new("TCP flow: connected by the host, then the peer's FIN", s => { var p = new TcpPeer(s); p.EstablishByHost(); p.Send(Fin | Ack, 1, 1); s.Do("receive", p.Socket!.Receive); p.NoteState(); }),
        new("TCP flow: connected by the host, then data", s => { var p = new TcpPeer(s); p.EstablishByHost(TcpPeer.UsualSynOptions); p.Send(Ack | Psh, 1, 1, "hello"); s.Do("receive", p.Socket!.Receive); }),
        new("TCP flow: a SYN-ACK with data", s => { var p = new TcpPeer(s); p.AwaitSyn(); p.Send(Syn | Ack, 0, 1, "early", options: TcpPeer.MssOnly); s.Do("receive", p.Socket!.Receive); }),
        new("TCP flow: the SYN-ACK again", s => { var p = new TcpPeer(s); p.EstablishByHost(); p.Send(Syn | Ack, 0, 1, options: TcpPeer.MssOnly, title: "SYN-ACK again"); }),
        new("TCP flow: a small receive buffer", s =>
        {
            var p = new TcpPeer(s);
            p.Listen();
            p.Listener!.SetOption(SubjectOption.ReceiveBuffer, 4096);
            p.Send(Syn, 0, options: TcpPeer.MssOnly, title: "SYN");
        }),
    ];

    private static Stimulus Flow(string name, Action<Stage, TcpPeer> act, byte[]? options = null, ushort window = 65535) => new("TCP flow: " + name, s =>
    {
        var peer = new TcpPeer(s);
        peer.Establish(options, window);
        act(s, peer);
    });

    private static void Send(Stage s, TcpPeer peer, int octets) => s.Do($"send {octets} octets", () => peer.Socket!.Send(Frames.Octets(octets)));

    private static void Do(Stage s, string title, Action action) => s.Do(title, () =>
    {
        action();
        return "done";
    });

    private static byte[] Sack(Stage s, long left, long right)
    {
        byte[] options = [1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(4), s.HostIss + (uint)left);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(8), s.HostIss + (uint)right);
        return options;
    }
}
