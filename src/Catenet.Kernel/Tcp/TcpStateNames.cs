namespace Catenet.Kernel.Tcp;

/// <summary>The states of a connection as RFC 9293 writes them.</summary>
public static class TcpStateNames
{
    private static readonly string[] Names =
    [
        "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK",
        "TIME-WAIT",
    ];

    /// <summary>A state's name: <c>FIN-WAIT-1</c>.</summary>
    public static string Of(TcpState state) => Names[(int)state];
}
