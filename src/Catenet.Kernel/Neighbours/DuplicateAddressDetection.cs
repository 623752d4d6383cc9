using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

/// <summary>The check of one new IPv6 address (RFC 4862 5.4): ask for it, and if nobody answers in time it is free.</summary>
internal sealed class DuplicateAddressDetection : LoopTimer
{
    private readonly Host _host;
    private int _sent;

    /// <summary>Begins the check after a random delay of up to a second (RFC 4862 5.4.2).</summary>
    public DuplicateAddressDetection(Host host, InterfaceAddress address)
    {
        _host = host;
        Address = address;
        host.Loop.Arm(this, host.Neighbours.Random.NextDuration(Duration.FromSeconds(1)));
    }

    public InterfaceAddress Address { get; }

    protected override void Fire(Instant now)
    {
        var device = Address.Device;
        if (_sent == device.Settings.DadTransmits)
        {
            _host.Neighbours.Ndp.OnUnique(Address);
            return;
        }

        _sent++;
        _host.Loop.Arm(this, device.AdvertisedRetransTime ?? _host.Settings.Neighbour.RetransTime);
        _host.Neighbours.Ndp.SendSolicitation(device, InetAddress.AnyIPv6, Address.Address.SolicitedNode, Address.Address);
    }
}
