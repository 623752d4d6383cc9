using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

internal sealed class NdpProtocol(Host host)
{
    public void StartDad(InterfaceAddress address) => host.Devices.ByIndex(0);

    public void StopDad(InterfaceAddress address) => _ = host;
}
