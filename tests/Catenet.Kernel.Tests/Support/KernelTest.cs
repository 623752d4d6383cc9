using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Kernel.Ip;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Kernel.Tests.Support;

/// <summary>A loop in virtual time, hosts on it, and the check at the end that no packet leaked.</summary>
public abstract class KernelTest : IDisposable
{
    protected static readonly MacAddress PeerMac = MacAddress.Parse("02:00:00:00:00:99");

    protected EventLoop Loop { get; } = new();

    protected VirtualDriver Driver => new(Loop);

    protected static Instant Limit => new(3_600_000_000_000);

    public virtual void Dispose()
    {
        Driver.RunUntilIdle(Loop.Now + Duration.FromSeconds(200));
        Loop.Packets.AssertNoLeaks();
        GC.SuppressFinalize(this);
    }

    protected static InetAddress A(string text) => InetAddress.Parse(text);

    protected void Run(double seconds) => Driver.RunFor(Duration.FromSeconds(seconds));

    /// <summary>A host whose eth0 is silent about itself: no announcements, no duplicate address checks, no router solicitations.</summary>
    protected Host Quiet(string name, Action<Settings>? set = null)
    {
        var settings = new Settings();
        settings.DeviceDefaults.ArpNotify = false;
        settings.DeviceDefaults.NdiscNotify = false;
        settings.DeviceDefaults.DadTransmits = 0;
        settings.DeviceDefaults.RouterSolicitations = 0;
        set?.Invoke(settings);
        return new Host(Loop, name, new HostOptions { Settings = settings });
    }

    /// <summary>Adds a device with a test at the other end.</summary>
    protected (EthernetDevice Device, TestPort Port) AddPort(Host host, string name, params string[] addresses)
    {
        var device = host.Devices.AddEthernet(name);
        var port = new TestPort(Loop);
        device.Connect(port);
        device.BringUp();
        Configure(device, addresses);
        Run(0);
        port.Sent.Clear();
        return (device, port);
    }

    /// <summary>Adds a device without cable.</summary>
    protected static EthernetDevice AddDevice(Host host, string name, params string[] addresses)
    {
        var device = host.Devices.AddEthernet(name);
        device.BringUp();
        Configure(device, addresses);
        return device;
    }

    protected static void Configure(EthernetDevice device, params string[] addresses)
    {
        foreach (string text in addresses)
        {
            string[] parts = text.Split('/');
            device.Addresses.Add(A(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    protected static byte[] Ethernet(MacAddress to, MacAddress from, ushort type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[EthernetView.Size + payload.Length];
        EthernetView.Write(frame, to, from, type);
        payload.CopyTo(frame.AsSpan(EthernetView.Size));
        return frame;
    }

    protected static byte[] Arp(ushort operation, MacAddress senderMac, string sender, MacAddress targetMac, string target, MacAddress? to = null)
    {
        var packet = new byte[ArpView.Size];
        ArpView.Write(packet, operation, senderMac, A(sender), targetMac, A(target));
        return Ethernet(to ?? (operation == ArpView.Request ? MacAddress.Broadcast : targetMac), senderMac, EtherType.Arp, packet);
    }

    /// <summary>An IP packet of either family.</summary>
    protected static byte[] Ip(string source, string destination, byte protocol, ReadOnlySpan<byte> payload, byte hopLimit = 64, bool dontFragment = false)
    {
        InetAddress from = A(source), to = A(destination);
        int header = to.IsIPv4 ? IPv4View.MinSize : IPv6View.Size;
        var packet = new byte[header + payload.Length];
        payload.CopyTo(packet.AsSpan(header));
        if (to.IsIPv4)
        {
            IPv4View.Write(packet, packet.Length, 7, dontFragment ? IPv4View.DontFragmentBit : (ushort)0, hopLimit, protocol, from, to);
        }
        else
        {
            IPv6View.Write(packet, payload.Length, protocol, hopLimit, from, to);
        }

        return packet;
    }

    protected static byte[] EchoRequest(string source, string destination, int size = 8, byte hopLimit = 64, bool dontFragment = false)
    {
        InetAddress from = A(source), to = A(destination);
        var message = new byte[8 + size];
        byte protocol = to.IsIPv4 ? IpProtocol.Icmp : IpProtocol.IcmpV6;
        IcmpView.WriteEcho(message, to.IsIPv4 ? IcmpType.EchoRequest : IcmpV6Type.EchoRequest, 1, 1);
        if (to.IsIPv4)
        {
            IcmpView.UpdateChecksum(message);
        }
        else
        {
            IcmpV6View.UpdateChecksum(message, InternetChecksum.PseudoHeader(from, to, protocol, message.Length));
        }

        return Ip(source, destination, protocol, message, hopLimit, dontFragment);
    }

    /// <summary>An Ethernet frame from the peer with an IP packet for a device.</summary>
    protected static byte[] FromPeer(EthernetDevice device, byte[] packet) =>
        Ethernet(device.Mac, PeerMac, packet[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6, packet);

    /// <summary>Makes the peer's link address known, so that a test sees only what it is about.</summary>
    protected static void Know(EthernetDevice device, params string[] addresses)
    {
        foreach (string address in addresses)
        {
            device.Host.Neighbours.AddPermanent(device, A(address), PeerMac);
        }
    }

    protected static List<string> Ping(Host host, string destination, int size = 56, IpSendOptions options = default)
    {
        var seen = new List<string>();
        var echo = new IcmpEchoEndpoint(host);
        echo.Replied = (in IpReceiveInfo info, ushort sequence, ReadOnlySpan<byte> payload) => seen.Add($"{payload.Length} from {info.Source} seq {sequence} ttl {info.HopLimit}");
        echo.Failed = (in IcmpErrorInfo error, ushort sequence) => seen.Add($"error {error.Error} from {error.Reporter} type {error.Type} code {error.Code}");
        var result = echo.Send(A(destination), 1, new byte[size], in options);
        if (result != System.Net.Sockets.SocketError.Success)
        {
            seen.Add(result.ToString());
        }

        return seen;
    }
}
