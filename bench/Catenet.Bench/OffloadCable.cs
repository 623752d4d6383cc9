using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;

namespace Catenet.Bench;

/// <summary>A cable between two hosts that carries super-packets and partial checksums as they are, after a delay.</summary>
internal sealed class OffloadCable
{
    public OffloadCable(Host a, string addressOfA, Host b, string addressOfB, Duration delay)
    {
        var ends = (new End(a.Loop, delay), new End(b.Loop, delay));
        ends.Item1.Other = ends.Item2;
        ends.Item2.Other = ends.Item1;
        Plug(a, addressOfA, ends.Item1);
        Plug(b, addressOfB, ends.Item2);
    }

    private static void Plug(Host host, string address, End end)
    {
        var device = host.Devices.AddEthernet("eth0");
        device.Connect(end);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse(address), 24);
    }

    private sealed class End(EventLoop loop, Duration delay) : LoopTimer, ILinkPort
    {
        private PacketQueue _inFlight;
        private IFrameEndpoint? _endpoint;

        public End Other { get; set; } = null!;

        public DeviceFeatures Features => DeviceFeatures.TransmitChecksum | DeviceFeatures.TcpSegmentation | DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments;

        public void Attach(IFrameEndpoint endpoint) => _endpoint = endpoint;

        public bool TryTransmit(PacketBuffer frame)
        {
            frame.Due = loop.Now + delay;
            _inFlight.Enqueue(frame);
            if (_inFlight.Count == 1)
            {
                loop.Arm(this, frame.Due);
            }

            return true;
        }

        protected override void Fire(Instant now)
        {
            while (_inFlight.Peek() is { } next)
            {
                if (next.Due > now)
                {
                    loop.Arm(this, next.Due);
                    return;
                }

                _inFlight.TryDequeue(out var frame);
                Other._endpoint!.OnFrame(frame!);
            }
        }
    }
}
