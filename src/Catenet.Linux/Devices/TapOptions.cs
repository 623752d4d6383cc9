using Catenet.Core;
using Catenet.Linux.Namespaces;

namespace Catenet.Linux.Devices;

/// <summary>How a TAP or TUN interface is made.</summary>
public sealed record TapOptions
{
    /// <summary>The interface's name in Linux, up to 15 octets; with <c>%d</c> in it Linux chooses a number. A persistent interface of this name that nobody has open is taken over.</summary>
    public string Name { get; init; } = "catenet%d";

    /// <summary>The network namespace the interface is made in; the process's own if not given.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>How many queues, 1 to 256: with several, Linux spreads its flows over them.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Whether checksums and the cutting of TCP data into segments may be spared between Linux and a Catenet interface cabled to it.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>The MTU in octets.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The hardware address of Linux's end; chosen by Linux if not given.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>Whether the interface is switched on.</summary>
    public bool Up { get; init; } = true;
}
