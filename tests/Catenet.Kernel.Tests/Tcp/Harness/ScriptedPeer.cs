using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>A host under test on one end of a cable, and on the other a peer that does only what the script says.</summary>
/// <remarks>
/// Sequence numbers are relative: 0 is the SYN of whoever sends. The peer's clock for timestamps is
/// <see cref="PeerTimestamp"/>. <see cref="Dispose"/> asserts that no packet has leaked.
/// </remarks>
internal sealed class ScriptedPeer : ILinkPort, IDisposable
{
    public const ushort PeerPort = 8080;
    public const uint PeerIss = 0xFFFF_FF00; // wraps soon

    private static readonly MacAddress PeerMac = MacAddress.Parse("02:00:00:00:00:99");
    private readonly Queue<SegmentOut> _sent = new();
    private readonly EthernetDevice _device;
    private readonly VirtualDriver _driver;
    private bool _closesAfterOne;

    public ScriptedPeer(ulong seed = 1)
    {
        Loop = new EventLoop(seed);
        Host = new Host(Loop, "local");
        _driver = new VirtualDriver(Loop);
        using (Loop.Enter())
        {
            _device = Host.Devices.AddEthernet("eth0");
            _device.Connect(this);
            _device.Addresses.Add(Local, 24);
            _device.BringUp();
        }
    }

    public static InetAddress Local { get; } = InetAddress.Parse("192.0.2.1");

    public static InetAddress Peer { get; } = InetAddress.Parse("192.0.2.9");

    public EventLoop Loop { get; }

    public Host Host { get; }

    public TcpLayer Tcp => Host.Tcp;

    public ushort LocalPort { get; set; } = 80;

    public uint LocalIss { get; set; }

    public uint PeerTimestamp { get; set; } = 1000;

    /// <summary>The TSval of the latest segment from the stack.</summary>
    public uint LastTimestamp { get; private set; }

    /// <summary>Whether injected segments carry timestamps.</summary>
    public bool UseTimestamps { get; set; }

    private readonly Dictionary<ushort, uint> _issByPort = [];

    public int PendingOut => _sent.Count;

    public EthernetDevice Device => _device;

    /// <summary>Whether the cable takes no frames: they wait in the host.</summary>
    public bool Busy { get; set; }

    /// <summary>The cable takes so many frames more.</summary>
    public void Let(int frames)
    {
        for (; frames > 0; frames--)
        {
            Busy = false;
            _closesAfterOne = true;
            Do(_device.OnTransmitReady);
        }
    }

    bool ILinkPort.TryTransmit(PacketBuffer frame)
    {
        if (Busy)
        {
            return false;
        }

        Busy = _closesAfterOne;
        _closesAfterOne = false;
        Record(frame);
        frame.Release();
        return true;
    }

    void ILinkPort.Attach(IFrameEndpoint endpoint)
    {
    }

    /// <summary>Lets time pass.</summary>
    public void Run(double milliseconds) => _driver.RunFor(Duration.FromMilliseconds(milliseconds));

    /// <summary>Does something as the loop's owner, then what follows from it at the same instant.</summary>
    public void Do(Action action)
    {
        using (Loop.Enter())
        {
            action();
        }

        _driver.RunUntil(Loop.Now);
    }

    /// <summary>Sends a segment to the host and lets it be dealt with.</summary>
    public void Inject(TcpFlags flags, uint seq, uint ack = 0, int length = 0, int window = 65535, byte[]? options = null,
        ushort? port = null, (uint Left, uint Right)[]? sack = null, uint? timestamp = null, uint? echo = null, uint? rawAck = null, bool damage = false)
    {
        Do(() => _device.OnFrame(Build(flags, seq, ack, length, window, options, port ?? PeerPort, sack, timestamp, echo, rawAck, damage)));
    }

    /// <summary>From here on numbers are relative to the connection with this peer port.</summary>
    public void LocalIssOf(ushort port) => LocalIss = _issByPort[port];

    /// <summary>Sends octets as a TCP segment that may be nonsense.</summary>
    public void InjectRaw(byte[] segment) => Do(() =>
    {
        var packet = Loop.Packets.Rent(segment);
        IPv4View.Write(packet.Push(20), 20 + segment.Length, 1, 0x4000, 64, 6, Peer, Local);
        EthernetView.Write(packet.Push(EthernetView.Size), _device.Mac, PeerMac, EtherType.IPv4);
        _device.OnFrame(packet);
    });

