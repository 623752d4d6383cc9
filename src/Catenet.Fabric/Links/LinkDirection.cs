using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Links;

/// <summary>One direction of a link: a transmitter that sends frame after frame at a rate, and a wire on which they take time and meet accidents.</summary>
/// <remarks>
/// Frames in flight wait in a queue in the order of their arrival, with one timer for the first; those that overtake or fall
/// behind wait beside it. The same timer tells a transmitter that was turned away when the wire is free again. The direction is that
/// timer, and holds what every frame needs in itself: in a big network each object less is a cache miss less. Belongs to the loop's thread.
/// </remarks>
public sealed class LinkDirection : LoopTimer
{
    /// <summary>How many frames may be in flight; more are dropped with <see cref="DropReason.LinkQueueFull"/>. Only links without a rate come near it.</summary>
    public const int MaxInFlight = 1 << 20;

    /// <summary>Frames handed over before the receiver gets its turn, so that a burst does not overrun its ring.</summary>
    private const int DeliveryBudget = 64;

    private const int EthernetHeader = 14;
    private const int VlanTag = 4;

    private readonly EventLoop _loop;
    private readonly Link _link;
    private readonly Impairments _impairments;
    private readonly ArrivalTask _task;
    private LateFrames? _late;
    private IFrameEndpoint? _receiver;
    private LinkDirectionSettings _settings;
    private PacketQueue _inFlight;
    private Instant _busyUntil;
    private Instant _lastDue;
    private long _carry;
    private LinkCounters _counters;
    private bool _isUp = true;
    private bool _perfect;
    private bool _transmitterWaits;

    internal LinkDirection(Link link, LinkEnd from, LinkEnd to, EventLoop loop, LinkDirectionSettings settings)
    {
        _link = link;
        _loop = loop;
        From = from;
        To = to;
        Name = $"{from.Name} -> {to.Name}";
        _impairments = new Impairments(loop.Random($"link/{link.Name}/{Name}"));
        _task = new ArrivalTask(this);
        _settings = settings;
        _perfect = settings.IsPerfect;
    }

    /// <summary>The name: <c>alice -> home</c>.</summary>
    public string Name { get; }

    /// <summary>The link it belongs to.</summary>
    public Link Link => _link;

    /// <summary>The end that transmits.</summary>
    public LinkEnd From { get; }

    /// <summary>The end that receives.</summary>
    public LinkEnd To { get; }

    /// <summary>What it does to frames; change it with <see cref="Link.Configure(LinkDirection, LinkDirectionSettings)"/>.</summary>
    public LinkDirectionSettings Settings => _settings;

    /// <summary>What it has done.</summary>
    public ref readonly LinkCounters Counters => ref _counters;

    /// <summary>What it has dropped, by reason.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>Frames on the wire now.</summary>
    public int InFlight => _inFlight.Count + (_late?.Count ?? 0);

    /// <summary>When the transmitter will have sent the last frame it took.</summary>
    public Instant BusyUntil => _busyUntil;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    protected override void Fire(Instant now) => OnDue();

    /// <inheritdoc/>
    protected override void Anticipate(AnticipationStep step)
    {
        if (step != AnticipationStep.Soon)
        {
            _receiver?.Anticipate(step);
            return;
        }

        if (_receiver is not null)
        {
            Prefetch.Object(_receiver, 6);
        }

        if (_inFlight.Peek() is { } frame)
        {
            Prefetch.Object(frame, 4);
        }
    }

    internal void Configure(LinkDirectionSettings settings)
    {
        _settings = settings;
        _perfect = settings.IsPerfect;
        From.ApplyQueue();
    }

    /// <summary>Takes a frame, unless the one before is still being sent; then the transmitter is told once it may try again.</summary>
    internal bool TryTransmit(PacketBuffer frame)
    {
        Instant now = _loop.Now;
        if (now < _busyUntil)
        {
            if (!_transmitterWaits)
            {
                _transmitterWaits = true;
                Rearm();
            }

            return false;
        }

        _counters.Frames++;
        _counters.Octets += frame.Length;
        if (!_isUp || _receiver is null)
        {
            Drop(frame, DropReason.LinkDown);
        }
        else if (InFlight >= MaxInFlight)
        {
            Drop(frame, DropReason.LinkQueueFull);
        }
        else if (_perfect)
        {
            Trace(TraceKind.LinkTransmit, frame, null, 0);
            PutInLine(frame, now);
        }
        else if (_settings.Mtu != 0 && IsTooBig(frame))
        {
            Drop(frame, DropReason.PacketTooBig);
        }
        else
        {
            Send(frame, now);
        }

        return true;
    }

    /// <summary>Something is plugged in where this direction arrives, or nothing any more.</summary>
    internal void OnAttach(IFrameEndpoint? receiver) => _receiver = receiver;

    internal void OnMend() => _isUp = true;

    /// <summary>The wire breaks: what is on it is lost, and nobody waits for it any more.</summary>
    internal void OnCut()
    {
        _isUp = false;
        while (_inFlight.TryDequeue(out var frame))
        {
            Drop(frame, DropReason.LinkDown);
        }

        while (_late is { Count: > 0 })
        {
            Drop(_late.Take(), DropReason.LinkDown);
        }

        _lastDue = _busyUntil = _loop.Now;
        Rearm();
    }

