using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using BurstLoss = Catenet.Fabric.Links.BurstLoss;
using Link = Catenet.Fabric.Links.Link;

namespace Catenet.Lab.Running;

/// <summary>Makes cables from the plan: the medium's figures, and over them what the lab says.</summary>
internal static class LinkBuilder
{
    public static Link Build(EventLoop loop, PlannedLink planned) =>
        new(loop, $"{planned.NodeA}.{planned.PortA}", $"{planned.NodeB}.{planned.PortB}", Settings(planned), planned.Name);

    public static LinkSettings Settings(PlannedLink planned)
    {
        var medium = Medium(planned.Preset);
        return new LinkSettings
        {
            AToB = Over(medium.AToB, planned.Up),
            BToA = Over(medium.BToA, planned.Down),
        };
    }

    /// <summary>A direction as the impairment says, and as it was where the impairment is silent.</summary>
    public static LinkDirectionSettings Over(LinkDirectionSettings under, Impairment over) => under with
    {
        RateBitsPerSecond = over.Rate ?? under.RateBitsPerSecond,
        Delay = over.Delay ?? under.Delay,
        Jitter = over.Jitter ?? under.Jitter,
        Loss = over.Loss ?? under.Loss,
        Burst = over.BurstLoss is { } burst ? new BurstLoss(burst.Enter, burst.Leave, burst.Good, burst.Bad) : under.Burst,
        Reordering = over.Reorder ?? under.Reordering,
        ReorderDelay = over.ReorderDelay ?? under.ReorderDelay,
        Duplication = over.Duplicate ?? under.Duplication,
        Damage = over.Damage ?? under.Damage,
        FrameCheck = over.FrameCheck ?? under.FrameCheck,
        Queue = over.Queue ?? under.Queue,
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
