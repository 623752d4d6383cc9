namespace Catenet.Kernel.Tcp;

/// <summary>What is said about partial segments (Linux's tp->nonagle).</summary>
[Flags]
internal enum NagleMode : byte
{
    /// <summary>Nagle's algorithm decides.</summary>
    None = 0,

    /// <summary>TCP_NODELAY.</summary>
    Off = 1,

    /// <summary>TCP_CORK, or MSG_MORE for one send.</summary>
    Cork = 2,

    /// <summary>What waits now goes whatever else is said.</summary>
    Push = 4,
}

/// <summary>Nagle's algorithm in Minshall's variant (RFC 9293 3.7.4): a partial segment waits while another partial one is on its way.</summary>
internal static class Nagle
{
    /// <summary>What holds for the connection now.</summary>
    public static NagleMode Of(TcpConnection c) =>
        (c.Options.NoDelay ? NagleMode.Off : NagleMode.None)
        | (c.Options.Cork ? NagleMode.Cork : NagleMode.None)
        | (c.Has(ConnectionFlags.NaglePush) ? NagleMode.Push : NagleMode.None);

    /// <summary>Whether a partial segment has to wait.</summary>
    public static bool Holds(TcpConnection c, NagleMode mode) =>
        !UrgentSending.IsActive(c) && ((mode & NagleMode.Cork) != 0 || (mode == NagleMode.None && !c.Sent.IsEmpty && IsPartialOut(c)));

    /// <summary>Whether the latest partial segment is still on its way (Minshall's rule).</summary>
    private static bool IsPartialOut(TcpConnection c) => c.Snd.SmallEnd > c.Snd.Una && c.Snd.SmallEnd <= c.Snd.Nxt;
}
