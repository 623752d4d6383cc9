using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Packetdrill.Packets;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Packetdrill.Running;

/// <summary>The cable between the host under test and the script: keeps what comes out, puts in what the script says.</summary>
internal sealed class ScriptWire : ILinkPort, IStackWire
{
    private readonly Host _host;

    /// <summary>Makes the host's device and its routes.</summary>
    public ScriptWire(Host host, Addressing addressing, int mtu)
    {
        _host = host;
        host.Settings.DeviceDefaults.DadTransmits = 0;
        host.Settings.DeviceDefaults.AcceptRa = false;
        Device = host.Devices.AddPointToPoint("tun0", mtu);
        Device.Connect(this);
        Device.BringUp();
        Device.Addresses.Add(addressing.Local, addressing.PrefixLength);
        host.Routes.Add(new InetPrefix(addressing.Local.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6, 0), null, Device);
    }

    /// <summary>The host's device.</summary>
    public EthernetDevice Device { get; }

    /// <summary>What came out and was not looked at yet.</summary>
    public LinkedList<LivePacket> Sent { get; } = new();

    /// <summary>Everything that went either way, in order.</summary>
    public List<LivePacket> History { get; } = [];

    /// <summary>Puts a packet in.</summary>
    public void Inject(byte[] packet)
    {
        bool ipv4 = packet[0] >> 4 == 4;
        if (LivePacket.Parse(packet, _host.Loop.Now, PacketDirection.In) is { } parsed)
        {
            History.Add(parsed);
        }

        var frame = _host.Loop.Packets.Rent(packet);
        EthernetView.Write(frame.Push(EthernetView.Size), Device.Mac, MacAddress.None, ipv4 ? EtherType.IPv4 : EtherType.IPv6);
        Device.OnFrame(frame);
    }

    bool ILinkPort.TryTransmit(PacketBuffer frame)
    {
        var bytes = frame.ToArray().AsSpan(EthernetView.Size);
        if (LivePacket.Parse(bytes, _host.Loop.Now, PacketDirection.Out) is { } packet && !packet.IsHousekeeping)
        {
            History.Add(packet);
            Sent.AddLast(packet);
        }

        frame.Release();
        return true;
    }

    void ILinkPort.Attach(IFrameEndpoint endpoint)
    {
    }
}
