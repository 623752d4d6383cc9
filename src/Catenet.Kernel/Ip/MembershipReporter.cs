using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Ip;

/// <summary>Tells routers which groups this host listens to.</summary>
internal sealed class MembershipReporter(Host host)
{
    public void OnJoined(NetDevice device, InetAddress group) => _ = host;

    public void OnLeft(NetDevice device, InetAddress group) => _ = host;
}
