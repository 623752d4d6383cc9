using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Tests.Support;

/// <summary>A perfect cable between two devices with a delay; a test may look at or take away what passes.</summary>
public sealed class Cable
{
    private readonly EventLoop _loop;

    public Cable(EthernetDevice a, EthernetDevice b, Duration? delay = null)
    {
        _loop = a.Host.Loop;
        Delay = delay ?? Duration.FromMilliseconds(1);
        var first = new End(this);
        var second = new End(this);
        first.Other = second;
        second.Other = first;
        a.Connect(first);
        b.Connect(second);
    }

    public Duration Delay { get; }

    /// <summary>Returns false to lose a frame.</summary>
    public Func<PacketBuffer, bool>? Filter { get; set; }

    public long Frames { get; private set; }

    private sealed class End(Cable cable) : ILinkPort
    {
        private readonly Queue<(Instant When, PacketBuffer Frame)> _inFlight = new();
        private ActionTimer? _timer;

        public End Other { get; set; } = null!;

        private IFrameEndpoint? Endpoint { get; set; }

        public bool TryTransmit(PacketBuffer frame)
        {
            cable.Frames++;
            if (cable.Filter is { } filter && !filter(frame))
            {
                frame.Release();
                return true;
            }

            _inFlight.Enqueue((cable._loop.Now + cable.Delay, frame));
            Arm();
            return true;
        }

        public void Attach(IFrameEndpoint endpoint) => Endpoint = endpoint;

        private void Arm()
        {
            if (_inFlight.Count > 0)
            {
                _timer ??= new ActionTimer(Deliver);
                if (!_timer.IsArmed)
                {
                    cable._loop.Arm(_timer, _inFlight.Peek().When);
                }
            }
        }

        private void Deliver(Instant now)
        {
            while (_inFlight.TryPeek(out var head) && head.When <= now)
            {
                _inFlight.Dequeue();
                Other.Endpoint!.OnFrame(head.Frame);
            }

            Arm();
        }
    }
}
