using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>Every kind of segment in every state of TCP, and after it two ordinary ones that show what became of the connection.</summary>
internal static class TcpStateStimuli
{
    private const TcpFlags Syn = TcpFlags.Syn, Ack = TcpFlags.Ack, Fin = TcpFlags.Fin, Rst = TcpFlags.Rst, Psh = TcpFlags.Psh, Urg = TcpFlags.Urg;

    private static readonly string[] s_states =
        ["CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"];

    /// <summary>Segments with numbers relative to RCV.NXT and SND.NXT of the host.</summary>
    private static readonly Kind[] s_kinds =
    [
        new("an ACK", Ack, 0, 0),
        new("an ACK of what was acknowledged long ago", Ack, 0, -5_000_000),
        new("an ACK of what was acknowledged just before", Ack, 0, -1),
        new("an ACK of what was never sent", Ack, 0, 1000),
        new("an ACK one before the window", Ack, -1, 0),
        new("an ACK beyond the window", Ack, 10_000_000, 0),
        new("data", Ack | Psh, 0, 0, "data"),
        new("data that came already", Ack | Psh, -1, 0, "d"),
        new("data ahead of a gap", Ack | Psh, 10, 0, "data"),
        new("data beyond the window", Ack | Psh, 10_000_000, 0, "data"),
        new("data that acknowledges what was never sent", Ack | Psh, 0, 1000, "data"),
        new("data without ACK", Psh, 0, null, "data"),
        new("urgent data", Ack | Psh | Urg, 0, 0, "data", 2),
        new("a FIN", Fin | Ack, 0, 0),
        new("a FIN ahead of a gap", Fin | Ack, 10, 0),
        new("a FIN with data", Fin | Ack, 0, 0, "last"),
        new("a FIN without ACK", Fin, 0, null),
        new("a FIN that came already", Fin | Ack, -1, 0),
        new("a RST at RCV.NXT", Rst, 0, null),
        new("a RST with ACK at RCV.NXT", Rst | Ack, 0, 0),
        new("a RST within the window", Rst, 10, null),
        new("a RST beyond the window", Rst, 10_000_000, null),
        new("a RST below the window", Rst, -10, null),
        new("a RST that acknowledges what was never sent", Rst | Ack, 0, 1000),
        new("a SYN at RCV.NXT", Syn, 0, null),
        new("a SYN below the window", Syn, -10, null),
        new("a SYN beyond the window", Syn, 10_000_000, null),
        new("a SYN with data", Syn, 0, null, "data"),
        new("a SYN-ACK", Syn | Ack, 0, 0),
        new("the first SYN again", Syn, long.MinValue, null),
        new("SYN and FIN", Syn | Fin, 0, null),
        new("SYN and RST", Syn | Rst, 0, null),
        new("no flag at all", TcpFlags.None, 0, null),
        new("every flag", Syn | Ack | Fin | Rst | Psh | Urg, 0, 0, "data", 2),
    ];

    public static IEnumerable<Stimulus> All =>
        from state in s_states
        from kind in s_kinds
        select new Stimulus($"TCP {state}: {kind.Name}", stage => Act(stage, state, kind));

    private static void Act(Stage stage, string state, Kind kind)
    {
        var peer = new TcpPeer(stage);
        peer.Reach(state);
        bool peerHasFinished = state is "CLOSE-WAIT" or "LAST-ACK" or "CLOSING" or "TIME-WAIT";
        bool hostHasFinished = state is "FIN-WAIT-1" or "FIN-WAIT-2" or "LAST-ACK" or "CLOSING" or "TIME-WAIT";
        bool hasPeer = state is not ("CLOSED" or "LISTEN" or "SYN-SENT");
        long next = !hasPeer ? 0 : peerHasFinished ? 2 : 1;

        // An ACK of everything: of the FIN as well where it is under way.
        long sent = state is "CLOSED" or "LISTEN" ? 0 : hostHasFinished ? 2 : 1;
        long seq = kind.Seq == long.MinValue ? 0 : next + kind.Seq;
        peer.Send(kind.Flags, seq, sent + kind.Ack, kind.Data, options: (kind.Flags & Syn) != 0 ? TcpPeer.MssOnly : null, urgent: kind.Urgent, title: kind.Name);
        peer.NoteState();
        if (peer.Socket is { } socket)
        {
            stage.Do("receive", socket.Receive);
        }

        peer.Send(Ack, next, sent, title: "then an ACK");
        peer.Send(Ack | Psh, next, sent, "more", title: "then data");
        peer.NoteState();
        if (peer.Listener is { } listener)
        {
            stage.Do("accept", () => listener.Accept()?.State ?? "none");
        }
    }

    private sealed record Kind(string Name, TcpFlags Flags, long Seq, long? Ack, string Data = "", ushort Urgent = 0);
}
