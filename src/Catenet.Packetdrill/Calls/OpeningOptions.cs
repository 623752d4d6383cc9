using Catenet.Kernel.Tcp;

namespace Catenet.Packetdrill.Calls;

/// <summary>The options that have to do with opening and ending connections, by Linux's numbers (level SOL_TCP).</summary>
internal static class OpeningOptions
{
    private const int SynCount = 7, DeferAccept = 9, FastOpen = 23, SaveSyn = 27, FastOpenConnect = 30, FastOpenKey = 33, FastOpenNoCookie = 34;

    /// <summary>Sets one; null if it is none of them.</summary>
    /// <param name="options">Where it is kept.</param>
    /// <param name="settings">The host's settings.</param>
    /// <param name="name">Which.</param>
    /// <param name="value">The number.</param>
    /// <param name="isOpen">Whether there is a connection, or was.</param>
    /// <param name="isListening">Whether the socket listens.</param>
    public static CallOutcome? Set(TcpOptionValues options, TcpSettings settings, int name, int value, bool isOpen, bool isListening)
    {
        switch (name)
        {
            case SynCount:
                return Store(value is >= 1 and <= 127, () => options.Values = options.Values with { SynRetries = value });
            case DeferAccept:
                options.Values = options.Values with { DeferAccept = TimeoutsIn(value, settings) };
                return CallOutcome.Success;
            case SaveSyn:
                return Store(value is >= 0 and <= 2, () => options.Values = options.Values with { SaveSyn = value });
            case FastOpen:
                return Store(value >= 0 && !isOpen, () => options.Values = options.Values with { FastOpenQueue = value });
            case FastOpenConnect when value is 0 or 1 && (settings.FastOpen & 1) == 0:
                return CallOutcome.Fail("EOPNOTSUPP");
            case FastOpenConnect:
                return Store(value is 0 or 1 && !isOpen && !isListening, () => options.Values = options.Values with { FastOpenConnect = value != 0 });
            case FastOpenNoCookie:
                return Store(value is 0 or 1 && !isOpen, () => options.Values = options.Values with { FastOpenNoCookie = value != 0 });
            default:
                return null;
        }
    }

    /// <summary>TCP_FASTOPEN_KEY: one key or two, as octets.</summary>
    public static CallOutcome? SetText(TcpOptionValues options, int name, string text)
    {
        if (name != FastOpenKey)
        {
            return null;
        }

        byte[] key = System.Text.Encoding.Latin1.GetBytes(text);
        return Store(key.Length is 16 or 32, () => options.Values = options.Values with { FastOpenKey = key });
    }

    /// <summary>Tells one; null if it is none of them.</summary>
    public static long? Get(TcpSocketOptions values, TcpSettings settings, int name) => name switch
    {
        SynCount => values.SynRetries > 0 ? values.SynRetries : settings.SynRetries,
        DeferAccept => SecondsOf(values.DeferAccept, settings),
        SaveSyn => values.SaveSyn,
        FastOpen => values.FastOpenQueue,
        FastOpenConnect => values.FastOpenConnect ? 1 : 0,
        FastOpenNoCookie => values.FastOpenNoCookie ? 1 : 0,
        _ => null,
    };

    /// <summary>How many timeouts of a SYN-ACK a time is: Linux keeps no more of it.</summary>
    private static int TimeoutsIn(int seconds, TcpSettings settings)
    {
        int count = 0;
        var (timeout, period) = (settings.InitialRto, Duration.Zero);
        for (; seconds > 0 && count < 255 && period < Duration.FromSeconds(seconds); count++)
        {
            period += timeout;
            timeout = Duration.Min(timeout * 2, settings.MaxRto);
        }

        return count;
    }

    private static long SecondsOf(int timeouts, TcpSettings settings)
    {
        var (timeout, period) = (settings.InitialRto, Duration.Zero);
        for (int i = 0; i < timeouts; i++)
        {
            period += timeout;
            timeout = Duration.Min(timeout * 2, settings.MaxRto);
        }

        return (long)period.TotalSeconds;
    }

    private static CallOutcome Store(bool valid, Action store)
    {
        if (!valid)
        {
            return CallOutcome.Fail("EINVAL");
        }

        store();
        return CallOutcome.Success;
    }
}
