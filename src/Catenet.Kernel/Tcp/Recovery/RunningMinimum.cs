using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The least value of a sliding window of time, by the three best of its parts (Kathleen Nichols' filter, as Linux's tcp_min_rtt_wlen uses it).</summary>
internal struct RunningMinimum
{
    private Sample _best;
    private Sample _second;
    private Sample _third;

    public readonly bool IsEmpty => _best.Value == 0;

    /// <summary>The least value in the window; zero if there was none.</summary>
    public readonly uint Value => _best.Value;

    /// <param name="value">The value; not zero.</param>
    /// <param name="now">When it was measured.</param>
    /// <param name="window">How long it counts.</param>
    public void Add(uint value, Instant now, Duration window)
    {
        uint length = (uint)Math.Min(window.Nanoseconds / 1_000_000, int.MaxValue);
        var sample = new Sample((uint)(now.Nanoseconds / 1_000_000), value);
        if (IsEmpty || value <= _best.Value || sample.At - _third.At > length)
        {
            _best = _second = _third = sample; // a new least, or nothing left in the window
            return;
        }

        if (value <= _second.Value)
        {
            _second = _third = sample;
        }
        else if (value <= _third.Value)
        {
            _third = sample;
        }

        Advance(sample, length);
    }

    /// <summary>Lets the best go when the window has passed it, and sees that the others are from its later parts.</summary>
    private void Advance(Sample sample, uint length)
    {
        uint age = sample.At - _best.At;
        if (age > length)
        {
            (_best, _second, _third) = (_second, _third, sample);
            if (sample.At - _best.At > length)
            {
                (_best, _second) = (_second, _third);
            }
        }
        else if (_second.At == _best.At && age > length / 4)
        {
            _second = _third = sample;
        }
        else if (_third.At == _second.At && age > length / 2)
        {
            _third = sample;
        }
    }

    private readonly record struct Sample(uint At, uint Value);
}
