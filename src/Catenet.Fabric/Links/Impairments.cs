using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>The dice of one direction: what chance does to a frame. All of it is drawn from the direction's own random stream.</summary>
internal sealed class Impairments(RandomStream random)
{
    private bool _bad;

    /// <summary>Whether the frame is lost. Moves the burst model on by one frame.</summary>
    public bool Loses(LinkDirectionSettings settings)
    {
        bool lost = random.Chance(settings.Loss);
        if (settings.Burst is { } burst)
        {
            _bad = random.Chance(_bad ? burst.R : burst.P) ? !_bad : _bad;
            lost |= random.Chance(_bad ? burst.BadLoss : burst.GoodLoss);
        }

        return lost;
    }

    public bool Damages(LinkDirectionSettings settings) => random.Chance(settings.Damage);

    public bool Duplicates(LinkDirectionSettings settings) => random.Chance(settings.Duplication);

    public bool HoldsBack(LinkDirectionSettings settings) => random.Chance(settings.Reordering);

    /// <summary>The delay of this frame.</summary>
    public Duration Delay(LinkDirectionSettings settings)
    {
        if (settings.Jitter == Duration.Zero)
        {
            return settings.Delay;
        }

        double x = settings.JitterShape == JitterShape.Normal
            ? Math.Clamp(random.NextGaussian(), -4, 4)
            : (random.NextDouble() * 2) - 1;
        return Duration.Max(Duration.Zero, settings.Delay + (settings.Jitter * x));
    }

    /// <summary>Flips bits, in memory that belongs to this frame alone: a retransmission must not find them flipped.</summary>
    public void Flip(PacketBuffer frame, int bits)
    {
        frame.Linearize();
        frame.EnsureWritable();
        frame.Checksum = ChecksumState.None;
        var octets = frame.Span;
        for (int i = 0; i < bits; i++)
        {
            int bit = random.Next(octets.Length * 8);
            octets[bit >> 3] ^= (byte)(1 << (bit & 7));
        }
    }
}
