namespace Catenet.Kernel.Netfilter;

/// <summary>Something that looks at the packets that pass a hook point and decides over them.</summary>
public abstract class NetfilterHook
{
    /// <summary>Decides over a packet.</summary>
    /// <returns>
    /// <see cref="Verdict.Accept"/> to let the next hook see it. After anything else the packet is gone: a hook that
    /// refuses one ends its life by <see cref="HookContext.Drop"/> and returns what that returns.
    /// </returns>
    protected internal abstract Verdict Invoke(ref HookContext context);
}
