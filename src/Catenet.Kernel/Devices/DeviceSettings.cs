namespace Catenet.Kernel.Devices;

/// <summary>One device's knobs (net.ipv4.conf.DEV.* and net.ipv6.conf.DEV.*).</summary>
public sealed class DeviceSettings
{
    private NetDevice? _device;
    private int _rpFilter;

    /// <summary>rp_filter: 0 none, 1 strict (the route back must leave by the device the packet came in by), 2 loose (there must be a route back).</summary>
    public int RpFilter
    {
        get => _rpFilter;
        set
        {
            _rpFilter = value;
            _device?.Host.Routes.Touch();
        }
    }

    /// <summary>accept_source_route: whether packets with a source route are taken.</summary>
    public bool AcceptSourceRoute { get; set; }

    /// <summary>send_redirects: whether a forwarding host tells senders of a better first hop.</summary>
    public bool SendRedirects { get; set; } = true;

    /// <summary>accept_redirects: whether a host that does not forward believes such messages.</summary>
    public bool AcceptRedirects { get; set; } = true;

    /// <summary>proxy_arp: whether ARP requests for addresses reached by another device are answered.</summary>
    public bool ProxyArp { get; set; }

    /// <summary>arp_notify: whether addresses are announced when they are added or the device comes up.</summary>
    public bool ArpNotify { get; set; } = true;

    /// <summary>ndisc_notify: whether an IPv6 address that was found free is announced.</summary>
    public bool NdiscNotify { get; set; } = true;

    /// <summary>arp_accept: whether a gratuitous ARP makes a new entry, not only updates one.</summary>
    public bool ArpAccept { get; set; }

    /// <summary>disable_ipv6: whether the device has no IPv6 at all. Set it before the device comes up.</summary>
    public bool DisableIPv6 { get; set; }

    /// <summary>accept_dad and dad_transmits together: how many solicitations are sent for a new IPv6 address before it is used; zero: none (RFC 4862 5.4).</summary>
    public int DadTransmits { get; set; } = 1;

    /// <summary>optimistic_dad with use_optimistic: whether a new IPv6 address is used while it is still checked (RFC 4429).</summary>
    public bool OptimisticDad { get; set; }

    /// <summary>accept_ra: whether a host that does not forward takes router advertisements.</summary>
    public bool AcceptRa { get; set; } = true;

    /// <summary>autoconf: whether addresses are made from advertised prefixes (RFC 4862 5.5).</summary>
    public bool Autoconf { get; set; } = true;

    /// <summary>router_solicitations: how often routers are asked for when the device comes up.</summary>
    public int RouterSolicitations { get; set; } = 3;

    /// <summary>router_solicitation_interval: the time between them.</summary>
    public Duration RouterSolicitationInterval { get; set; } = Duration.FromSeconds(4);

    /// <summary>hop_limit: the hop limit of IPv6 packets made here that leave by this device; zero: the host's default. Router advertisements set it.</summary>
    public byte HopLimit { get; set; }

    /// <summary>The same settings for a device, which then go their own way.</summary>
    internal DeviceSettings CopyFor(NetDevice device)
    {
        var copy = (DeviceSettings)MemberwiseClone();
        copy._device = device;
        return copy;
    }
}
