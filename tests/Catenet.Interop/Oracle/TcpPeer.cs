using System.Buffers.Binary;
using Catenet.Interop.Oracle.Subjects;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle;

/// <summary>The peer's end of a TCP connection: sends what the stimulus says. Numbers are relative; 0 is the SYN of whoever sends.</summary>
internal sealed class TcpPeer(Stage stage, bool ipv6 = false, int peer = 0)
{
    /// <summary>The peer's initial sequence number.</summary>
    public const uint Iss = 1_000_000;

    /// <summary>A FIN may be acknowledged with the kernel's next clock tick: milliseconds that are more than one tick.</summary>
    private const int AckOfFin = 12;

    /// <summary>The options of an ordinary SYN: MSS 1460, SACK, timestamps, window scale 7.</summary>
    public static readonly byte[] UsualSynOptions = [2, 4, 5, 180, 4, 2, 8, 10, 0, 1, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7];

    /// <summary>The options of a bare SYN: MSS 1460.</summary>
    public static readonly byte[] MssOnly = [2, 4, 5, 180];

    /// <summary>The port at the host.</summary>
    public ushort HostPort { get; set; } = Network.HostPort;

    /// <summary>The port at the peer.</summary>
    public ushort Port { get; set; } = Network.PeerPort;

    /// <summary>Whether segments carry timestamps.</summary>
    public bool Timestamps { get; set; }

    /// <summary>The peer's clock.</summary>
    public uint Clock { get; set; } = 65536;

    /// <summary>The listener, if the host listens.</summary>
    public ISubjectSocket? Listener { get; private set; }

    /// <summary>The host's connection, if it has one.</summary>
    public ISubjectSocket? Socket { get; private set; }

    /// <summary>Whose end it is.</summary>
    public InetAddress Address => ipv6 ? stage.Addresses.IPv6(peer) : stage.Addresses.IPv4(peer);

    /// <summary>The host's end.</summary>
    public InetAddress Host => ipv6 ? Network.HostIPv6(0) : Network.HostIPv4(0);

    /// <summary>Sends a segment. The acknowledgment is relative to the host's initial number; null: the field is zero.</summary>
    public void Send(TcpFlags flags, long seq, long? ack = null, string data = "", ushort window = 65535, byte[]? options = null, ushort urgent = 0, string? title = null, int linger = 0) =>
        stage.Send(title ?? $"{flags} seq {seq} ack {ack}{(data.Length > 0 ? $" data {data.Length}" : "")}", Frame(flags, seq, ack, data, window, options, urgent), 0, linger == 0 && (flags & TcpFlags.Fin) != 0 ? AckOfFin : linger);

    /// <summary>The frame that <see cref="Send"/> would send.</summary>
    public byte[] Frame(TcpFlags flags, long seq, long? ack = null, string data = "", ushort window = 65535, byte[]? options = null, ushort urgent = 0) =>
        stage.Craft.ToHost(Packet(Segment(flags, seq, ack, data, window, options, urgent)), 0, peer);

    /// <summary>The segment alone.</summary>
    public byte[] Segment(TcpFlags flags, long seq, long? ack = null, string data = "", ushort window = 65535, byte[]? options = null, ushort urgent = 0)
    {
        if (Timestamps && options is null)
        {
            options = [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(4), Clock);
            BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(8), (flags & TcpFlags.Ack) != 0 ? stage.HostTimestamp : 0);
        }

        return Frames.Tcp(Address, Host, Port, HostPort, flags, Iss + (uint)seq, ack is { } a ? stage.HostIss + (uint)a : 0, window, options, Frames.Text(data), urgent);
    }

    /// <summary>A segment's packet.</summary>
    public byte[] Packet(byte[] segment) =>
        ipv6 ? stage.Craft.IPv6(IpProtocol.Tcp, segment, Address, Host) : stage.Craft.IPv4(IpProtocol.Tcp, segment, Address, Host, flagsAndOffset: IPv4View.DontFragmentBit);

    /// <summary>The host listens.</summary>
    public void Listen(int backlog = 16) => Listener = stage.Listen(ipv6, backlog, HostPort);

    /// <summary>Up to SYN-RECEIVED: the host has sent its SYN-ACK.</summary>
    public void ReceiveSyn(byte[]? options = null, ushort window = 65535)
    {
        Listen();
        options ??= Timestamps ? UsualSynOptions : MssOnly;
        Send(TcpFlags.Syn, 0, null, window: window, options: options, title: "SYN");
    }

    /// <summary>Up to ESTABLISHED, the host having listened.</summary>
    public void Establish(byte[]? options = null, ushort window = 65535)
    {
        ReceiveSyn(options);
        Accept(window);
    }

    /// <summary>From SYN-RECEIVED to ESTABLISHED.</summary>
    public void Accept(ushort window = 65535)
    {
        Clock += 10;
        Send(TcpFlags.Ack, 1, 1, window: window, title: "ACK of the SYN");
        Socket = Listener!.Accept();
    }

    /// <summary>Up to SYN-SENT: the host has sent its SYN.</summary>
    public void AwaitSyn() => Socket = stage.Connect(ipv6, peer);

    /// <summary>Up to ESTABLISHED, the host having connected.</summary>
    public void EstablishByHost(byte[]? options = null)
    {
        AwaitSyn();
        Send(TcpFlags.Syn | TcpFlags.Ack, 0, 1, options: options ?? MssOnly, title: "SYN-ACK");
    }

    /// <summary>Brings the host into a state.</summary>
    public void Reach(string state)
    {
        switch (state)
        {
            case "CLOSED": break;
            case "LISTEN": Listen(); break;
            case "SYN-SENT": AwaitSyn(); break;
            case "SYN-RECEIVED": ReceiveSyn(); break;
            case "ESTABLISHED": Establish(); break;
            case "CLOSE-WAIT": CloseByPeer(); break;
            case "LAST-ACK": CloseByPeer(); ShutDown(); break;
            case "FIN-WAIT-1": Establish(); ShutDown(); break;
            case "FIN-WAIT-2": CloseByHost(); break;
            case "CLOSING": Establish(); ShutDown(); Send(TcpFlags.Fin | TcpFlags.Ack, 1, 1, title: "the peer's FIN"); break;
            case "TIME-WAIT": CloseByHost(); Send(TcpFlags.Fin | TcpFlags.Ack, 1, 2, title: "the peer's FIN"); break;
            default: throw new ArgumentException($"{state} is no state.", nameof(state));
        }
    }

    /// <summary>Notes the connection's state.</summary>
    public void NoteState()
    {
        if (Socket is not null)
        {
            stage.Do("state", () => Socket.State);
        }
    }

    private void CloseByPeer()
    {
        Establish();
        Send(TcpFlags.Fin | TcpFlags.Ack, 1, 1, title: "the peer's FIN");
    }

    private void CloseByHost()
    {
        Establish();
        ShutDown();
        Send(TcpFlags.Ack, 1, 2, title: "ACK of the host's FIN");
    }

    private void ShutDown() => stage.Do("shutdown", Socket!.ShutdownSend);
}
