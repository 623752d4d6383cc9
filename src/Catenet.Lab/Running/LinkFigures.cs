using Catenet.Fabric.Links;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>Turns what a lab says of a link into the link's settings.</summary>
internal static class LinkFigures
{
    /// <summary>The medium's figures with what the lab says over them.</summary>
    public static LinkSettings Of(PlannedLink link)
    {
        var medium = Medium(link.Preset);
        return new LinkSettings { AToB = Over(medium.AToB, link.Up), BToA = Over(medium.BToA, link.Down) };
    }

    /// <summary>What is said, over what is there.</summary>
    public static LinkDirectionSettings Over(LinkDirectionSettings settings, Impairment said) => settings with
    {
        RateBitsPerSecond = said.Rate ?? settings.RateBitsPerSecond,
        Delay = said.Delay ?? settings.Delay,
        Jitter = said.Jitter ?? settings.Jitter,
        Loss = said.Loss ?? settings.Loss,
        Burst = said.BurstLoss is { } burst ? new Fabric.Links.BurstLoss(burst.Enter, burst.Leave, burst.Good, burst.Bad) : settings.Burst,
        Reordering = said.Reorder ?? settings.Reordering,
        ReorderDelay = said.ReorderDelay ?? settings.ReorderDelay,
        Duplication = said.Duplicate ?? settings.Duplication,
        Damage = said.Damage ?? settings.Damage,
        FrameCheck = said.FrameCheck ?? settings.FrameCheck,
        Queue = said.Queue ?? settings.Queue,
        MarkAbove = said.Mark ?? settings.MarkAbove,
    };

    private static LinkSettings Medium(LinkPreset preset) => preset switch
    {
        LinkPreset.Wifi => LinkPresets.Wifi,
        LinkPreset.Fibre => LinkPresets.Fibre,
        LinkPreset.Lte => LinkPresets.Lte,
        LinkPreset.Dsl => LinkPresets.Dsl,
        LinkPreset.Satellite => LinkPresets.Satellite,
        _ => LinkPresets.Ethernet,
    };
}
