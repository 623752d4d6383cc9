using System.Runtime.InteropServices;
using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>One descriptor through which frames come and go, each behind a virtio header.</summary>
internal sealed unsafe class FrameQueue(LinuxDevice device, FileDescriptor descriptor) : FdSource
{
    /// <summary>Frames taken in before others have their turn.</summary>
    private const int Budget = 64;

    /// <summary>What fits into a small block behind the headroom: a frame of the usual MTU.</summary>
    private const int SmallFrame = 2048 - PacketPool.DefaultHeadroom;

    /// <summary>The rest of the largest super-packet.</summary>
    private const int LargestRest = 68 * 1024;

    /// <summary>A longer rest is worth keeping its big block instead of being copied.</summary>
    private const int WorthKeeping = 16 * 1024;

    private readonly PinnedGCHandle<byte[]>[] _pins = new PinnedGCHandle<byte[]>[MaxSlices];
    private PacketBuffer? _packet;
    private SharedBlock? _rest;

    private const int MaxSlices = 62;

    public override int Descriptor => descriptor.Value;

    /// <summary>Writes a frame and releases it. False: not now, the caller keeps it.</summary>
    public bool TryWrite(PacketBuffer frame)
    {
        if (descriptor.IsClosed)
        {
            device.Drop(frame, DropReason.DeviceDown);
            return true;
        }

        if (frame.Slices.Length > MaxSlices)
        {
            frame.Linearize();
        }

        var header = default(VirtioNetHeader);
        int length = frame.Length;
        nint written = Write(frame, &header);
        if (written >= 0)
        {
            device.Sent(length);
            frame.Release();
            return true;
        }

        switch (Libc.LastError)
        {
            case Errno.EAGAIN:
            case Errno.ENOBUFS:
                return false;
            case Errno.EIO:
            case Errno.ENETDOWN:
            case Errno.ENXIO:
            case Errno.EBADFD:
                device.Drop(frame, DropReason.DeviceDown);
                return true;
            default:
                device.Drop(frame, DropReason.PacketTooBig);
                return true;
        }
    }

    public void Close()
    {
        _packet?.Release();
        _packet = null;
        _rest?.Release();
        _rest = null;
        foreach (ref var pin in _pins.AsSpan())
        {
            if (pin.IsAllocated)
            {
                pin.Dispose();
            }
        }

        descriptor.Dispose();
    }

    protected internal override void OnReadable()
    {
        for (int budget = Budget; budget > 0 && WantsReadable && !descriptor.IsClosed; budget--)
        {
            if (TryRead() is not { } frame)
            {
                return;
            }

            device.Received(frame);
        }
    }

    protected internal override void OnWritable() => device.Writable(this);

    /// <summary>
    /// Reads a frame; null if there is none. Its beginning goes to a small block and the rest, if any, to a big one: a
    /// super-packet costs no copy, and a small frame no big block.
    /// </summary>
    private PacketBuffer? TryRead()
    {
        var packet = _packet ?? device.Loop.Packets.Rent(SmallFrame);
        var rest = _rest ??= device.Loop.Packets.RentBlock(LargestRest);
        _packet = null;
        var header = default(VirtioNetHeader);
        nint count;
        fixed (byte* small = packet.Append(SmallFrame), big = rest.Bytes)
        {
            IoVector* vectors = stackalloc IoVector[3];
            vectors[0] = new IoVector(&header, sizeof(VirtioNetHeader));
            vectors[1] = new IoVector(small, SmallFrame);
            vectors[2] = new IoVector(big, LargestRest);
            count = Libc.ReadV(descriptor.Value, vectors, 3) - sizeof(VirtioNetHeader);
        }

        if (count <= 0)
        {
            packet.TrimTo(0);
            _packet = packet;
            return null;
        }

        packet.Timestamp = device.Loop.Now;
        packet.TrimTo((int)Math.Min(count, SmallFrame));
        int more = (int)count - SmallFrame;
        if (more >= WorthKeeping)
        {
            packet.AppendSlice(rest, 0, more);
            rest.Release();
            _rest = null;
        }
        else if (more > 0)
        {
            packet.Append(rest.Bytes.AsSpan(0, more));
        }

        return packet;
    }

    private nint Write(PacketBuffer frame, VirtioNetHeader* header)
    {
        var slices = frame.Slices;
        IoVector* vectors = stackalloc IoVector[2 + slices.Length];
        vectors[0] = new IoVector(header, sizeof(VirtioNetHeader));
        fixed (byte* linear = frame.Span)
        {
            vectors[1] = new IoVector(linear, frame.LinearLength);
            for (int i = 0; i < slices.Length; i++)
            {
                ref var pin = ref _pins[i];
                if (!pin.IsAllocated)
                {
                    pin = new PinnedGCHandle<byte[]>(slices[i].Block.Bytes);
                }
                else
                {
                    pin.Target = slices[i].Block.Bytes;
                }

                vectors[2 + i] = new IoVector(pin.GetAddressOfArrayData() + slices[i].Offset, slices[i].Length);
            }

            return Libc.WriteV(descriptor.Value, vectors, 2 + slices.Length);
        }
    }
}
