using Catenet.Kernel;

namespace Catenet.Fabric.Cloud;

/// <summary>A virtual machine: a host with one or more elastic network interfaces.</summary>
public sealed class Instance
{
    private readonly List<NetworkInterface> _interfaces = [];

    internal Instance(Host host) => Host = host;

    /// <summary>Its kernel.</summary>
    public Host Host { get; }

    /// <summary>Its interfaces, in the order in which they were attached.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    /// <summary>The first interface, by which it was launched.</summary>
    public NetworkInterface Primary => _interfaces[0];

    /// <inheritdoc/>
    public override string ToString() => Host.Name;

    internal void Add(NetworkInterface added) => _interfaces.Add(added);
}
