using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Catenet.Kernel.Devices;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Sockets;

/// <summary>A packet socket (packet(7), AF_PACKET with SOCK_RAW), bound to a device and one EtherType: gets a copy of each such frame that comes in, and sends frames as they are.</summary>
/// <remarks>
/// The copy is taken before the protocol gets the frame, whether or not the host has use for it; frames to other stations are seen on a promiscuous device
/// only. The octets of the copy are shared with the host: read them, and call <see cref="PacketBuffer.EnsureWritable"/> before writing. Belongs to the loop's thread.
/// </remarks>
public sealed class PacketSocket : IDisposable
{
    /// <summary>What a waiting frame is charged for its buffer, beside its length.</summary>
    private const int Overhead = 576;

    private PacketQueue _queue;
    private int _receiveLimit = 212_992;
    private bool _closed;

    /// <summary>Opens a socket; it hears from now on.</summary>
    /// <param name="device">The device.</param>
    /// <param name="etherType">The EtherType of the frames (<see cref="EtherType"/>).</param>
    public PacketSocket(NetDevice device, ushort etherType)
    {
        Device = device;
        Protocol = etherType;
        device.AddListener(this);
    }

    /// <summary>The device it is bound to.</summary>
    public NetDevice Device { get; }

    /// <summary>The EtherType of the frames it hears.</summary>
    public ushort Protocol { get; }

    /// <summary>SO_RCVBUF as charged, in octets: the length of each frame and 576 octets for its buffer. At least 2304.</summary>
    public int ReceiveBufferSize
    {
        get => _receiveLimit;
        set => _receiveLimit = Math.Max(value, 2304);
    }

    /// <summary>How many frames came for the socket, those that were refused included (PACKET_STATISTICS).</summary>
    public long Received { get; private set; }

    /// <summary>How many frames were refused since the receive buffer was full (PACKET_STATISTICS).</summary>
    public long Dropped { get; private set; }

    /// <summary>Called when a frame was queued, on the loop, from within packet processing: return soon.</summary>
    public Action? Readable { get; set; }

    /// <summary>The next socket on the device. It stays when the socket is closed, for whoever stands on it at that moment.</summary>
    internal PacketSocket? Next { get; set; }

    /// <summary>Takes the frame that comes next, from its link header on; it is the caller's to release. Its <see cref="PacketBuffer.Kind"/> says to whom it was addressed.</summary>
    public bool TryReceive([NotNullWhen(true)] out PacketBuffer? frame) => _queue.TryDequeue(out frame);

    /// <summary>Sends a frame as it is, through the device's queue.</summary>
    /// <param name="frame">The frame, from its link header on.</param>
    /// <returns><see cref="SocketError.Success"/>; <see cref="SocketError.InvalidArgument"/> for a frame without a whole link header,
    /// <see cref="SocketError.MessageSize"/> for one above the device's MTU, <see cref="SocketError.NetworkDown"/> if the device is off.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public SocketError Send(ReadOnlySpan<byte> frame)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!EthernetView.TryParse(frame, out var ethernet))
        {
            return SocketError.InvalidArgument;
        }

        if (frame.Length > EthernetView.Size + Device.Mtu)
        {
            return SocketError.MessageSize;
        }

        if (!Device.IsUp)
        {
            return SocketError.NetworkDown;
        }

        var packet = Device.Host.Loop.Packets.Rent(frame.Length);
        packet.Append(frame);
        packet.Kind = PacketKind.Outgoing;
        packet.Protocol = ethernet.EtherType;
        packet.MarkLinkHeader();
        packet.NetworkOffset = packet.Offset + EthernetView.Size;
        Device.Transmit(packet);
        return SocketError.Success;
    }

    /// <summary>Closes the socket; what waits in it is gone.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            Device.RemoveListener(this);
            while (_queue.TryDequeue(out var frame))
            {
                Device.Host.Drop(frame, DropReason.Shutdown, this);
            }
        }
    }

    /// <summary>Shows a frame that came in, from its link header on, to the sockets of a device.</summary>
    /// <returns>Whether one of them hears its protocol.</returns>
    internal static bool Show(PacketBuffer frame, PacketSocket? first)
    {
        bool heard = false;
        for (var socket = first; socket is not null; socket = socket.Next)
        {
            if (socket.Protocol == frame.Protocol && !socket._closed)
            {
                heard = true;
                socket.Take(frame.Clone());
            }
        }

        return heard;
    }

    private void Take(PacketBuffer copy)
    {
        Received++;
        if (_queue.Octets + copy.Length + (_queue.Count + 1) * (long)Overhead > _receiveLimit)
        {
            Dropped++;
            Device.Host.Drop(copy, DropReason.SocketReceiveBuffer, this);
            return;
        }

        _queue.Enqueue(copy);
        Readable?.Invoke();
    }

    /// <summary>As <c>ss -0</c> shows it.</summary>
    public override string ToString() => $"p_raw [0x{Protocol:x4}]:{Device.Name}";
}
