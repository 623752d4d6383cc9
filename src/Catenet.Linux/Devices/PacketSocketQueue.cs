using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>A packet socket: frames are read several at a time, and the VLAN tag that Linux took off is put back.</summary>
internal sealed unsafe class PacketSocketQueue : FrameQueue
{
    private const int Batch = 16;
    private const int LargestFrame = 68 * 1024;
    private const int ControlSize = 64;
    private const int ControlHeader = 16; // struct cmsghdr on 64-bit Linux
    private const ushort DefaultTagProtocol = 0x8100;

    private readonly byte[] _frames = GC.AllocateUninitializedArray<byte>(Batch * LargestFrame, pinned: true);
    private readonly byte[] _control = GC.AllocateArray<byte>(Batch * ControlSize, pinned: true);

    public PacketSocketQueue(LinuxDevice device, FileDescriptor socket)
        : base(device, socket, bare: false)
    {
    }

    /// <inheritdoc/>
    protected internal override void OnReadable()
    {
        for (int budget = Budget; budget > 0 && WantsReadable && !IsClosed && ReadBatch() == Batch; budget -= Batch)
        {
        }
    }

    /// <summary>Reads as many frames as there are, up to a batch.</summary>
    private int ReadBatch()
    {
        VirtioNetHeader* headers = stackalloc VirtioNetHeader[Batch];
        MessageHeader* messages = stackalloc MessageHeader[Batch];
        IoVector* vectors = stackalloc IoVector[2 * Batch];
        Prepare(headers, messages, vectors);
        int count = Libc.ReceiveMany(Descriptor, messages, Batch, 0, null);
        for (int i = 0; i < count; i++)
        {
            Take(i, in headers[i], in messages[i]);
        }

        return count;
    }

    private void Prepare(VirtioNetHeader* headers, MessageHeader* messages, IoVector* vectors)
    {
        byte* frames = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_frames, 0);
        byte* control = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_control, 0);
        for (int i = 0; i < Batch; i++)
        {
            vectors[2 * i] = new IoVector(&headers[i], sizeof(VirtioNetHeader));
            vectors[2 * i + 1] = new IoVector(frames + i * LargestFrame, LargestFrame);
            messages[i] = new MessageHeader
            {
                Vectors = &vectors[2 * i],
                VectorCount = 2,
                Control = control + i * ControlSize,
                ControlLength = ControlSize,
            };
        }
    }

    private void Take(int index, in VirtioNetHeader header, in MessageHeader message)
    {
        int length = (int)message.Length - sizeof(VirtioNetHeader);
        if (length <= 0 || IsClosed)
        {
            return;
        }

        ReadOnlySpan<byte> bytes = _frames.AsSpan(index * LargestFrame, length);
        var frame = Device.Loop.Packets.Rent(length + 4);
        if (TagOf(index, (int)message.ControlLength) is { } tag && length >= 12)
        {
            frame.Append(bytes[..12]);
            BinaryPrimitives.WriteUInt32BigEndian(frame.Append(4), tag);
            bytes = bytes[12..];
        }

        frame.Append(bytes);
        header.Apply(frame);
        Device.Received(frame);
    }

    /// <summary>The 802.1Q tag that Linux took off the frame; null if there was none.</summary>
    private uint? TagOf(int index, int length)
    {
        ReadOnlySpan<byte> control = _control.AsSpan(index * ControlSize, length);
        if (length < ControlHeader + PacketControl.AuxSize || MemoryMarshal.Read<int>(control[8..]) != PacketControl.SOL_PACKET ||
            MemoryMarshal.Read<int>(control[12..]) != PacketControl.PACKET_AUXDATA)
        {
            return null;
        }

        var data = control[ControlHeader..];
        if ((MemoryMarshal.Read<uint>(data[PacketControl.AuxStatus..]) & PacketControl.TP_STATUS_VLAN_VALID) == 0)
        {
            return null;
        }

        ushort protocol = MemoryMarshal.Read<ushort>(data[(PacketControl.AuxTag + 2)..]);
        return (uint)(protocol == 0 ? DefaultTagProtocol : protocol) << 16 | MemoryMarshal.Read<ushort>(data[PacketControl.AuxTag..]);
    }
}
