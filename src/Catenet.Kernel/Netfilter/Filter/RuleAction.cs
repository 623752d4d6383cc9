using System.Globalization;

namespace Catenet.Kernel.Netfilter;

/// <summary>What a rule does with a packet that matches.</summary>
public sealed class RuleAction
{
    private readonly string _text;

    private RuleAction(Kind what, string text)
    {
        What = what;
        _text = text;
    }

    internal enum Kind : byte
    {
        Accept,
        Drop,
        Reject,
        Return,
        Continue,
        Jump,
        SetMark,
        NoTrack,
        SetMss,
    }

    /// <summary>Lets the packet pass this chain and those it was called from.</summary>
    public static RuleAction Accept { get; } = new(Kind.Accept, "accept");

    /// <summary>Discards the packet.</summary>
    public static RuleAction Drop { get; } = new(Kind.Drop, "drop");

    /// <summary>Goes back to the chain that called this one, or to the policy.</summary>
    public static RuleAction Return { get; } = new(Kind.Return, "return");

    /// <summary>Counts and goes on with the next rule.</summary>
    public static RuleAction Continue { get; } = new(Kind.Continue, "continue");

    /// <summary>Exempts the packet from connection tracking; of use in a chain of priority <see cref="HookPriority.Raw"/>.</summary>
    public static RuleAction NoTrack { get; } = new(Kind.NoTrack, "notrack");

    /// <summary>Discards the packet and tells its sender.</summary>
    public static RuleAction Reject(RejectKind kind = RejectKind.PortUnreachable) => new(Kind.Reject, kind switch
    {
        RejectKind.TcpReset => "reject with tcp reset",
        RejectKind.HostUnreachable => "reject with icmpx host-unreachable",
        RejectKind.NoRoute => "reject with icmpx no-route",
        RejectKind.AdminProhibited => "reject with icmpx admin-prohibited",
        _ => "reject with icmpx port-unreachable",
    })
    { RejectKind = kind };

    /// <summary>Asks another chain, and goes on here if it does not decide.</summary>
    public static RuleAction Jump(FilterChain chain) => new(Kind.Jump, $"jump {chain.Name}") { Chain = chain };

    /// <summary>Marks the packet and goes on with the next rule.</summary>
    public static RuleAction SetMark(uint mark) =>
        new(Kind.SetMark, string.Create(CultureInfo.InvariantCulture, $"meta mark set 0x{mark:x8}")) { Mark = mark };

    /// <summary>Lowers the MSS that a SYN announces to what fits the path's MTU both ways, and goes on with the next rule (Linux's TCPMSS --clamp-mss-to-pmtu).</summary>
    public static RuleAction ClampMss { get; } = new(Kind.SetMss, "tcp option maxseg size set rt mtu");

    /// <summary>Lowers the MSS that a SYN announces to a number of octets, and goes on with the next rule (TCPMSS --set-mss).</summary>
    /// <param name="octets">The most payload of a segment, 1 to 65535.</param>
    public static RuleAction SetMss(int octets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(octets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets, ushort.MaxValue);
        return new(Kind.SetMss, string.Create(CultureInfo.InvariantCulture, $"tcp option maxseg size set {octets}")) { Mss = octets };
    }

    internal Kind What { get; }

    /// <summary>Whether the packet ends here.</summary>
    internal bool Refuses => What is Kind.Drop or Kind.Reject;

    internal RejectKind RejectKind { get; private init; }

    internal FilterChain? Chain { get; private init; }

    internal uint Mark { get; private init; }

    /// <summary>The segment size to set; zero: by the path.</summary>
    internal int Mss { get; private init; }

    /// <summary>Prints as nftables does.</summary>
    public override string ToString() => _text;
}
