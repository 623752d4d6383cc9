using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Offload;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>A full-duplex cable between two interfaces that can delay, lose, reorder, duplicate and damage frames; each direction has its own chances.</summary>
internal sealed class TestWire
{
    public TestWire(EventLoop loop, EthernetDevice a, EthernetDevice b, string name = "wire", DeviceFeatures features = DeviceFeatures.None)
    {
        AtoB = new Direction(loop, loop.Random(name + "/a-b"));
        BtoA = new Direction(loop, loop.Random(name + "/b-a"));
        a.Connect(new End(AtoB, BtoA, features));
        b.Connect(new End(BtoA, AtoB, features));
    }

    public Direction AtoB { get; }

    public Direction BtoA { get; }

    public void Both(Action<Direction> set)
    {
        set(AtoB);
        set(BtoA);
    }

    private sealed class End(Direction outward, Direction inward, DeviceFeatures features) : ILinkPort
    {
        public DeviceFeatures Features => features;

        public bool TryTransmit(PacketBuffer frame)
        {
            outward.Take(frame);
            return true;
        }

        public void Attach(IFrameEndpoint endpoint) => inward.Receiver = endpoint;
    }

    internal sealed class Direction(EventLoop loop, RandomStream random)
    {
        private Instant _free;

        public IFrameEndpoint? Receiver { get; set; }

        public Duration Delay { get; set; }

        /// <summary>Time on the wire per octet; zero: none.</summary>
        public Duration PerOctet { get; set; }

        /// <summary>How much time on the wire may be waiting in front of it; more is dropped.</summary>
        public Duration Queue { get; set; } = Duration.Infinite;

        /// <summary>How long a frame that comes now waits for the wire.</summary>
        public Duration Waiting => Duration.Max(_free - loop.Now, Duration.Zero);

        public double Loss { get; set; }

        public double Duplication { get; set; }

        public double Reordering { get; set; }

        public double Damage { get; set; }

        /// <summary>Decides on single frames: true loses the frame.</summary>
        public Func<PacketBuffer, bool>? LosesFrame { get; set; }

        public long Frames { get; private set; }

        /// <summary>Whether super-packets become packets on the wire, as with a network card; otherwise they cross as they are.</summary>
        public bool Cuts { get; set; }

        /// <summary>Sees every frame that a device hands over.</summary>
        public Action<PacketBuffer>? Sees { get; set; }

        public void Take(PacketBuffer frame)
        {
            Sees?.Invoke(frame);
            if (!Cuts || frame.Checksum != ChecksumState.Partial)
            {
                Carry(frame);
                return;
            }

            if (frame.GsoSize == 0)
            {
                Assert.True(PartialChecksum.Complete(frame));
                Carry(frame);
                return;
            }

            var segments = default(PacketQueue);
            Assert.True(TcpSegmenter.TryCut(frame, loop.Packets, ref segments, completeChecksums: true));
            frame.Release();
            while (segments.TryDequeue(out var segment))
            {
                Carry(segment);
            }
        }

        public void Carry(PacketBuffer frame)
        {
            Frames++;
            if (Waiting > Queue || (LosesFrame is not null && LosesFrame(frame)) || random.Chance(Loss))
            {
                frame.Release();
                return;
            }

            if (random.Chance(Duplication))
            {
                Deliver(frame.Clone(), Due(frame));
            }

            if (random.Chance(Damage))
            {
                frame.EnsureWritable();
                var bytes = frame.Linearize();
                bytes[random.Next(14, bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            Deliver(frame, Due(frame));
        }

        private Instant Due(PacketBuffer frame)
        {
            _free = Instant.Max(_free, loop.Now) + PerOctet * frame.Length;
            var due = _free + Delay;
            return random.Chance(Reordering) ? due + random.NextDuration(Delay + Duration.FromMilliseconds(2)) : due;
        }

        private void Deliver(PacketBuffer frame, Instant when)
        {
            if (when <= loop.Now)
            {
                Receiver!.OnFrame(frame);
            }
            else
            {
                loop.Arm(new Arrival(this, frame), when);
            }
        }

        private sealed class Arrival(Direction direction, PacketBuffer frame) : LoopTimer
        {
            protected override void Fire(Instant now) => direction.Receiver!.OnFrame(frame);
        }
    }
}