    /// <summary>A router says that the first segment in flight does not fit its next link (RFC 1191 4).</summary>
    public void TellPathMtu(int mtu) => Do(() =>
    {
        var quoted = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(quoted, LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(quoted.AsSpan(2), PeerPort);
        BinaryPrimitives.WriteUInt32BigEndian(quoted.AsSpan(4), LocalIss + 1);
        var message = Loop.Packets.Rent(36);
        var octets = message.Append(36);
        octets.Clear();
        octets[0] = 3;
        octets[1] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(octets[6..], (ushort)mtu);
        IPv4View.Write(octets[8..], 1500, 1, 0x4000, 60, 6, Local, Peer);
        quoted.CopyTo(octets[28..]);
        BinaryPrimitives.WriteUInt16BigEndian(octets[2..], InternetChecksum.Compute(octets));
        IPv4View.Write(message.Push(20), 56, 1, 0, 64, 1, Peer, Local);
        EthernetView.Write(message.Push(EthernetView.Size), _device.Mac, PeerMac, EtherType.IPv4);
        _device.OnFrame(message);
    });

    /// <summary>The size at which PSH is not looked at unless it is expected: of several segments sent at once the last is pushed.</summary>
    private const int FullSegment = 1000;

    /// <summary>The next segment must be this one.</summary>
    public SegmentOut Expect(TcpFlags flags, uint? seq = null, uint? ack = null, int? length = null, int? window = null)
    {
        Assert.True(_sent.Count > 0, $"expected {flags} seq {seq} ack {ack} len {length}, but nothing was sent (at {Loop.Now})");
        var segment = _sent.Dequeue();
        string shown = $"expected {flags} seq {seq} ack {ack} len {length} win {window}, got {segment}";
        var came = (flags & TcpFlags.Psh) == 0 && segment.Length == FullSegment ? segment.Flags & ~TcpFlags.Psh : segment.Flags;
        Assert.True(came == flags && (seq ?? segment.Seq) == segment.Seq && (ack ?? segment.Ack) == segment.Ack &&
            (length ?? segment.Length) == segment.Length && (window ?? segment.Window) == segment.Window, shown);
        return segment;
    }

    /// <summary>Nothing has been sent that was not expected.</summary>
    public void ExpectNothing() => Assert.True(_sent.Count == 0, "sent although nothing was expected: " + string.Join("; ", _sent));

    public void Skip() => _sent.Clear();

    public SegmentOut Next() => _sent.Dequeue();

    /// <summary>A listener on port 80 and a completed handshake.</summary>
    public TcpConnection Accept(int window = 65535, byte[]? options = null, Func<TcpSocketOptions, TcpSocketOptions>? configure = null, bool drain = true, double rtt = 0)
    {
        var socket = configure?.Invoke(TcpSocketOptions.Default);
        TcpListener? listener = null;
        Do(() => listener = Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, LocalPort), 5, out _, options: socket));
        Inject(TcpFlags.Syn, 0, window: window, options: options ?? Mss(1460));
        Expect(TcpFlags.Syn | TcpFlags.Ack, 0, 1, 0);
        Run(rtt);
        Inject(TcpFlags.Ack, 1, 1, window: window);
        TcpConnection? connection = null;
        Do(() =>
        {
            connection = listener!.Accept();
            listener.Close();
        });
        Assert.NotNull(connection);
        Assert.Equal(TcpState.Established, connection.State);
        if (drain)
        {
            ExpectNothing();
        }

