using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Tests.Sockets;

/// <summary>A cable that delays frames and loses those that a test chooses.</summary>
internal sealed class TestWire
{
    public TestWire(EventLoop loop, Duration delay)
    {
        A = new End(this, loop, delay);
        B = new End(this, loop, delay);
        A.Other = B;
        B.Other = A;
    }

    public End A { get; }

    public End B { get; }

    /// <summary>Says whether a frame (from its link header on) gets lost.</summary>
    public Func<PacketBuffer, bool>? Loses { get; set; }

    /// <summary>May change a frame on its way.</summary>
    public Action<PacketBuffer>? Touches { get; set; }

    /// <summary>Frames carried or lost so far.</summary>
    public int Frames { get; private set; }

    internal sealed class End(TestWire wire, EventLoop loop, Duration delay) : ILinkPort
    {
        private IFrameEndpoint? _endpoint;

        public End Other { get; set; } = null!;

        public bool TryTransmit(PacketBuffer frame)
        {
            wire.Frames++;
            if (wire.Loses?.Invoke(frame) == true || Other._endpoint is null)
            {
                frame.Release();
                return true;
            }

            wire.Touches?.Invoke(frame);
            loop.Arm(new ActionTimer(_ => Other._endpoint!.OnFrame(frame)), delay);
            return true;
        }

        public void Attach(IFrameEndpoint endpoint) => _endpoint = endpoint;
    }
}
