using System.Runtime.CompilerServices;
using System.Text;
using Catenet.Core;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Netfilter;

/// <summary>The five points at which filters, NAT and connection tracking see packets.</summary>
/// <remarks>Nothing is tracked, translated or filtered until it is asked for. Belongs to the host's loop.</remarks>
/// <param name="host">The host.</param>
public sealed class NetfilterHooks(Host host)
{
    private readonly Registration[][] _points = [[], [], [], [], []];
    private readonly List<FilterChain> _chains = [];
    private uint _occupied;

    private readonly record struct Registration(int Priority, NetfilterHook Hook);

    /// <summary>The host.</summary>
    public Host Host => host;

    /// <summary>The connection tracker; null until something needs it (see <see cref="EnableTracking"/>).</summary>
    public ConnectionTracker? Tracker { get; private set; }

    /// <summary>The NAT table. Its first use turns on connection tracking and NAT.</summary>
    public NatTable Nat => NatOrNull ??= new NatTable(this, EnableTracking());

    /// <summary>Whether packets must be put together before <see cref="HookPoint.PreRouting"/>, as connection tracking needs it.</summary>
    public bool NeedsWholePackets => Tracker is not null;

    /// <summary>The chains, in the order in which they were made.</summary>
    public IReadOnlyList<FilterChain> Chains => _chains;

    internal NatTable? NatOrNull { get; private set; }

    /// <summary>Lets the hooks of a point see a packet that begins at its IP header. Costs one branch where there are none.</summary>
    /// <param name="point">The point.</param>
    /// <param name="packet">The packet, without padding.</param>
    /// <param name="input">The device it came in by; null if it was made here.</param>
    /// <param name="output">The device it will leave by; null if that is not known yet, or it stays.</param>
    /// <returns>Anything but <see cref="Verdict.Accept"/>: the packet is gone. Accepted, its addresses may have been rewritten.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Verdict Run(HookPoint point, PacketBuffer packet, NetDevice? input, NetDevice? output) =>
        (_occupied & 1u << (int)point) == 0 ? Verdict.Accept : RunHooks(point, packet, input, output);

    /// <summary>Puts a hook at a point, behind those of the same priority.</summary>
    /// <param name="point">The point.</param>
    /// <param name="priority">The order, lowest first (see <see cref="HookPriority"/>).</param>
    /// <param name="hook">The hook.</param>
    public void Register(HookPoint point, int priority, NetfilterHook hook)
    {
        ref var hooks = ref _points[(int)point];
        int at = 0;
        while (at < hooks.Length && hooks[at].Priority <= priority)
        {
            at++;
        }

        hooks = [.. hooks.AsSpan(0, at), new Registration(priority, hook), .. hooks.AsSpan(at)];
        _occupied |= 1u << (int)point;
    }

    /// <summary>Takes a hook away from a point; false if it is not there.</summary>
    public bool Unregister(HookPoint point, NetfilterHook hook)
    {
        ref var hooks = ref _points[(int)point];
        int before = hooks.Length;
        hooks = [.. hooks.Where(r => r.Hook != hook)];
        _occupied = hooks.Length == 0 ? _occupied & ~(1u << (int)point) : _occupied;
        return hooks.Length < before;
    }

    /// <summary>Begins to track connections, if that is not so already. NAT and rules on connection states do it by themselves.</summary>
    public ConnectionTracker EnableTracking()
    {
        if (Tracker is null)
        {
            Tracker = new ConnectionTracker(host, host.Settings.Conntrack);
            Register(HookPoint.PreRouting, HookPriority.Tracking, Tracker.Hook);
            Register(HookPoint.LocalOut, HookPriority.Tracking, Tracker.Hook);
            Register(HookPoint.LocalIn, HookPriority.Confirm, Tracker.Confirmation);
            Register(HookPoint.PostRouting, HookPriority.Confirm, Tracker.Confirmation);
        }

        return Tracker;
    }

    /// <summary>Makes a chain of filter rules at a hook point.</summary>
    /// <param name="name">The name, unique on the host.</param>
    /// <param name="point">The point.</param>
    /// <param name="policy">What becomes of packets that no rule decides over; null: they are accepted.</param>
    /// <param name="priority">The order among the hooks of the point.</param>
    /// <param name="reason">The reason for which refused packets are dropped.</param>
    /// <exception cref="ArgumentException">There is a chain of that name.</exception>
    public FilterChain AddChain(string name, HookPoint point, RuleAction? policy = null, int priority = HookPriority.Filter,
        DropReason reason = DropReason.NetfilterDrop)
    {
        var chain = Keep(new FilterChain(this, name, policy ?? RuleAction.Accept, reason, point, priority));
        Register(point, priority, chain);
        return chain;
    }

    /// <summary>Makes a chain that rules of other chains jump to.</summary>
    /// <param name="name">The name, unique on the host.</param>
    /// <param name="policy">What becomes of packets that no rule decides over; null: the calling chain goes on.</param>
    /// <param name="reason">The reason for which refused packets are dropped.</param>
    /// <exception cref="ArgumentException">There is a chain of that name.</exception>
    public FilterChain AddChain(string name, RuleAction? policy = null, DropReason reason = DropReason.NetfilterDrop) =>
        Keep(new FilterChain(this, name, policy ?? RuleAction.Return, reason, null, 0));

    /// <summary>The chain of a name; null if there is none.</summary>
    public FilterChain? FindChain(string name) => _chains.Find(c => c.Name == name);

    /// <summary>Takes a chain away; false if it is not there.</summary>
    /// <exception cref="InvalidOperationException">A rule of another chain jumps to it.</exception>
    public bool RemoveChain(FilterChain chain)
    {
        if (_chains.SelectMany(c => c.Rules).FirstOrDefault(r => r.Action.Chain == chain) is { } rule)
        {
            throw new InvalidOperationException($"{chain} is in use: {rule}.");
        }

        if (chain.Point is { } point)
        {
            Unregister(point, chain);
        }

        return _chains.Remove(chain);
    }

    /// <summary>Prints all rules as <c>nft list ruleset</c> does.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (_chains.Count > 0)
        {
            text.Append("table inet filter {\n").AppendJoin('\n', _chains.Select(c => c.ToListing())).Append("}\n");
        }

        return text.Append(NatOrNull).ToString();
    }

    /// <summary>Notes on an answer that the kernel makes to a packet (an ICMP error, a reset) that it belongs to the packet's connection.</summary>
    /// <remarks>Without it the answer to a packet whose connection is not in the table yet would not be translated back.</remarks>
    internal void Attach(PacketBuffer answer, PacketBuffer cause, bool isError)
    {
        if (cause.Conntrack is PacketTracking { Connection: { } connection } tracking && tracking.Tracker == Tracker)
        {
            answer.Conntrack = isError ? connection.Related(!tracking.IsReply) : connection.Direction(!tracking.IsReply);
        }
    }

    private Verdict RunHooks(HookPoint point, PacketBuffer packet, NetDevice? input, NetDevice? output)
    {
        var context = new HookContext(host, point, packet, input, output);
        foreach (var registration in _points[(int)point])
        {
            var verdict = registration.Hook.Invoke(ref context);
            if (verdict != Verdict.Accept)
            {
                return verdict;
            }
        }

        return Verdict.Accept;
    }

    private FilterChain Keep(FilterChain chain)
    {
        if (FindChain(chain.Name) is not null)
        {
            throw new ArgumentException($"Host {host.Name} has a chain {chain.Name} already.", nameof(chain));
        }

        _chains.Add(chain);
        return chain;
    }
}
