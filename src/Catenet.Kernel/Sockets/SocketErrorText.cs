using System.Net.Sockets;

namespace Catenet.Kernel.Sockets;

/// <summary>Linux's names and words for socket errors, as strace prints them.</summary>
internal static class SocketErrorText
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.AccessDenied => "EACCES (Permission denied)",
        SocketError.AddressAlreadyInUse => "EADDRINUSE (Address already in use)",
        SocketError.AddressFamilyNotSupported => "EAFNOSUPPORT (Address family not supported by protocol)",
        SocketError.AddressNotAvailable => "EADDRNOTAVAIL (Cannot assign requested address)",
        SocketError.ConnectionAborted => "ECONNABORTED (Software caused connection abort)",
        SocketError.ConnectionRefused => "ECONNREFUSED (Connection refused)",
        SocketError.ConnectionReset => "ECONNRESET (Connection reset by peer)",
        SocketError.DestinationAddressRequired => "EDESTADDRREQ (Destination address required)",
        SocketError.HostUnreachable => "EHOSTUNREACH (No route to host)",
        SocketError.InvalidArgument => "EINVAL (Invalid argument)",
        SocketError.IsConnected => "EISCONN (Transport endpoint is already connected)",
        SocketError.MessageSize => "EMSGSIZE (Message too long)",
        SocketError.NetworkDown => "ENETDOWN (Network is down)",
        SocketError.NetworkUnreachable => "ENETUNREACH (Network is unreachable)",
        SocketError.NoBufferSpaceAvailable => "ENOBUFS (No buffer space available)",
        SocketError.NotConnected => "ENOTCONN (Transport endpoint is not connected)",
        SocketError.OperationAborted => "ECANCELED (Operation canceled)",
        SocketError.OperationNotSupported => "EOPNOTSUPP (Operation not supported)",
        SocketError.ProtocolOption => "ENOPROTOOPT (Protocol not available)",
        SocketError.Shutdown => "EPIPE (Broken pipe)",
        SocketError.TimedOut => "ETIMEDOUT (Connection timed out)",
        SocketError.TooManyOpenSockets => "EMFILE (Too many open files)",
        SocketError.WouldBlock => "EAGAIN (Resource temporarily unavailable)",
        _ => error.ToString(),
    };
}
