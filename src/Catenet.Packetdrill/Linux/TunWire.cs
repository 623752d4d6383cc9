using System.Buffers.Binary;
using Catenet.Linux;
using Catenet.Linux.Native;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>
/// The cable between Linux and the script. What Linux sends is seen by a packet socket, which tells when it was sent: the
/// script's thread may look later.
/// </summary>
internal sealed unsafe class TunWire : IStackWire, IDisposable
{
    private const int SOL_SOCKET = 1, SO_TIMESTAMPNS = 35, SO_RCVBUFFORCE = 33, Outgoing = 4, Room = 65536 + 512, Buffer = 16 << 20;
    private const ushort EveryProtocol = 3;

    private readonly TunInterface _tun;
    private readonly RealClock _clock;
    private readonly FileDescriptor _socket;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Room, pinned: true);

    /// <summary>Listens on an interface that is still off.</summary>
    public TunWire(TunInterface tun, RealClock clock)
    {
        _tun = tun;
        _clock = clock;
        _socket = new FileDescriptor(Libc.Socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0));
        int on = 1, size = Buffer;
        byte* address = stackalloc byte[20]; // struct sockaddr_ll
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = Libc.AF_PACKET;
        *(ushort*)(address + 2) = BinaryPrimitives.ReverseEndianness(EveryProtocol);
        *(int*)(address + 4) = tun.Index;
        if (_socket.IsInvalid
            || Libc.SetSocketOption(_socket.Value, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(int)) < 0
            || Libc.SetSocketOption(_socket.Value, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(int)) < 0
            || Libc.Bind(_socket.Value, address, 20) < 0)
        {
            throw new LinuxException($"cannot listen to {TunInterface.Name}", Libc.LastError);
        }

        clock.Collect = Collect;
        clock.Watch(_socket.Value);
    }

    public LinkedList<LivePacket> Sent { get; } = new();

    public List<LivePacket> History { get; } = [];

    public void Inject(byte[] packet)
    {
        Collect();
        if (LivePacket.Parse(packet, _clock.Now, PacketDirection.In) is { } parsed)
        {
            History.Add(parsed);
        }

        fixed (byte* bytes = packet)
        {
            if (Libc.Write(_tun.Descriptor, bytes, packet.Length) != packet.Length)
            {
                throw new ScriptFailure("that Linux takes the packet", $"the error {Libc.LastError}");
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Takes what Linux has sent. The interface's own queue is emptied too: Linux does not touch segments of which it has copies there.</summary>
    private void Collect()
    {
        while (TryReceive() is { } packet)
        {
            if (!packet.IsHousekeeping)
            {
                History.Add(packet);
                Sent.AddLast(packet);
            }
        }

        fixed (byte* room = _buffer)
        {
            while (Libc.Read(_tun.Descriptor, room, Room) > 0)
            {
            }
        }
    }

    /// <summary>The next packet that Linux has sent; null if there is none.</summary>
    private LivePacket? TryReceive()
    {
        byte* address = stackalloc byte[20];
        byte* control = stackalloc byte[128];
        fixed (byte* room = _buffer)
        {
            while (true)
            {
                var vector = new IoVector(room, Room);
                var message = new Message { Name = address, NameLength = 20, Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 128 };
                nint length = RawCalls.ReceiveMessage(_socket.Value, &message, 0);
                if (length < 0)
                {
                    return null;
                }

                bool sent = address[10] == Outgoing; // sll_pkttype
                if (sent && LivePacket.Parse(_buffer.AsSpan(0, (int)length), TimeOf(ref message), PacketDirection.Out) is { } packet)
                {
                    return packet;
                }
            }
        }
    }

    private Instant TimeOf(ref Message message)
    {
        var control = new ReadOnlySpan<byte>(message.Control, (int)message.ControlLength);
        foreach (var item in ControlMessages.Read(control))
        {
            if (item is { Level: SOL_SOCKET, Type: SO_TIMESTAMPNS, Data.Length: >= 16 })
            {
                return _clock.OfWallClock(BinaryPrimitives.ReadInt64LittleEndian(item.Data) * 1_000_000_000 + BinaryPrimitives.ReadInt64LittleEndian(item.Data.AsSpan(8)));
            }
        }

        return _clock.Now;
    }
}
