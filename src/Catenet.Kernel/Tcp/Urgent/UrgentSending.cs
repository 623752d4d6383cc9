using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SND.UP (RFC 9293 3.8.5): until what is urgent is acknowledged every segment before its end says where that is.</summary>
internal static class UrgentSending
{
    private const int Reach = 0xFFFF;

    /// <summary>What the user has given last is urgent.</summary>
    public static void Mark(TcpConnection c) => (c.Urgent ??= new UrgentState()).SendUp = c.Snd.WriteEnd;

    /// <summary>Whether urgent data is on its way: nothing is held back, and no segment is joined with another.</summary>
    public static bool IsActive(TcpConnection c) => c.Urgent is { } urgent && urgent.SendUp > c.Snd.Una;

    /// <summary>The urgent pointer of a segment; zero if it has none.</summary>
    public static ushort Pointer(TcpConnection c, SeqNumber seq)
    {
        var urgent = c.Urgent!;
        urgent.SendUp = SeqNumber.Max(urgent.SendUp, c.Snd.Una);
        if (urgent.SendUp == c.Snd.Una || seq >= urgent.SendUp)
        {
            return 0;
        }

        if (urgent.SendUp - seq <= Reach)
        {
            return (ushort)(urgent.SendUp - seq);
        }

        return seq + Reach > c.Snd.Nxt ? (ushort)Reach : (ushort)0;
    }

    /// <summary>Whether a window probe tells of urgent data by a segment of its own (it names the octet before the pointer's).</summary>
    public static bool IsProbed(TcpConnection c) =>
        c.Urgent is { } urgent && urgent.SendUp > c.Snd.Una && urgent.SendUp - c.Snd.Una <= Reach;
}
