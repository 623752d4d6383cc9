namespace Catenet.Fabric.Links;

/// <summary>What one direction of a link has done.</summary>
public struct LinkCounters
{
    /// <summary>Frames taken from the transmitter.</summary>
    public long Frames { get; internal set; }

    /// <summary>Octets of those frames.</summary>
    public long Octets { get; internal set; }

    /// <summary>Frames handed to the receiver, duplicates included.</summary>
    public long Delivered { get; internal set; }

    /// <summary>Frames that arrived twice.</summary>
    public long Duplicated { get; internal set; }

    /// <summary>Frames held back so that others overtake them.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Frames in which bits were flipped, whether or not the frame check caught it.</summary>
    public long Damaged { get; internal set; }
}
