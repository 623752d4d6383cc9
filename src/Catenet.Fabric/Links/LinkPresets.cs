using Catenet.Core;

namespace Catenet.Fabric.Links;

/// <summary>Links of everyday life. Round figures of what such an access shows to IP, not of a certain product.</summary>
/// <remarks>The first end is the user's: "up" is what the user sends. Delays are one way.</remarks>
public static class LinkPresets
{
    /// <summary>A patch cable: 1 Gbit/s with Ethernet's overhead per frame, 500 ns (100 m of copper).</summary>
    public static LinkSettings Ethernet { get; } = LinkSettings.Symmetric(new LinkDirectionSettings
    {
        RateBitsPerSecond = 1_000_000_000,
        OverheadOctets = LinkDirectionSettings.EthernetOverhead,
        Delay = new Duration(500),
    });

    /// <summary>A wireless LAN at home: 300 Mbit/s, 1.5 ms with 1 ms of jitter. No loss: 802.11 repeats lost frames itself, and what remains is jitter.</summary>
    public static LinkSettings Wifi { get; } = LinkSettings.Symmetric(new LinkDirectionSettings
    {
        RateBitsPerSecond = 300_000_000,
        Delay = Duration.FromMilliseconds(1.5),
        Jitter = Duration.FromMilliseconds(1),
    });

    /// <summary>A long-distance fibre: 10 Gbit/s, 1 ms (about 200 km at 4.9 us per km).</summary>
    public static LinkSettings Fibre { get; } = LinkSettings.Of(10_000_000_000, Duration.FromMilliseconds(1));

    /// <summary>A mobile network of the fourth generation: 15 Mbit/s up, 50 Mbit/s down, 20 ms with 5 ms of (normal) jitter, deep queues.</summary>
    public static LinkSettings Lte { get; } = Asymmetric(15_000_000, 50_000_000, new LinkDirectionSettings
    {
        Delay = Duration.FromMilliseconds(20),
        Jitter = Duration.FromMilliseconds(5),
        JitterShape = JitterShape.Normal,
        Queue = 1000,
    });

    /// <summary>A telephone line (VDSL): 10 Mbit/s up, 50 Mbit/s down, 8 ms.</summary>
    public static LinkSettings Dsl { get; } = Asymmetric(10_000_000, 50_000_000, new LinkDirectionSettings
    {
        Delay = Duration.FromMilliseconds(8),
        Queue = 256,
    });

    /// <summary>A geostationary satellite: 5 Mbit/s up, 25 Mbit/s down, 270 ms with 5 ms of jitter, 0.1 % lost in bursts of 3.</summary>
    public static LinkSettings Satellite { get; } = Asymmetric(5_000_000, 25_000_000, new LinkDirectionSettings
    {
        Delay = Duration.FromMilliseconds(270),
        Jitter = Duration.FromMilliseconds(5),
        Burst = BurstLoss.Of(0.001, 3),
        Queue = 1000,
    });

    /// <summary>The names that <see cref="TryGet"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ethernet", "cable", "wifi", "fibre", "lte", "dsl", "satellite"];

    /// <summary>Finds a preset by its name (lower case).</summary>
    public static bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkSettings? settings)
    {
        settings = name switch
        {
            "ethernet" or "cable" => Ethernet,
            "wifi" => Wifi,
            "fibre" => Fibre,
            "lte" => Lte,
            "dsl" => Dsl,
            "satellite" => Satellite,
            _ => null,
        };
        return settings is not null;
    }

    private static LinkSettings Asymmetric(long up, long down, LinkDirectionSettings both) => new()
    {
        AToB = both with { RateBitsPerSecond = up },
        BToA = both with { RateBitsPerSecond = down },
    };
}
