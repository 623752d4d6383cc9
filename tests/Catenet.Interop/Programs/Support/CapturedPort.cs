using Catenet.Kernel.Devices;
using Catenet.Wire.Capture;

namespace Catenet.Interop.Programs.Support;

/// <summary>A place on a cable where every frame is written down as it passes, in both directions.</summary>
internal sealed class CapturedPort(ILinkPort port, EventLoop loop, Capture capture, string name) : ILinkPort, IFrameEndpoint
{
    private readonly int _wire = capture.AddInterface(name);
    private IFrameEndpoint? _endpoint;

    /// <summary>Called with the length of every frame that passes.</summary>
    public Action<int>? Seen { get; set; }

    /// <summary>The cable is cut, unnoticed: it swallows whatever is sent, either way.</summary>
    public bool IsCut { get; set; }

    public DeviceFeatures Features => port.Features;

    public bool TryTransmit(PacketBuffer frame)
    {
        if (IsCut)
        {
            frame.Release();
            return true;
        }

        // The port may release the frame at once; one that the wire refuses is written when it is tried again.
        int length = frame.Length;
        var copy = frame.Clone();
        bool taken = port.TryTransmit(frame);
        if (taken)
        {
            capture.Write(_wire, loop.Now, copy, PacketDirection.Outbound);
            Seen?.Invoke(length);
        }

        copy.Release();
        return taken;
    }

    public void Attach(IFrameEndpoint endpoint)
    {
        _endpoint = endpoint;
        port.Attach(this);
    }

    public void OnFrame(PacketBuffer frame)
    {
        if (IsCut)
        {
            frame.Release();
            return;
        }

        capture.Write(_wire, loop.Now, frame, PacketDirection.Inbound);
        Seen?.Invoke(frame.Length);
        _endpoint!.OnFrame(frame);
    }

    public void OnTransmitReady() => _endpoint!.OnTransmitReady();

    public void OnCarrier(bool up) => _endpoint!.OnCarrier(up);
}
