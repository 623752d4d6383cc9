using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;

namespace Catenet.Kernel.Neighbours;

/// <summary>One neighbour: its link address and how sure of it the host is. One state machine for ARP and neighbour discovery (RFC 4861 7.3, RFC 1122 2.3.2).</summary>
public sealed class Neighbour : LoopTimer
{
    private readonly NeighbourTable _table;
    private PacketQueue _waiting;
    private Instant _confirmed;
    private Instant _updated;
    private Instant _used;
    private Duration _reachableTime;
    private int _probes;

    internal Neighbour(NeighbourTable table, NetDevice device, InetAddress address)
    {
        _table = table;
        Device = device;
        Address = address;
        _updated = _used = table.Host.Loop.Now;
    }

    /// <summary>The device it is reached by.</summary>
    public NetDevice Device { get; }

    /// <summary>Its IP address.</summary>
    public InetAddress Address { get; }

    /// <summary>Its link address, once known.</summary>
    public MacAddress Mac { get; private set; }

    /// <summary>What is known of it.</summary>
    public NeighbourState State { get; private set; }

    /// <summary>Whether it said that it is a router (IPv6).</summary>
    public bool IsRouter { get; internal set; }

    /// <summary>How many packets wait for its link address.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Whether the table has forgotten it: look it up again.</summary>
    internal bool IsDead { get; set; }

    /// <summary>The next entry in the same place of the table.</summary>
    internal Neighbour? Next { get; set; }

    internal Instant LastUsed => Instant.Max(_used, _updated);

    internal bool HasMac => State is NeighbourState.Reachable or NeighbourState.Stale or NeighbourState.Delay or NeighbourState.Probe
        or NeighbourState.Permanent or NeighbourState.NoArp;

    private Host Host => Device.Host;

    private NeighbourSettings Settings => Host.Settings.Neighbour;

    private Duration RetransTime => Device.AdvertisedRetransTime ?? Settings.RetransTime;

    /// <summary>An upper layer had an answer from beyond it, so it is reachable (RFC 4861 7.3.1).</summary>
    public void Confirm()
    {
        _confirmed = Host.Loop.Now;
        if (State is NeighbourState.Stale or NeighbourState.Delay or NeighbourState.Probe)
        {
            Enter(NeighbourState.Reachable);
        }
    }

    /// <summary>Sends a packet to the neighbour, now or when its link address is known.</summary>
    internal void Output(PacketBuffer packet, ushort etherType)
    {
        _used = Host.Loop.Now;
        if (Host.Loop.Tracer.Enabled)
        {
            Host.Trace(TraceKind.NeighbourLookup, packet, Device, this);
        }

        switch (State)
        {
            case NeighbourState.Stale:
                Enter(NeighbourState.Delay);
                break;
            case NeighbourState.None:
            case NeighbourState.Failed:
                packet.Protocol = etherType;
                _waiting.Enqueue(packet);
                _probes = 0;
                Enter(NeighbourState.Incomplete);
                Solicit();
                return;
            case NeighbourState.Incomplete:
                if (_waiting.Count >= Settings.UnresolvedQueueLength && _waiting.TryDequeue(out var oldest))
                {
                    Host.Drop(oldest, DropReason.NeighbourQueueFull, this);
                }

                packet.Protocol = etherType;
                _waiting.Enqueue(packet);
                return;
        }

        Device.Send(packet, Mac, etherType);
    }

    /// <summary>Takes in what the neighbour, or somebody about it, said.</summary>
    /// <param name="mac">Its link address.</param>
    /// <param name="state">Reachable if it answered us, else stale.</param>
    /// <param name="overrides">Whether a different link address replaces the one known; if not, a reachable one becomes doubtful (RFC 4861 7.2.5).</param>
    internal void Update(MacAddress mac, NeighbourState state, bool overrides)
    {
        if (State == NeighbourState.Permanent || mac.IsMulticast)
        {
            return;
        }

        if (HasMac && mac != Mac && !overrides)
        {
            if (State == NeighbourState.Reachable)
            {
                Enter(NeighbourState.Stale);
            }

            return;
        }

        bool known = HasMac;
        bool changed = !known || mac != Mac;
        Mac = mac;
        if (state == NeighbourState.Reachable)
        {
            _confirmed = Host.Loop.Now;
            Enter(NeighbourState.Reachable);
        }
        else if (changed)
        {
            Enter(state);
        }

        if (!known)
        {
            SendWaiting();
        }
    }

