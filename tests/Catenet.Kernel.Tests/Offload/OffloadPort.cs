using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Tests.Offload;

/// <summary>The far end of a cable that is a test and does what its features say: keeps what it was given, with what was said of it.</summary>
internal sealed class OffloadPort(EventLoop loop, DeviceFeatures features) : ILinkPort
{
    private IFrameEndpoint? _endpoint;

    public DeviceFeatures Features => features;

    public Queue<(byte[] Frame, int GsoSize, ChecksumState Checksum)> Sent { get; } = new();

    public int Room { get; set; } = int.MaxValue;

    public bool TryTransmit(PacketBuffer frame)
    {
        if (Room == 0)
        {
            return false;
        }

        Room--;
        Sent.Enqueue((frame.ToArray(), frame.GsoSize, frame.Checksum));
        frame.Release();
        return true;
    }

    public void Attach(IFrameEndpoint endpoint) => _endpoint = endpoint;

    public void Inject(ReadOnlySpan<byte> frame, int gsoSize = 0, ChecksumState checksum = ChecksumState.None)
    {
        var packet = loop.Packets.Rent(frame);
        packet.GsoSize = (ushort)gsoSize;
        packet.Checksum = checksum;
        _endpoint!.OnFrame(packet);
    }

    public void Ready(int room)
    {
        Room = room;
        _endpoint!.OnTransmitReady();
    }
}
