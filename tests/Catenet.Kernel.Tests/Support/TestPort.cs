using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Tests.Support;

/// <summary>The far end of a cable that is a test: keeps what the device sends, and puts frames onto the wire.</summary>
public sealed class TestPort(EventLoop loop) : ILinkPort
{
    private IFrameEndpoint? _endpoint;

    public Queue<byte[]> Sent { get; } = new();

    public bool Busy { get; set; }

    public bool KeepFrames { get; set; } = true;

    public long Count { get; private set; }

    public bool TryTransmit(PacketBuffer frame)
    {
        if (Busy)
        {
            return false;
        }

        Count++;
        if (KeepFrames)
        {
            Sent.Enqueue(frame.ToArray());
        }

        frame.Release();
        return true;
    }

    public void Attach(IFrameEndpoint endpoint) => _endpoint = endpoint;

    public void Inject(ReadOnlySpan<byte> frame) => _endpoint!.OnFrame(loop.Packets.Rent(frame));

    public void Ready()
    {
        Busy = false;
        _endpoint!.OnTransmitReady();
    }

    public void Carrier(bool up) => _endpoint!.OnCarrier(up);
}
