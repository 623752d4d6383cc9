namespace Catenet.Kernel.Tcp;

/// <summary>The state diagram as data (RFC 9293 figure 5), with the aborts and resets that lead to CLOSED from anywhere.</summary>
internal static class TcpTransitions
{
    private static readonly ushort[] Allowed = Build(
        (TcpState.Closed, TcpState.Listen),
        (TcpState.Closed, TcpState.SynSent),
        (TcpState.Closed, TcpState.SynReceived), // a connection made for a completed request begins here
        (TcpState.Listen, TcpState.SynReceived),
        (TcpState.Listen, TcpState.SynSent),
        (TcpState.SynSent, TcpState.SynReceived), // simultaneous open
        (TcpState.SynSent, TcpState.Established),
        (TcpState.SynReceived, TcpState.Established),
        (TcpState.SynReceived, TcpState.FinWait1),
        (TcpState.SynReceived, TcpState.CloseWait),
        (TcpState.Established, TcpState.FinWait1),
        (TcpState.Established, TcpState.CloseWait),
        (TcpState.FinWait1, TcpState.FinWait2),
        (TcpState.FinWait1, TcpState.Closing),
        (TcpState.FinWait1, TcpState.TimeWait),
        (TcpState.FinWait2, TcpState.TimeWait),
        (TcpState.CloseWait, TcpState.LastAck),
        (TcpState.Closing, TcpState.TimeWait));

    /// <summary>Whether the diagram has an arrow between the two; everything may end in CLOSED.</summary>
    public static bool IsLegal(TcpState from, TcpState to) => (Allowed[(int)from] >> (int)to & 1) != 0;

    private static ushort[] Build(params (TcpState From, TcpState To)[] arrows)
    {
        var allowed = new ushort[Enum.GetValues<TcpState>().Length];
        Array.Fill(allowed, (ushort)(1 << (int)TcpState.Closed));
        foreach (var (from, to) in arrows)
        {
            allowed[(int)from] |= (ushort)(1 << (int)to);
        }

        return allowed;
    }
}
