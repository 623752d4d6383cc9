namespace Catenet.Kernel.Routing;

/// <summary>What a route does with packets (Linux's RTN_*).</summary>
public enum RouteType : byte
{
    /// <summary>Sends them to a gateway or a neighbour.</summary>
    Unicast,

    /// <summary>They are for this host.</summary>
    Local,

    /// <summary>Sends them to every station of the link.</summary>
    Broadcast,

    /// <summary>Discards them silently.</summary>
    Blackhole,

    /// <summary>Discards them and says that the host is unreachable.</summary>
    Unreachable,

    /// <summary>Discards them and says that communication is prohibited.</summary>
    Prohibit,
}
