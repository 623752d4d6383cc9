using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Bench;

/// <summary>A device without a kernel: takes frames in and sends templates.</summary>
internal sealed class Sink : IFrameEndpoint
{
    private readonly EventLoop _loop;
    private readonly ILinkPort _port;
    private PacketQueue _waiting;

    public Sink(EventLoop loop, ILinkPort port)
    {
        _loop = loop;
        _port = port;
        port.Attach(this);
    }

    public long Received { get; private set; }

    public void Send(ReadOnlySpan<byte> template)
    {
        var frame = _loop.Packets.Rent(template);
        if (!_waiting.IsEmpty || !_port.TryTransmit(frame))
        {
            _waiting.Enqueue(frame);
        }
    }

    public void OnFrame(PacketBuffer frame)
    {
        Received++;
        frame.Release();
    }

    public void OnTransmitReady()
    {
        while (_waiting.TryDequeue(out var frame))
        {
            if (!_port.TryTransmit(frame))
            {
                _waiting.EnqueueFirst(frame);
                return;
            }
        }
    }

    public void OnCarrier(bool up)
    {
    }
}
