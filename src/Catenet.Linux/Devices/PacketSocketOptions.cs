using Catenet.Linux.Namespaces;

namespace Catenet.Linux.Devices;

/// <summary>How a packet socket is put onto an interface of Linux.</summary>
public sealed record PacketSocketOptions
{
    /// <summary>The interface, which exists: <c>eth0</c>.</summary>
    public required string Interface { get; init; }

    /// <summary>The network namespace of the interface; the process's own if not given.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Whether frames for other stations than Linux's are taken in too; without, a Catenet host with a hardware address of its own hears only broadcasts.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Whether checksums and the cutting of TCP data into segments may be left to Linux and its driver.</summary>
    public bool Offload { get; init; } = true;
}