    private void Send(PacketBuffer frame, Instant now)
    {
        var settings = _settings;
        Instant sent = settings.RateBitsPerSecond == 0 ? now : Serialize(frame, now, settings);
        Instant due = sent + (settings.Jitter == Duration.Zero ? settings.Delay : _impairments.Delay(settings));
        if (!settings.JitterReorders)
        {
            due = Instant.Max(due, _lastDue);
        }

        Trace(TraceKind.LinkTransmit, frame, null, (due - now).Nanoseconds);
        if (settings.Blocked)
        {
            Drop(frame, DropReason.LinkDown);
        }
        else if (!settings.Impairs)
        {
            PutInLine(frame, due);
        }
        else if (Survives(frame, settings))
        {
            PutOnWire(frame, due, settings);
        }
    }

    /// <summary>Occupies the transmitter. What a division leaves over is carried to the next frame in a row, so that a full link is exactly as fast as it should be.</summary>
    private Instant Serialize(PacketBuffer frame, Instant now, LinkDirectionSettings settings)
    {
        long bits = (frame.Length + settings.OverheadOctets) * 8L;
        long amount = (bits * 1_000_000_000L) + (now == _busyUntil ? _carry : 0);
        (long nanoseconds, _carry) = Math.DivRem(amount, settings.RateBitsPerSecond);
        _busyUntil = now + new Duration(nanoseconds);
        return _busyUntil;
    }

    private bool Survives(PacketBuffer frame, LinkDirectionSettings settings)
    {
        if (_impairments.Loses(settings))
        {
            Trace(TraceKind.LinkImpairment, frame, "lost", 0);
            Drop(frame, DropReason.LinkLoss);
            return false;
        }

        if (_impairments.Damages(settings))
        {
            _counters.Damaged++;
            _impairments.Flip(frame, settings.DamageBits);
            Trace(TraceKind.LinkImpairment, frame, "damaged", settings.DamageBits);
            if (settings.FrameCheck)
            {
                Drop(frame, DropReason.FrameCheckSequence);
                return false;
            }
        }

        return true;
    }

    private void PutOnWire(PacketBuffer frame, Instant due, LinkDirectionSettings settings)
    {
        bool late = _impairments.HoldsBack(settings) && _late is not { IsFull: true };
        if (late)
        {
            _counters.Reordered++;
            due += settings.ReorderDelay;
            Trace(TraceKind.LinkImpairment, frame, "reordered", settings.ReorderDelay.Nanoseconds);
        }

        PacketBuffer? second = null;
        if (_impairments.Duplicates(settings))
        {
            _counters.Duplicated++;
            Trace(TraceKind.LinkImpairment, frame, "duplicated", 0);
            second = frame.Clone();
        }

        Put(frame, due, late);
        if (second is not null)
        {
            Put(second, due, late);
        }
    }

    private void Put(PacketBuffer frame, Instant due, bool late)
    {
        if ((late || due < _lastDue) && _late is not { IsFull: true })
        {
            frame.Due = due;
            (_late ??= new LateFrames()).Add(frame);
            Rearm();
        }
        else
        {
            PutInLine(frame, Instant.Max(due, _lastDue));
        }
    }

    private void PutInLine(PacketBuffer frame, Instant due)
    {
        frame.Due = _lastDue = Instant.Max(due, _lastDue);
        _inFlight.Enqueue(frame);
        if (_inFlight.Count == 1)
        {
            Rearm();
        }
    }

    private Instant NextDue()
    {
        Instant due = _inFlight.Peek()?.Due ?? Instant.Never;
        return _late is null ? due : Instant.Min(due, _late.NextDue);
    }

    private void Rearm()
    {
        Instant next = NextDue();
        if (_transmitterWaits)
        {
            next = Instant.Min(next, _busyUntil);
        }

        if (next <= _loop.Now)
        {
            _loop.Schedule(_task);
        }
        else if (next != Deadline)
        {
            _loop.Arm(this, next);
        }
    }

    private void OnDue()
    {
        Instant now = _loop.Now;
        for (int budget = DeliveryBudget; budget > 0 && NextDue() <= now; budget--)
        {
            var frame = TakeNext();
            if (_receiver is not null)
            {
                _counters.Delivered++;
                _receiver.OnFrame(frame);
            }
            else
            {
                Drop(frame, DropReason.LinkDown);
            }
        }

        if (_transmitterWaits && _busyUntil <= now)
        {
            _transmitterWaits = false;
            From.Endpoint?.OnTransmitReady();
        }

        Rearm();
    }

    private PacketBuffer TakeNext()
    {
        var first = _inFlight.Peek();
        if (first is null || (_late is not null && _late.NextDue < first.Due))
        {
            return _late!.Take();
        }

        _inFlight.TryDequeue(out first);
        return first!;
    }

    private bool IsTooBig(PacketBuffer frame)
    {
        int payload = frame.Length - EthernetHeader;
        bool tagged = frame.EnsureLinear(EthernetHeader) && frame.Span[12] == 0x81 && frame.Span[13] == 0x00;
        return (tagged ? payload - VlanTag : payload) > _settings.Mtu;
    }

    private void Drop(PacketBuffer frame, DropReason reason)
    {
        Drops.Add(reason);
        if (_loop.Tracer.Enabled)
        {
            _loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.Drop,
                Time = _loop.Now,
                Node = _link.Name,
                Device = Name,
                Packet = frame,
                Reason = reason,
                Subject = this,
            });
        }

        frame.Release();
    }

    private void Trace(TraceKind kind, PacketBuffer frame, string? detail, long value)
    {
        if (_loop.Tracer.Enabled)
        {
            _loop.Tracer.Emit(new TraceEvent
            {
                Kind = kind,
                Time = _loop.Now,
                Node = _link.Name,
                Device = Name,
                Packet = frame,
                Subject = this,
                Detail = detail,
                Value = value,
            });
        }
    }

    private sealed class ArrivalTask(LinkDirection direction) : LoopTask
    {
        protected override void Run() => direction.OnDue();
    }
}
