using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric.Switching;

/// <summary>A learning switch (a transparent bridge, IEEE 802.1Q): a box of ports that knows behind which of them each station is.</summary>
/// <remarks>
/// It learns from source addresses, forwards to the port it knows, filters what is on the right port already, and sends what it
/// does not know, and broadcasts, everywhere else. Each decision is traced as <see cref="TraceKind.SwitchDecision"/> and
/// counted. There is no spanning tree: do not build a loop. Belongs to the loop's thread.
/// </remarks>
public sealed class Switch
{
    private const int EthernetHeader = 14;
    private const int VlanTag = 4;

    /// <summary>01:80:C2:00:00:00 to 0F are for the bridge itself and never forwarded (IEEE 802.1Q 8.6.3).</summary>
    private const ulong ReservedGroup = 0x0180_C200_0000;

    private readonly EventLoop _loop;
    private readonly StationTable _table;
    private readonly long[] _decisions = new long[4];
    private readonly List<SwitchPort> _ports = [];

    /// <summary>Makes a switch without ports.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="name">Its name.</param>
    /// <param name="settings">Its knobs.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public Switch(EventLoop loop, string name, SwitchSettings? settings = null)
    {
        _loop = loop;
        Name = name;
        Settings = settings ?? new SwitchSettings();
        Settings.Validate();
        _table = new StationTable(Settings);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The knobs.</summary>
    public SwitchSettings Settings { get; }

    /// <summary>The ports, in the order in which they were added.</summary>
    public IReadOnlyList<SwitchPort> Ports => _ports;

    /// <summary>What it discarded, by reason.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>The stations it knows now, the one heard last first.</summary>
    public IEnumerable<StationEntry> Stations => _table.List(_loop.Now);

    /// <summary>How many stations were learned, moved ones included.</summary>
    public long StationsLearned { get; private set; }

    /// <summary>How often it decided so.</summary>
    public long Count(SwitchDecision decision) => _decisions[(int)decision];

    /// <summary>Adds a port and plugs a cable into it.</summary>
    /// <param name="cable">The end of the cable.</param>
    /// <param name="name">The port's name; <c>p1</c>, <c>p2</c>, ... if not given.</param>
    /// <exception cref="ArgumentException">What is plugged in gives frames that are not finished: a TAP with offload.</exception>
    public SwitchPort AddPort(ILinkPort cable, string? name = null)
    {
        if ((cable.Features & (DeviceFeatures.ReceiveChecksum | DeviceFeatures.ReceiveSegments)) != 0)
        {
            throw new ArgumentException($"{Name} switches frames as they are on a wire, and {cable} leaves checksums and the cutting of TCP data to others: " +
                "open it without offload, or plug it into a link whose other end goes to the switch.", nameof(cable));
        }

        int index = _ports.Count + 1;
        var port = new SwitchPort(this, index, name ?? string.Create(CultureInfo.InvariantCulture, $"p{index}"), cable);
        _ports.Add(port);
        cable.Attach(port);
        return port;
    }

    /// <summary>The table as <c>bridge fdb</c> prints it, with the age of each entry.</summary>
    public string ShowStations()
    {
        var text = new StringBuilder();
        foreach (var entry in Stations.OrderBy(e => e.Port.Index).ThenBy(e => e.Address))
        {
            text.Append(CultureInfo.InvariantCulture, $"{entry} used {(_loop.Now - entry.LastHeard).TotalSeconds:0} s ago\n");
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Octets of what the frame carries, without Ethernet header and VLAN tag.</summary>
    internal static int PayloadOf(PacketBuffer frame)
    {
        var header = frame.Span;
        bool tagged = header.Length >= EthernetHeader && header[12] == 0x81 && header[13] == 0x00;
        return frame.Length - EthernetHeader - (tagged ? VlanTag : 0);
    }

    internal void Receive(PacketBuffer frame, SwitchPort port)
    {
        if (!frame.EnsureLinear(EthernetHeader))
        {
            Drop(frame, DropReason.PacketTooSmall, port);
            return;
        }

        if (PayloadOf(frame) > port.Mtu)
        {
            Drop(frame, DropReason.PacketTooBig, port);
            return;
        }

        var header = frame.Span;
        var destination = new MacAddress(header);
        Learn(new MacAddress(header[6..]), port, frame);
        if (!destination.IsMulticast)
        {
            ToStation(frame, destination, port);
        }
        else if ((destination.Value & ~0xFUL) == ReservedGroup)
        {
            Drop(frame, DropReason.SwitchFiltered, port);
        }
        else
        {
            Everywhere(frame, port, destination.IsBroadcast ? SwitchDecision.Broadcast : SwitchDecision.Flood);
        }
    }

    internal void Forget(SwitchPort port) => _table.Forget(port);

    internal void Drop(PacketBuffer frame, DropReason reason, object cause)
    {
        Drops.Add(reason);
        if (_loop.Tracer.Enabled)
        {
            _loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.Drop,
                Time = _loop.Now,
                Node = Name,
                Device = (cause as SwitchPort)?.Name,
                Packet = frame,
                Reason = reason,
                Subject = cause,
            });
        }

        frame.Release();
    }

    private void Learn(MacAddress source, SwitchPort port, PacketBuffer frame)
    {
        if (source.IsMulticast || source.IsNone)
        {
            return;
        }

        var learned = _table.Learn(source, port, _loop.Now, ref port.LastSource);
        if (learned != StationTable.Learned.Nothing)
        {
            StationsLearned++;
            Trace(frame, port, learned == StationTable.Learned.New ? "learned" : "moved", port.LastSource);
        }
    }

    private void ToStation(PacketBuffer frame, MacAddress destination, SwitchPort from)
    {
        var entry = _table.Find(destination, _loop.Now, ref from.LastDestination);
        if (entry is null)
        {
            Everywhere(frame, from, SwitchDecision.Flood);
        }
        else if (entry.Port == from)
        {
            Decide(SwitchDecision.Filter, frame, from, entry);
            Drop(frame, DropReason.SwitchFiltered, entry);
        }
        else
        {
            Decide(SwitchDecision.Forward, frame, from, entry);
            entry.Port.Send(frame);
        }
    }

    private void Everywhere(PacketBuffer frame, SwitchPort from, SwitchDecision decision)
    {
        Decide(decision, frame, from, null);
        SwitchPort? last = null;
        foreach (var port in _ports)
        {
            if (port == from || !port.IsUp)
            {
                continue;
            }

            last?.Send(frame.Clone());
            last = port;
        }

        if (last is null)
        {
            Drop(frame, DropReason.NoSwitchPort, from);
        }
        else
        {
            last.Send(frame);
        }
    }

    private void Decide(SwitchDecision decision, PacketBuffer frame, SwitchPort port, StationEntry? entry)
    {
        _decisions[(int)decision]++;
        Trace(frame, port, decision switch
        {
            SwitchDecision.Forward => "forward",
            SwitchDecision.Filter => "filter",
            SwitchDecision.Flood => "flood",
            _ => "broadcast",
        }, entry);
    }

    private void Trace(PacketBuffer frame, SwitchPort port, string detail, StationEntry? entry)
    {
        if (_loop.Tracer.Enabled)
        {
            _loop.Tracer.Emit(new TraceEvent
            {
                Kind = TraceKind.SwitchDecision,
                Time = _loop.Now,
                Node = Name,
                Device = port.Name,
                Packet = frame,
                Subject = entry,
                Detail = detail,
            });
        }
    }
}
