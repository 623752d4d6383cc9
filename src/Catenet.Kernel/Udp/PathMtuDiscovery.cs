namespace Catenet.Kernel.Udp;

/// <summary>What a socket makes of the path's MTU (Linux's IP_MTU_DISCOVER, by its numbers).</summary>
public enum PathMtuDiscovery
{
    /// <summary>Anyone on the way may fragment: never set the DF bit.</summary>
    Dont,

    /// <summary>Set the DF bit on what fits the path's MTU, and fragment here what does not (the default).</summary>
    Want,

    /// <summary>Always set the DF bit; refuse what does not fit with <see cref="System.Net.Sockets.SocketError.MessageSize"/>.</summary>
    Do,

    /// <summary>Streams only: no DF bit, as one who probes by other means; errors are believed.</summary>
    Probe,

    /// <summary>Streams only: the device's MTU counts, errors do not.</summary>
    Interface,

    /// <summary>Streams only: as <see cref="Interface"/>, and what does not fit may be fragmented.</summary>
    Omit,
}
