namespace Catenet.Kernel.Tcp;

/// <summary>What was in flight and what had been lost when a segment was sent (P.tx_in_flight and P.lost of draft-ietf-ccwg-bbr), kept per step of delivery rather than per segment.</summary>
internal sealed class BbrFlights
{
    private const int Size = 64;

    private readonly (uint Delivered, uint Lost, int InFlight)[] _steps = new (uint, uint, int)[Size];
    private uint _next;

    /// <summary>An acknowledgment has come: what was in flight before it is known now.</summary>
    public void OnAck(in AckSample ack)
    {
        if (_next > 0)
        {
            ref var latest = ref _steps[(_next - 1) % Size];
            latest.InFlight = Math.Max(latest.InFlight, ack.InFlight + ack.Acked + ack.Lost);
        }
    }

    /// <summary>What is sent from now on is sent after so much delivery.</summary>
    public void Step(in AckSample ack)
    {
        // A round trip takes about half of the steps.
        if (_next == 0 || ack.Delivered - _steps[(_next - 1) % Size].Delivered > (uint)(ack.InFlight / (Size / 2)))
        {
            _steps[_next++ % Size] = (ack.Delivered, ack.TotalLost, ack.InFlight);
        }
    }

    /// <summary>Of the segment that was sent after so much delivery: what was in flight then, and what was lost before it.</summary>
    public (int InFlight, uint Lost) At(uint delivered)
    {
        uint oldest = _next > Size ? _next - Size : 0;
        for (uint i = _next; i > oldest; i--)
        {
            ref readonly var step = ref _steps[(i - 1) % Size];
            if (i - 1 == oldest || (int)(step.Delivered - delivered) <= 0)
            {
                return (step.InFlight, step.Lost);
            }
        }

        return (0, 0);
    }
}
