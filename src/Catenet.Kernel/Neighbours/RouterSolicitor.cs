using Catenet.Kernel.Devices;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Neighbours;

/// <summary>Asks for routers on one device until one answers or enough was asked (RFC 4861 6.3.7).</summary>
internal sealed class RouterSolicitor : LoopTimer
{
    private readonly Host _host;
    private int _sent;

    public RouterSolicitor(Host host, NetDevice device)
    {
        _host = host;
        Device = device;
        host.Loop.Arm(this, host.Neighbours.Random.NextDuration(Duration.FromSeconds(1)));
    }

    public NetDevice Device { get; }

    protected override void Fire(Instant now)
    {
        if (++_sent < Device.Settings.RouterSolicitations)
        {
            _host.Loop.Arm(this, Device.Settings.RouterSolicitationInterval);
        }

        var source = Device.Addresses.LinkLocal;
        var packet = _host.Loop.Packets.Rent(RouterSolicitationView.Size + 8);
        var span = packet.Append(RouterSolicitationView.Size + 8);
        RouterSolicitationView.Write(span);
        if (source is null or { IsOptimistic: true })
        {
            packet.TrimTo(RouterSolicitationView.Size);
        }
        else
        {
            new NdpOptionWriter(span[RouterSolicitationView.Size..]).AddSourceLinkAddress(Device.Mac);
        }

        _host.Neighbours.Ndp.Send(packet, Device, source?.Address ?? InetAddress.AnyIPv6, InetAddress.AllRouters);
    }
}
