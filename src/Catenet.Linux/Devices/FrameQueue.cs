using System.Runtime.InteropServices;
using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Native;
using Catenet.Wire.Link;

namespace Catenet.Linux.Devices;

/// <summary>One descriptor through which frames come and go, each behind a virtio header.</summary>
/// <param name="device">Whose it is.</param>
/// <param name="descriptor">The descriptor, which does not block.</param>
/// <param name="bare">Whether Linux's side has no Ethernet header: packets of a TUN begin at their IP header.</param>
internal abstract unsafe class FrameQueue(LinuxDevice device, FileDescriptor descriptor, bool bare) : FdSource
{
    /// <summary>Frames taken in before others have their turn.</summary>
    protected const int Budget = 64;

    /// <summary>What a frame of slices may have at most; one with more is gathered first. UIO_MAXIOV is 1024.</summary>
    private const int MaxSlices = 62;

    private readonly PinnedGCHandle<byte[]>[] _pins = new PinnedGCHandle<byte[]>[MaxSlices];

    public sealed override int Descriptor => descriptor.Value;

    protected LinuxDevice Device => device;

    protected bool IsClosed => descriptor.IsClosed;

    /// <summary>Octets at a frame's beginning that Linux's side does not have.</summary>
    protected int Hidden => bare ? EthernetView.Size : 0;

    /// <summary>Writes a frame and releases it. False: not now, the caller keeps it.</summary>
    public bool TryWrite(PacketBuffer frame)
    {
        if (IsClosed)
        {
            device.Drop(frame, DropReason.DeviceDown);
            return true;
        }

        if (frame.Slices.Length > MaxSlices)
        {
            frame.Linearize();
        }

        if (!frame.EnsureLinear(EthernetView.Size) || !VirtioNetHeader.TryDescribe(frame, Hidden, out var header))
        {
            device.Drop(frame, DropReason.PacketTooSmall);
            return true;
        }

        int length = frame.Length;
        if (Write(frame, &header) >= 0)
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
            case Errno.EMSGSIZE:
                device.Drop(frame, DropReason.PacketTooBig);
                return true;
            case Errno.EINVAL:
                device.Drop(frame, DropReason.UnhandledProtocol);
                return true;
            default:
                device.Drop(frame, DropReason.DeviceDown);
                return true;
        }
    }

    /// <summary>Lets go of the descriptor and of what was kept for reading.</summary>
    public virtual void Close()
    {
        foreach (ref var pin in _pins.AsSpan())
        {
            if (pin.IsAllocated)
            {
                pin.Dispose();
            }
        }

        descriptor.Dispose();
    }

    protected internal sealed override void OnWritable() => device.Writable(this);

    private nint Write(PacketBuffer frame, VirtioNetHeader* header)
    {
        var slices = frame.Slices;
        IoVector* vectors = stackalloc IoVector[2 + MaxSlices];
        vectors[0] = new IoVector(header, sizeof(VirtioNetHeader));
        fixed (byte* linear = frame.Span)
        {
            vectors[1] = new IoVector(linear + Hidden, frame.LinearLength - Hidden);
            for (int i = 0; i < slices.Length; i++)
            {
                vectors[2 + i] = new IoVector(Pin(i, slices[i].Block.Bytes) + slices[i].Offset, slices[i].Length);
            }

            return Libc.WriteV(descriptor.Value, vectors, 2 + slices.Length);
        }
    }

    private byte* Pin(int index, byte[] bytes)
    {
        ref var pin = ref _pins[index];
        if (pin.IsAllocated)
        {
            pin.Target = bytes;
        }
        else
        {
            pin = new PinnedGCHandle<byte[]>(bytes);
        }

        return pin.GetAddressOfArrayData();
    }
}
