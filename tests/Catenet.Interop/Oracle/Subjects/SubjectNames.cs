using System.Globalization;
using System.Net.Sockets;
using Catenet.Kernel.Tcp;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>The same words for the same results of both hosts.</summary>
internal static class SubjectNames
{
    private static readonly Dictionary<int, SocketError> s_errors = new()
    {
        [0] = SocketError.Success,
        [11] = SocketError.WouldBlock,
        [13] = SocketError.AccessDenied,
        [22] = SocketError.InvalidArgument,
        [32] = SocketError.Shutdown,
        [64] = SocketError.HostUnreachable, // ENONET: .NET has no name for it
        [71] = SocketError.ProtocolNotSupported, // EPROTO: nor for this
        [89] = SocketError.DestinationAddressRequired,
        [90] = SocketError.MessageSize,
        [92] = SocketError.ProtocolOption,
        [95] = SocketError.OperationNotSupported,
        [98] = SocketError.AddressAlreadyInUse,
        [99] = SocketError.AddressNotAvailable,
        [101] = SocketError.NetworkUnreachable,
        [104] = SocketError.ConnectionReset,
        [105] = SocketError.NoBufferSpaceAvailable,
        [106] = SocketError.IsConnected,
        [107] = SocketError.NotConnected,
        [110] = SocketError.TimedOut,
        [111] = SocketError.ConnectionRefused,
        [112] = SocketError.HostDown,
        [113] = SocketError.HostUnreachable,
        [115] = SocketError.InProgress,
    };

    private static readonly string[] s_states =
        ["?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING"];

    /// <summary>An errno's name.</summary>
    public static string OfErrno(int errno) => s_errors.TryGetValue(errno, out var error)
        ? error.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"errno {errno}");

    /// <summary>A connection's state. Of one in TIME-WAIT a record is left that belongs to no socket: the socket is closed, as TCP_INFO says.</summary>
    public static string OfState(TcpState state) => state switch
    {
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECEIVED",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.LastAck => "LAST-ACK",
        TcpState.TimeWait => "CLOSED",
        _ => state.ToString().ToUpperInvariant(),
    };

    /// <summary>A state's name by Linux's number.</summary>
    public static string OfLinuxState(int state) => (uint)state < (uint)s_states.Length ? s_states[state] : "?";
}