    internal bool MayOverride => Host.Loop.Now > _updated + NeighbourTable.LockTime;

    internal void MakePermanent(MacAddress mac)
    {
        Mac = mac;
        Enter(NeighbourState.Permanent);
        SendWaiting();
    }

    /// <summary>Ends the entry: packets that wait are discarded.</summary>
    internal void Kill(DropReason reason)
    {
        IsDead = true;
        Host.Loop.Cancel(this);
        while (_waiting.TryDequeue(out var packet))
        {
            Host.Drop(packet, reason, this);
        }
    }

    /// <summary>The state's time is over.</summary>
    protected override void Fire(Instant now)
    {
        switch (State)
        {
            case NeighbourState.Reachable when now < _confirmed + _reachableTime:
                Host.Loop.Arm(this, _confirmed + _reachableTime);
                break;
            case NeighbourState.Reachable:
                Enter(now <= _used + Settings.DelayFirstProbeTime ? NeighbourState.Delay : NeighbourState.Stale);
                break;
            case NeighbourState.Delay when now <= _confirmed + Settings.DelayFirstProbeTime:
                Enter(NeighbourState.Reachable);
                break;
            case NeighbourState.Delay:
                _probes = 0;
                Enter(NeighbourState.Probe);
                Solicit();
                break;
            case NeighbourState.Probe when _probes < Settings.UnicastSolicit:
            case NeighbourState.Incomplete when _probes < Settings.MulticastSolicit:
                Host.Loop.Arm(this, RetransTime);
                Solicit();
                break;
            case NeighbourState.Probe:
            case NeighbourState.Incomplete:
                Enter(NeighbourState.Failed);
                Fail();
                break;
        }
    }

    private void Enter(NeighbourState state)
    {
        var before = State;
        State = state;
        var loop = Host.Loop;
        switch (state)
        {
            case NeighbourState.Reachable:
                if (before != NeighbourState.Reachable)
                {
                    _reachableTime = _table.ReachableTime(Device);
                }

                loop.Arm(this, _confirmed + _reachableTime);
                break;
            case NeighbourState.Delay:
                loop.Arm(this, Settings.DelayFirstProbeTime);
                break;
            case NeighbourState.Incomplete:
            case NeighbourState.Probe:
                loop.Arm(this, RetransTime);
                break;
            default:
                loop.Cancel(this);
                break;
        }

        if (before != state)
        {
            _updated = loop.Now;
            if (loop.Tracer.Enabled)
            {
                Host.Trace(TraceKind.NeighbourState, null, Device, this, $"{NameOf(before)} -> {NameOf(state)}");
            }
        }
    }

    private void Solicit()
    {
        _probes++;
        var to = State == NeighbourState.Probe ? Mac : MacAddress.None;
        if (Address.IsIPv4)
        {
            _table.Arp.Solicit(this, to, SourceOfWaiting());
        }
        else
        {
            _table.Ndp.Solicit(this, to, SourceOfWaiting());
        }
    }

    /// <summary>The source address of the packet that waits longest: the answer is most useful to it.</summary>
    private InetAddress SourceOfWaiting()
    {
        if (_waiting.Peek() is not { } packet)
        {
            return default;
        }

        return Address.IsIPv4 ? InetAddress.ReadIPv4(packet.Span.Slice(12, 4)) : InetAddress.ReadIPv6(packet.Span.Slice(8, 16));
    }

    private void SendWaiting()
    {
        while (_waiting.TryDequeue(out var packet))
        {
            Device.Send(packet, Mac, packet.Protocol);
        }
    }

    private void Fail()
    {
        // The senders are told; what that sets off must not find the queue half empty.
        var failed = _waiting;
        _waiting = default;
        while (failed.TryDequeue(out var packet))
        {
            Host.Icmp.SendUnreachable(packet, Unreachable.Host);
            Host.Drop(packet, DropReason.NeighbourFailed, this);
        }
    }

    private static string NameOf(NeighbourState state) => state.ToString().ToUpperInvariant();

    /// <summary>As <c>ip neigh</c> shows it.</summary>
    public override string ToString() =>
        $"{Address} dev {Device.Name}{(HasMac ? $" lladdr {Mac}" : "")}{(IsRouter ? " router" : "")} {NameOf(State)}";
}
