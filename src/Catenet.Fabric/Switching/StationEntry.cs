using Catenet.Core;

namespace Catenet.Fabric.Switching;

/// <summary>What a switch knows of one station: the port behind which it was last heard.</summary>
public sealed class StationEntry
{
    internal StationEntry? Older;
    internal StationEntry? Newer;

    internal StationEntry(SwitchPort port) => Port = port;

    /// <summary>The station's address.</summary>
    public MacAddress Address { get; internal set; }

    /// <summary>The port behind which it is.</summary>
    public SwitchPort Port { get; internal set; }

    /// <summary>When it was last heard.</summary>
    public Instant LastHeard { get; internal set; }

    /// <summary>As <c>bridge fdb</c> prints it: <c>02:00:00:00:00:01 dev p1</c>.</summary>
    public override string ToString() => $"{Address} dev {Port.Name}";
}
