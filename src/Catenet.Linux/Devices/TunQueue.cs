using Catenet.Core;
using Catenet.Linux.Native;
using Catenet.Wire.Link;

namespace Catenet.Linux.Devices;

/// <summary>One queue of a TAP or TUN.</summary>
/// <param name="device">Whose it is.</param>
/// <param name="descriptor">The descriptor of /dev/net/tun.</param>
/// <param name="bare">Whether it is a TUN: packets without Ethernet header.</param>
internal sealed unsafe class TunQueue(LinuxDevice device, FileDescriptor descriptor, bool bare) : FrameQueue(device, descriptor, bare)
{
    /// <summary>What fits into a small block behind the headroom: a frame of the usual MTU.</summary>
    private const int SmallFrame = 2048 - PacketPool.DefaultHeadroom;

    /// <summary>The rest of the largest super-packet.</summary>
    private const int LargestRest = 68 * 1024;

    /// <summary>A longer rest is worth keeping its big block instead of being copied.</summary>
    private const int WorthKeeping = 16 * 1024;

    private PacketBuffer? _packet;
    private SharedBlock? _rest;

    /// <inheritdoc/>
    public override void Close()
    {
        _packet?.Release();
        _packet = null;
        _rest?.Release();
        _rest = null;
        base.Close();
    }

    /// <inheritdoc/>
    protected internal override void OnReadable()
    {
        for (int budget = Budget; budget > 0 && WantsReadable && !IsClosed; budget--)
        {
            if (TryRead() is not { } frame)
            {
                return;
            }

            Device.Received(frame);
        }
    }

    /// <summary>
    /// Reads a frame; null if there is none. Its beginning goes to a small block and the rest, if any, to a big one: a
    /// super-packet costs no copy, and a small frame no big block.
    /// </summary>
    private PacketBuffer? TryRead()
    {
        var packet = _packet ?? Device.Loop.Packets.Rent(SmallFrame);
        var rest = _rest ??= Device.Loop.Packets.RentBlock(LargestRest);
        _packet = null;
        VirtioNetHeader header;
        nint count;
        fixed (byte* small = packet.Append(SmallFrame), big = rest.Bytes)
        {
            IoVector* vectors = stackalloc IoVector[3];
            vectors[0] = new IoVector(&header, sizeof(VirtioNetHeader));
            vectors[1] = new IoVector(small + Hidden, SmallFrame - Hidden);
            vectors[2] = new IoVector(big, LargestRest);
            count = Libc.ReadV(Descriptor, vectors, 3) - sizeof(VirtioNetHeader);
        }

        if (count <= 0)
        {
            // Noted before anything else is called: without an interface the descriptor would be readable for ever.
            bool lost = count != -sizeof(VirtioNetHeader) && Libc.LastError is Errno.EBADFD or Errno.EIO;
            packet.TrimTo(0);
            _packet = packet;
            if (lost)
            {
                Device.Lost(this);
            }

            return null;
        }

        int length = (int)count + Hidden;
        packet.Timestamp = Device.Loop.Now;
        packet.TrimTo(Math.Min(length, SmallFrame));
        int more = length - SmallFrame;
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

        if (Hidden != 0)
        {
            ushort type = packet.Span[Hidden] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;
            EthernetView.Write(packet.Span, Device.PeerMac, MacAddress.None, type);
        }

        header.Apply(packet);
        return packet;
    }
}
