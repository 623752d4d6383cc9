namespace Catenet.Kernel.Udp;

/// <summary>UDP of one host.</summary>
/// <param name="host">The host.</param>
public sealed class UdpLayer(Host host)
{
    /// <summary>The host.</summary>
    public Host Host => host;
}
