namespace Catenet.Kernel.Netfilter;

/// <summary>What became of a packet at a hook point.</summary>
public enum Verdict : byte
{
    /// <summary>It goes on, perhaps rewritten.</summary>
    Accept,

    /// <summary>It is gone: whoever decided discarded it.</summary>
    Drop,

    /// <summary>Somebody keeps it.</summary>
    Stolen,
}
