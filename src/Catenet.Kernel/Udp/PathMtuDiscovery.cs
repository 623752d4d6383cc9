namespace Catenet.Kernel.Udp;

/// <summary>Whether datagrams may be fragmented (Linux's IP_MTU_DISCOVER).</summary>
public enum PathMtuDiscovery
{
    /// <summary>Anyone on the way may fragment: never set the DF bit.</summary>
    Dont,

    /// <summary>Set the DF bit on what fits the path's MTU, and fragment here what does not (the default).</summary>
    Want,

    /// <summary>Always set the DF bit; refuse what does not fit with <see cref="System.Net.Sockets.SocketError.MessageSize"/>.</summary>
    Do,
}
