namespace Catenet.Fabric.Links;

/// <summary>How a link's jitter is distributed around its delay.</summary>
public enum JitterShape
{
    /// <summary>Every value between delay - jitter and delay + jitter is as likely as any other.</summary>
    Uniform,

    /// <summary>A bell around the delay; the jitter is the standard deviation.</summary>
    Normal,
}
