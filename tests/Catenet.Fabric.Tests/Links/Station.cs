using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Tests.Links;

/// <summary>A device without a kernel: sends what it is told as fast as the wire takes it, and notes what comes in.</summary>
internal sealed class Station : IFrameEndpoint
{
    private readonly EventLoop _loop;
    private readonly ILinkPort _port;
    private readonly bool _keepNotes;
    private PacketQueue _waiting;

    public Station(EventLoop loop, LinkEnd port, bool keepNotes = true)
    {
        _loop = loop;
        _port = port;
        _keepNotes = keepNotes;
        port.Attach(this);
    }

    public List<Arrival> Arrivals { get; } = [];

    public List<bool> Carrier { get; } = [];

    public long Received { get; private set; }

    public long ReceivedOctets { get; private set; }

    public int Waiting => _waiting.Count;

    public int ReadyCalls { get; private set; }

    public bool Answer { get; set; }

    public IEnumerable<int> Numbers => Arrivals.Select(a => a.Number);

    public void Send(int length, int number = 0, string destination = "02:00:00:00:00:02", string source = "02:00:00:00:00:01")
    {
        Send(Frame(length, number, destination, source));
    }

    public PacketBuffer Frame(int length, int number, string destination, string source)
    {
        var frame = _loop.Packets.Rent(length);
        var octets = frame.Append(length);
        octets.Clear();
        MacAddress.Parse(destination).CopyTo(octets);
        MacAddress.Parse(source).CopyTo(octets[6..]);
        octets[12] = 0x88;
        octets[13] = 0xB5;
        BitConverter.TryWriteBytes(octets[14..], number);
        return frame;
    }

    public void Send(PacketBuffer frame)
    {
        if (!_waiting.IsEmpty || !_port.TryTransmit(frame))
        {
            _waiting.Enqueue(frame);
        }
    }

    public void OnFrame(PacketBuffer frame)
    {
        Received++;
        ReceivedOctets += frame.Length;
        if (_keepNotes)
        {
            Arrivals.Add(new Arrival(_loop.Now, BitConverter.ToInt32(frame.Span[14..]), frame.Id, frame.ToArray()));
        }

        if (Answer)
        {
            Send(frame);
        }
        else
        {
            frame.Release();
        }
    }

    public void OnTransmitReady()
    {
        ReadyCalls++;
        while (_waiting.TryDequeue(out var frame))
        {
            if (!_port.TryTransmit(frame))
            {
                _waiting.EnqueueFirst(frame);
                return;
            }
        }
    }

    public void OnCarrier(bool up) => Carrier.Add(up);

    public sealed record Arrival(Instant Time, int Number, ulong Id, byte[] Octets);
}
