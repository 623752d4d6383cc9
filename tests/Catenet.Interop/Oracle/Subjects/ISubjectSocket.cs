namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A socket of a host under test. Nothing blocks; results are words, so that they compare.</summary>
internal interface ISubjectSocket
{
    /// <summary>The TCP state's name as Linux writes it: <c>ESTABLISHED</c>.</summary>
    string State { get; }

    /// <summary>The connection that has waited longest; null if none waits.</summary>
    ISubjectSocket? Accept();

    /// <summary>Sends data on a connection.</summary>
    string Send(byte[] data);

    /// <summary>Sends a datagram.</summary>
    string SendTo(InetEndpoint to, byte[] data);

    /// <summary>Fixes a datagram socket's peer.</summary>
    string ConnectTo(InetEndpoint to);

    /// <summary>What is there to receive: the octets as text, <c>end</c>, or an error's name.</summary>
    string Receive();

    /// <summary>Takes the pending error (SO_ERROR).</summary>
    string TakeError();

    /// <summary>Joins a multicast group on the first interface.</summary>
    string Join(InetAddress group);

    /// <summary>Sets an option by Linux's name for it.</summary>
    void SetOption(SubjectOption option, int value);

    /// <summary>Sends the FIN.</summary>
    string ShutdownSend();

    /// <summary>Closes as close() does.</summary>
    void Close();
}

/// <summary>The socket options that stimuli use.</summary>
internal enum SubjectOption
{
    /// <summary>TCP_NODELAY.</summary>
    NoDelay,

    /// <summary>SO_LINGER with a time of zero: close() resets.</summary>
    AbortOnClose,

    /// <summary>SO_BROADCAST.</summary>
    Broadcast,

    /// <summary>IP_MTU_DISCOVER, as its number.</summary>
    PathMtuDiscovery,

    /// <summary>IP_TTL or IPV6_UNICAST_HOPS.</summary>
    HopLimit,

    /// <summary>SO_RCVBUF, the number as given to setsockopt().</summary>
    ReceiveBuffer,
}
