namespace Catenet.Packetdrill.Running;

/// <summary>How scripts are run.</summary>
public sealed record ScriptOptions
{
    /// <summary>With which family.</summary>
    public IpMode Mode { get; init; } = IpMode.IPv4;

    /// <summary>Symbols of the command line; they win over the script's own.</summary>
    public IReadOnlyDictionary<string, string> Definitions { get; init; } = new Dictionary<string, string>();

    /// <summary>By how much an event may be early or late, at least.</summary>
    public Duration Tolerance { get; init; } = Duration.FromMilliseconds(4);

    /// <summary>By how much an event may be early or late at least, even where a script says less: for stacks in real time.</summary>
    public Duration LeastTolerance { get; init; }

    /// <summary>By how much of the time since the event before, in percent.</summary>
    public double TolerancePercent { get; init; } = 12.5;

    /// <summary>How many of the last packets a failure tells.</summary>
    public int PacketsTold { get; init; } = 12;

    /// <summary>Decides every random choice of the stack.</summary>
    public ulong Seed { get; init; } = 1;
}
