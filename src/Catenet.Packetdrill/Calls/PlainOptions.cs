namespace Catenet.Packetdrill.Calls;

/// <summary>Options of a stream socket that are kept and told, and show in nothing that a script can see; and those that cannot be set or told, by Linux's numbers.</summary>
internal sealed class PlainOptions
{
    private static readonly HashSet<(int Level, int Name)> s_readOnly =
    [
        (Symbols.SOL_SOCKET, 3), (Symbols.SOL_SOCKET, 4), (Symbols.SOL_SOCKET, 30), (Symbols.SOL_SOCKET, 38), (Symbols.SOL_SOCKET, 39), (Symbols.SOL_SOCKET, 55), // SO_TYPE, SO_ERROR, SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN, SO_MEMINFO
        (Symbols.SOL_TCP, 11), (Symbols.SOL_TCP, 26), (Symbols.SOL_TCP, 28), (Symbols.SOL_IP, 14), // TCP_INFO, TCP_CC_INFO, TCP_SAVED_SYN, IP_MTU
    ];

    private static readonly Dictionary<(int Level, int Name), (int First, int Least, int Most)> s_known = new()
    {
        [(Symbols.SOL_SOCKET, 1)] = (0, int.MinValue, int.MaxValue), // SO_DEBUG
        [(Symbols.SOL_SOCKET, 5)] = (0, int.MinValue, int.MaxValue), // SO_DONTROUTE
        [(Symbols.SOL_SOCKET, 6)] = (0, int.MinValue, int.MaxValue), // SO_BROADCAST
        [(Symbols.SOL_SOCKET, 12)] = (0, int.MinValue, int.MaxValue), // SO_PRIORITY
        [(Symbols.SOL_SOCKET, 46)] = (0, 0, int.MaxValue), // SO_BUSY_POLL
        [(Symbols.SOL_SOCKET, 74)] = (1, -1, 1), // SO_TXREHASH
        [(Symbols.SOL_TCP, 17)] = (0, 0, 1), // TCP_THIN_DUPACK
        [(Symbols.SOL_IP, 12)] = (0, int.MinValue, int.MaxValue), // IP_RECVTTL
        [(Symbols.SOL_IP, 13)] = (0, int.MinValue, int.MaxValue), // IP_RECVTOS
        [(Symbols.SOL_IP, 15)] = (0, int.MinValue, int.MaxValue), // IP_FREEBIND
    };

    private readonly Dictionary<(int Level, int Name), int> _values = [];

    /// <summary>Sets one; null if it is none of these.</summary>
    public CallOutcome? Set(int level, int name, int value)
    {
        var key = (level, name);
        if (s_readOnly.Contains(key))
        {
            return CallOutcome.Fail("ENOPROTOOPT");
        }

        if (!s_known.TryGetValue(key, out var known))
        {
            return null;
        }

        if (value < known.Least || value > known.Most)
        {
            return CallOutcome.Fail("EINVAL");
        }

        _values[key] = key switch
        {
            (Symbols.SOL_TCP, 17) => 0, // taken and forgotten
            (Symbols.SOL_SOCKET, 74) => value == -1 ? 1 : value,
            (Symbols.SOL_SOCKET, 12 or 46) => value,
            _ => value != 0 ? 1 : 0,
        };
        return CallOutcome.Success;
    }

    /// <summary>Tells one; null if it is none of these.</summary>
    public long? Get(int level, int name) =>
        _values.TryGetValue((level, name), out int value) ? value : s_known.TryGetValue((level, name), out var known) ? known.First : null;

    /// <summary>A connection begins with what its listener has, but for the priority.</summary>
    public void Inherit(PlainOptions listener)
    {
        foreach (var (key, value) in listener._values.Where(v => v.Key != (Symbols.SOL_SOCKET, 12)))
        {
            _values[key] = value;
        }
    }
}
