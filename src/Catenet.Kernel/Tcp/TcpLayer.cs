namespace Catenet.Kernel.Tcp;

/// <summary>TCP of one host.</summary>
/// <param name="host">The host.</param>
public sealed class TcpLayer(Host host)
{
    /// <summary>The host.</summary>
    public Host Host => host;
}
