using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>How one direction of a link behaves. The default is a perfect wire: any rate, no delay, no fault.</summary>
/// <remarks>
/// Immutable: to change a running link, give it another with <c>with</c> (see <see cref="Link.Configure(LinkSettings)"/>).
/// Probabilities are 0 to 1. What happens to a frame, in this order: too big for <see cref="Mtu"/>; serialized at
/// <see cref="RateBitsPerSecond"/>; lost; damaged; delayed with jitter; held back; duplicated.
/// </remarks>
public sealed record LinkDirectionSettings
{
    /// <summary>What preamble, frame check sequence and inter-frame gap add to every Ethernet frame on a real wire (IEEE 802.3: 8 + 4 + 12 octets).</summary>
    public const int EthernetOverhead = 24;

    /// <summary>A perfect wire.</summary>
    public static LinkDirectionSettings Perfect { get; } = new();

    /// <summary>Bits per second of frame octets; 0 for no limit.</summary>
    public long RateBitsPerSecond { get; init; }

    /// <summary>
    /// Octets counted for each frame beside its own when it is serialized. 0 (the default) makes a 10 Mbit/s link carry 10 Mbit/s of
    /// frames; <see cref="EthernetOverhead"/> makes it carry what a real Ethernet does.
    /// </summary>
    public int OverheadOctets { get; init; }

    /// <summary>Propagation delay: from the last bit sent to the last bit received.</summary>
    public Duration Delay { get; init; }

    /// <summary>
    /// Variation of <see cref="Delay"/>: half the width of the interval if <see cref="JitterShape"/> is uniform, the standard deviation
    /// (cut at four) if it is normal. The delay never becomes negative.
    /// </summary>
    public Duration Jitter { get; init; }

    /// <summary>How the jitter is distributed.</summary>
    public JitterShape JitterShape { get; init; }

    /// <summary>Whether jitter may let frames overtake each other. False (the default): they queue behind the late one, as on a real wire.</summary>
    public bool JitterReorders { get; init; }

    /// <summary>Probability that a frame is lost, independent of every other.</summary>
    public double Loss { get; init; }

    /// <summary>Loss in bursts, in addition to <see cref="Loss"/>; null for none.</summary>
    public BurstLoss? Burst { get; init; }

    /// <summary>Probability that a frame arrives twice, the second right behind the first.</summary>
    public double Duplication { get; init; }

    /// <summary>Probability that a frame is held back by <see cref="ReorderDelay"/>, so that later ones overtake it.</summary>
    public double Reordering { get; init; }

    /// <summary>How much longer a frame held back takes; 1 ms if not given.</summary>
    public Duration ReorderDelay { get; init; } = Duration.FromMilliseconds(1);

    /// <summary>Probability that bits of a frame are flipped.</summary>
    public double Damage { get; init; }

    /// <summary>How many bits of a damaged frame are flipped, at random places. One flip never escapes an Internet checksum; two may cancel out in it.</summary>
    public int DamageBits { get; init; } = 1;

    /// <summary>
    /// Whether the receiver's frame check sequence catches damage. True (the default, as on real Ethernet): the frame is dropped
    /// with <see cref="DropReason.FrameCheckSequence"/>. False: it arrives damaged, and the checksums of IP, TCP and UDP must catch it.
    /// </summary>
    public bool FrameCheck { get; init; } = true;

    /// <summary>Frames that may wait in front of this direction; null leaves the attached device's or port's own limit (a device's plain FIFO; another queueing discipline keeps its own).</summary>
    public int? Queue { get; init; }

    /// <summary>
    /// Packets that find at least this many frames waiting in front of this direction are marked as having experienced congestion, if their
    /// senders speak ECN (RFC 3168 5, RFC 8257 3.1); null for none. For a device's plain FIFO, not for a switch's port.
    /// </summary>
    public int? MarkAbove { get; init; }

    /// <summary>
    /// The biggest payload (IP packet) in octets that the link carries; bigger frames vanish with <see cref="DropReason.PacketTooBig"/>, and
    /// nobody is told: a path MTU black hole unless the devices' own MTU is set as well. 0 for no limit.
    /// </summary>
    public int Mtu { get; init; }

    /// <summary>Whether the direction swallows every frame while its carrier stays up: a one-way partition. The reason is <see cref="DropReason.LinkDown"/>.</summary>
    public bool Blocked { get; init; }

    /// <summary>Whether a frame can do nothing but arrive at once.</summary>
    internal bool IsPerfect => RateBitsPerSecond == 0 && Mtu == 0 && !Blocked && Delay == Duration.Zero && !Impairs;

    /// <summary>Whether chance has a hand in what happens to a frame.</summary>
    internal bool Impairs => Loss > 0 || Burst is not null || Duplication > 0 || Reordering > 0 || Damage > 0 || Jitter > Duration.Zero;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which and what it may be.</exception>
    public void Validate()
    {
        Require(RateBitsPerSecond >= 0, "rate", "0 (no limit) or more bits per second");
        Require(OverheadOctets is >= 0 and <= 1000, "overhead", "0 to 1000 octets per frame");
        Require(Delay >= Duration.Zero && Delay < Duration.FromSeconds(86_400), "delay", "0 or more, less than a day");
        Require(Jitter >= Duration.Zero && Jitter < Duration.FromSeconds(86_400), "jitter", "0 or more, less than a day");
        Require(ReorderDelay >= Duration.Zero && ReorderDelay < Duration.FromSeconds(86_400), "reorder delay", "0 or more, less than a day");
        Require(IsProbability(Loss), "loss", "0 to 1 (0 % to 100 %)");
        Require(IsProbability(Duplication), "duplication", "0 to 1 (0 % to 100 %)");
        Require(IsProbability(Reordering), "reordering", "0 to 1 (0 % to 100 %)");
        Require(IsProbability(Damage), "damage", "0 to 1 (0 % to 100 %)");
        Require(DamageBits is >= 1 and <= 1000, "damage bits", "1 to 1000 flipped bits");
        Require(Queue is null or >= 1, "queue", "1 or more frames");
        Require(MarkAbove is null or >= 0, "mark", "0 or more frames that wait");
        Require(Mtu == 0 || Mtu >= 68, "mtu", "68 octets or more (RFC 791), or 0 for no limit");
        Burst?.Validate();
    }

    internal static bool IsProbability(double value) => value is >= 0 and <= 1;

    internal static void Require(bool holds, string what, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"A link's {what} must be {allowed}.");
        }
    }
}
