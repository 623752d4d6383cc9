using Catenet.Core;

namespace Catenet.Fabric.Switching;

/// <summary>A switch's knobs.</summary>
public sealed record SwitchSettings
{
    /// <summary>How long a station is remembered that is not heard of (IEEE 802.1Q 8.8.3; Linux's ageing_time).</summary>
    public Duration AgeingTime { get; init; } = Duration.FromSeconds(300);

    /// <summary>How many stations the table holds; a further one takes the place of the one not heard of for longest. At least 1.</summary>
    public int TableSize { get; init; } = 8192;

    /// <summary>Frames that may wait at a port whose wire is busy. At least 1.</summary>
    public int PortQueue { get; init; } = 1000;

    /// <summary>The biggest payload (IP packet) in octets that a port takes in or sends; 9000 and more lets jumbo frames through.</summary>
    public int Mtu { get; init; } = 1500;

    internal void Validate()
    {
        if (AgeingTime <= Duration.Zero || TableSize < 1 || PortQueue < 1 || Mtu < 68)
        {
            throw new ArgumentException("A switch needs an ageing time above 0, room for 1 station and 1 waiting frame or more, and an MTU of 68 or more.");
        }
    }
}
