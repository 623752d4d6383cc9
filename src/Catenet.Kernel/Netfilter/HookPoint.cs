namespace Catenet.Kernel.Netfilter;

/// <summary>The five points of a packet's way at which netfilter sees it.</summary>
public enum HookPoint : byte
{
    /// <summary>Every packet that came in, before it is routed.</summary>
    PreRouting,

    /// <summary>Packets for this host, before the transport.</summary>
    LocalIn,

    /// <summary>Packets that are passed on.</summary>
    Forward,

    /// <summary>Packets made here, after they were routed.</summary>
    LocalOut,

    /// <summary>Every packet that is about to leave, before it is fragmented.</summary>
    PostRouting,
}
