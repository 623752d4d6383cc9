namespace Catenet.Kernel;

/// <summary>What a host must know before its first device is there.</summary>
public sealed class HostOptions
{
    /// <summary>The knobs to begin with; they are the host's own from then on.</summary>
    public Settings Settings { get; init; } = new();
}