        return connection;
    }

    /// <summary>An active open with a completed handshake.</summary>
    public (TcpConnection Connection, Recorder Events) Connect(int window = 65535, byte[]? options = null, Func<TcpSocketOptions, TcpSocketOptions>? configure = null)
    {
        var (connection, events) = BeginConnect(configure);
        Expect(TcpFlags.Syn, 0, length: 0);
        Inject(TcpFlags.Syn | TcpFlags.Ack, 0, 1, window: window, options: options ?? Mss(1460));
        Expect(TcpFlags.Ack, 1, 1, 0);
        ExpectNothing();
        Assert.Equal(TcpState.Established, connection.State);
        return (connection, events);
    }

    public (TcpConnection Connection, Recorder Events) BeginConnect(Func<TcpSocketOptions, TcpSocketOptions>? configure = null)
    {
        var socket = configure?.Invoke(TcpSocketOptions.Default);
        var events = new Recorder();
        TcpConnection connection = null!;
        Do(() =>
        {
            connection = Tcp.CreateConnection(socket);
            connection.Events = events;
            Assert.Equal(System.Net.Sockets.SocketError.InProgress, connection.Connect(default, new InetEndpoint(Peer, PeerPort)));
            LocalPort = connection.LocalEndpoint.Port;
        });
        return (connection, events);
    }

    public int Send(TcpConnection connection, int length)
    {
        int taken = 0;
        Do(() => taken = connection.Send(Pattern(0, length), out _));
        return taken;
    }

    public byte[] Read(TcpConnection connection, int most = 1 << 20)
    {
        var buffer = new byte[most];
        int count = 0;
        Do(() => count = connection.Receive(buffer, out _));
        return buffer[..count];
    }

    public static byte[] Mss(ushort mss) => [2, 4, (byte)(mss >> 8), (byte)mss];

    public static byte[] SackOptions(ushort mss = 1460) => [.. Mss(mss), 1, 1, 4, 2];

    public static byte[] Scaled(byte shift, ushort mss = 1460) => [.. Mss(mss), 1, 3, 3, shift];

    public static byte[] Timestamped(uint value, uint echo = 0, ushort mss = 1460)
    {
        byte[] options = [.. Mss(mss), 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(8), value);
        BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(12), echo);
        return options;
    }

    /// <summary>Payload octets that tell their position.</summary>
    public static byte[] Pattern(int from, int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)((from + i) * 31 >> 3);
        }

        return bytes;
    }

    public void Dispose()
    {
        using (Loop.Enter())
        {
            foreach (var connection in Tcp.Connections.ToList())
            {
                connection.Abort();
            }

            foreach (var listener in Tcp.Listeners.ToList())
            {
                listener.Close();
            }
        }

        Assert.Equal(0, Tcp.Counters.IllegalTransitions);
        Assert.Equal(0, Tcp.MemoryPages);
        Run(0);
        Loop.Packets.AssertNoLeaks();
    }

    private PacketBuffer Build(TcpFlags flags, uint seq, uint ack, int length, int window, byte[]? options, ushort port,
        (uint Left, uint Right)[]? sack, uint? timestamp, uint? echo, uint? rawAck, bool damage)
    {
        Span<byte> room = stackalloc byte[40];
        var writer = new TcpOptionsWriter(room);
        if (timestamp is not null || UseTimestamps)
        {
            writer.AddTimestamps(timestamp ?? PeerTimestamp, echo ?? LastTimestamp);
        }

        if (sack is not null)
        {
            writer.AddSack(sack.Select(b => new SackBlock(new SeqNumber(LocalIss + b.Left), new SeqNumber(LocalIss + b.Right))).ToArray());
        }

        options ??= room[..writer.Length].ToArray();
        int header = TcpView.MinSize + options.Length;
        var packet = Loop.Packets.Rent(header + length);
        var segment = packet.Append(header + length);
        options.CopyTo(segment[TcpView.MinSize..]);
        Pattern((int)seq - 1, length).CopyTo(segment[header..]);
        bool acks = (flags & TcpFlags.Ack) != 0;
        TcpView.Write(segment, port, LocalPort, new SeqNumber(PeerIss + seq), new SeqNumber(rawAck ?? (acks ? LocalIss + ack : 0)), flags, (ushort)window, header);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(Peer, Local, 6, header + length));
        if (damage)
        {
            segment[^1] ^= 0x10;
        }

        IPv4View.Write(packet.Push(20), 20 + header + length, 1, 0x4000, 64, 6, Peer, Local);
        EthernetView.Write(packet.Push(EthernetView.Size), _device.Mac, PeerMac, EtherType.IPv4);
        return packet;
    }

    private void Record(PacketBuffer frame)
    {
        var bytes = frame.ToArray();
        Assert.True(EthernetView.TryParse(bytes, out var ethernet));
        if (ethernet.EtherType == EtherType.Arp)
        {
            AnswerArp(ethernet.Payload.ToArray());
            return;
        }

        if (ethernet.EtherType != EtherType.IPv4 || !IPv4View.TryParse(ethernet.Payload, out var ip) || ip.Protocol != 6)
        {
            return;
        }

        Assert.True(TcpView.TryParse(ip.Payload, out var tcp));
        Assert.True(tcp.HasValidChecksum(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, 6, ip.Payload.Length)), "wrong checksum sent");
        if ((tcp.Flags & TcpFlags.Syn) != 0)
        {
            LocalIss = tcp.Sequence.Value;
            _issByPort[tcp.DestinationPort] = LocalIss;
        }

        TcpOptions.TryParse(tcp.Options, out var options);
        if (options.HasTimestamps)
        {
            LastTimestamp = options.TimestampValue;
        }

        var sack = new List<(uint, uint)>();
        foreach (var block in options.Sack)
        {
            sack.Add((block.Left.Value - PeerIss, block.Right.Value - PeerIss));
        }

        uint ack = (tcp.Flags & TcpFlags.Ack) != 0 ? tcp.Acknowledgment.Value - PeerIss : 0;
        _sent.Enqueue(new SegmentOut(Loop.Now, tcp.Flags, tcp.Sequence.Value - LocalIss, ack, tcp.Payload.Length, tcp.Window, options, tcp.Payload.ToArray())
        {
            Sack = sack,
        });
    }

    private void AnswerArp(byte[] request)
    {
        if (!ArpView.TryParse(request, out var arp) || arp.Operation != 1 || arp.TargetAddress != Peer)
        {
            return;
        }

        var reply = Loop.Packets.Rent(ArpView.Size);
        ArpView.Write(reply.Append(ArpView.Size), 2, PeerMac, Peer, arp.SenderMac, arp.SenderAddress);
        EthernetView.Write(reply.Push(EthernetView.Size), arp.SenderMac, PeerMac, EtherType.Arp);
        _device.OnFrame(reply);
    }
}
