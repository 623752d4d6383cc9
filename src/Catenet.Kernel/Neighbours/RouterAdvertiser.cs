using Catenet.Kernel.Devices;
using Catenet.Wire.Internet.Ndp;

namespace Catenet.Kernel.Neighbours;

/// <summary>Advertises a router on one of its devices (RFC 4861 6.2), as radvd does: prefixes for autoconfiguration, MTU, name servers. Needs IPv6 forwarding.</summary>
/// <remarks>Set it up, then <see cref="Start"/>. Belongs to the loop's thread.</remarks>
public sealed class RouterAdvertiser : LoopTimer
{
    private const int InitialAdvertisements = 3;

    private static readonly Duration s_initialInterval = Duration.FromSeconds(16);
    private static readonly Duration s_minDelayBetween = Duration.FromSeconds(3);

    private readonly Host _host;
    private readonly NetDevice _device;
    private readonly RandomStream _random;
    private Instant _last = new(long.MinValue / 2);
    private int _sent;
    private bool _running;

    /// <summary>Makes an advertiser that does not advertise yet.</summary>
    public RouterAdvertiser(NetDevice device)
    {
        _device = device;
        _host = device.Host;
        _random = _host.Random($"radvd/{device.Name}");
    }

    /// <summary>The prefixes that are on the link; usually of length 64, with <see cref="PrefixInformation.Autonomous"/> set. At most 16.</summary>
    public IList<PrefixInformation> Prefixes { get; } = [];

    /// <summary>Recursive name servers to tell hosts of. At most 8.</summary>
    public IList<InetAddress> NameServers { get; } = [];

    /// <summary>The MTU hosts should use, in octets; zero: nothing is said.</summary>
    public int Mtu { get; set; }

    /// <summary>How long hosts may use this router without hearing of it again, in whole seconds up to 9000; zero: not as a default router.</summary>
    public Duration RouterLifetime { get; set; } = Duration.FromSeconds(1800);

    /// <summary>The hop limit hosts should use; zero: nothing is said.</summary>
    public byte HopLimit { get; set; } = 64;

    /// <summary>The router preference (RFC 4191): 1 high, 0 medium, -1 low.</summary>
    public int Preference { get; set; }

    /// <summary>The longest time between unsolicited advertisements; the shortest is a third of it.</summary>
    public Duration MaxInterval { get; set; } = Duration.FromSeconds(600);

    /// <summary>Begins to advertise, at first more often.</summary>
    public void Start()
    {
        if (!_running)
        {
            _running = true;
            _sent = 0;
            _device.Groups.Join(InetAddress.AllRouters);
            _host.Neighbours.RouterDiscovery.Solicited += OnSolicited;
            _host.Loop.Arm(this, _random.NextDuration(Duration.FromMilliseconds(500)));
        }
    }

    /// <summary>Stops, and tells hosts not to use this router any more (RFC 4861 6.2.5).</summary>
    public void Stop()
    {
        if (_running)
        {
            _running = false;
            _host.Loop.Cancel(this);
            _host.Neighbours.RouterDiscovery.Solicited -= OnSolicited;
            _device.Groups.Leave(InetAddress.AllRouters);
            Send(Duration.Zero);
        }
    }

    /// <summary>The time for the next advertisement has come.</summary>
    protected override void Fire(Instant now)
    {
        var next = MaxInterval / 3 + _random.NextDuration(MaxInterval - MaxInterval / 3);
        if (!Send(RouterLifetime))
        {
            // The link-local address is still being checked.
            _host.Loop.Arm(this, Duration.FromSeconds(1));
            return;
        }

        _sent++;
        _host.Loop.Arm(this, _sent < InitialAdvertisements ? Duration.Min(next, s_initialInterval) : next);
    }

    /// <summary>Answers a solicitation to everybody, after a random delay and not more often than every three seconds (RFC 4861 6.2.6).</summary>
    private void OnSolicited(NetDevice device)
    {
        if (device == _device)
        {
            var when = Instant.Max(_host.Loop.Now, _last + s_minDelayBetween) + _random.NextDuration(Duration.FromMilliseconds(500));
            _host.Loop.Arm(this, Instant.Min(when, IsArmed ? Deadline : Instant.Never));
        }
    }

    private bool Send(Duration lifetime)
    {
        if (!_device.IsRunning || _device.Addresses.LinkLocal is not { } source)
        {
            return false;
        }

        _last = _host.Loop.Now;
        int servers = Math.Min(NameServers.Count, 8), prefixes = Math.Min(Prefixes.Count, 16);
        int size = RouterAdvertisementView.Size + 8 + (Mtu != 0 ? 8 : 0) + 32 * prefixes + (servers != 0 ? 8 + 16 * servers : 0);
        var packet = _host.Loop.Packets.Rent(size);
        var span = packet.Append(size);
        RouterAdvertisementView.Write(span, HopLimit, (ushort)lifetime.TotalSeconds, preference: Preference);
        var options = new NdpOptionWriter(span[RouterAdvertisementView.Size..]);
        options.AddSourceLinkAddress(_device.Mac);
        if (Mtu != 0)
        {
            options.AddMtu((uint)Mtu);
        }

        for (int i = 0; i < prefixes; i++)
        {
            options.AddPrefixInformation(Prefixes[i]);
        }

        if (servers != 0)
        {
            Span<InetAddress> list = stackalloc InetAddress[servers];
            for (int i = 0; i < servers; i++)
            {
                list[i] = NameServers[i];
            }

            options.AddRecursiveDnsServers((uint)(MaxInterval.TotalSeconds * 3), list);
        }

        _host.Neighbours.Ndp.Send(packet, _device, source.Address, InetAddress.AllNodes);
        return true;
    }
}
