using System.Net.Sockets;

namespace Catenet.Packetdrill.Calls;

/// <summary>The names and numbers of errors, as Linux has them.</summary>
internal static class Errno
{
    private static readonly (string Name, int Number, SocketError Error)[] Known =
    [
        ("EPERM", 1, SocketError.SocketError), ("EINTR", 4, SocketError.Interrupted), ("EBADF", 9, SocketError.NotSocket), ("EAGAIN", 11, SocketError.WouldBlock), ("EWOULDBLOCK", 11, SocketError.WouldBlock),
        ("ENOMEM", 12, SocketError.SocketError), ("EACCES", 13, SocketError.AccessDenied), ("EFAULT", 14, SocketError.Fault),
        ("EINVAL", 22, SocketError.InvalidArgument), ("EMFILE", 24, SocketError.TooManyOpenSockets), ("EPIPE", 32, SocketError.Shutdown),
        ("EPROTO", 71, SocketError.SocketError), ("ENOTSOCK", 88, SocketError.NotSocket), ("EDESTADDRREQ", 89, SocketError.DestinationAddressRequired),
        ("EMSGSIZE", 90, SocketError.MessageSize), ("ENOPROTOOPT", 92, SocketError.ProtocolOption), ("EPROTONOSUPPORT", 93, SocketError.ProtocolNotSupported),
        ("EOPNOTSUPP", 95, SocketError.OperationNotSupported), ("EAFNOSUPPORT", 97, SocketError.AddressFamilyNotSupported),
        ("EADDRINUSE", 98, SocketError.AddressAlreadyInUse), ("EADDRNOTAVAIL", 99, SocketError.AddressNotAvailable),
        ("ENETDOWN", 100, SocketError.NetworkDown), ("ENETUNREACH", 101, SocketError.NetworkUnreachable), ("ECONNABORTED", 103, SocketError.ConnectionAborted),
        ("ECONNRESET", 104, SocketError.ConnectionReset), ("ENOBUFS", 105, SocketError.NoBufferSpaceAvailable), ("EISCONN", 106, SocketError.IsConnected),
        ("ENOTCONN", 107, SocketError.NotConnected), ("ETIMEDOUT", 110, SocketError.TimedOut), ("ECONNREFUSED", 111, SocketError.ConnectionRefused),
        ("EHOSTDOWN", 112, SocketError.HostDown), ("EHOSTUNREACH", 113, SocketError.HostUnreachable), ("EALREADY", 114, SocketError.AlreadyInProgress),
        ("EINPROGRESS", 115, SocketError.InProgress), ("ENOENT", 2, SocketError.SocketError), ("ESPIPE", 29, SocketError.SocketError), ("ENOMSG", 42, SocketError.SocketError),
        ("EIO", 5, SocketError.SocketError), ("EBUSY", 16, SocketError.SocketError), ("EEXIST", 17, SocketError.SocketError), ("ENODEV", 19, SocketError.SocketError),
        ("ENFILE", 23, SocketError.SocketError), ("ENOTTY", 25, SocketError.SocketError), ("EFBIG", 27, SocketError.SocketError), ("ENOSPC", 28, SocketError.SocketError),
        ("EDOM", 33, SocketError.SocketError), ("ERANGE", 34, SocketError.SocketError), ("ENOSYS", 38, SocketError.SocketError), ("EBADFD", 77, SocketError.SocketError),
        ("ESOCKTNOSUPPORT", 94, SocketError.SocketError), ("EPFNOSUPPORT", 96, SocketError.SocketError), ("ENETRESET", 102, SocketError.SocketError), ("ESHUTDOWN", 108, SocketError.SocketError),
        ("EKEYREJECTED", 129, SocketError.SocketError), ("ENOKEY", 126, SocketError.SocketError),
    ];

    /// <summary>The name of a socket's error.</summary>
    public static string NameOf(SocketError error)
    {
        foreach (var known in Known)
        {
            if (known.Error == error && error != SocketError.SocketError)
            {
                return known.Name;
            }
        }

        return error.ToString();
    }

    /// <summary>The number of a socket's error; zero for success.</summary>
    public static int NumberOf(SocketError error) => error == SocketError.Success ? 0 : NumberOf(NameOf(error)) ?? 0;

    /// <summary>The name of a number, or the number itself if it has none here.</summary>
    public static string NameOf(int number)
    {
        foreach (var known in Known)
        {
            if (known.Number == number)
            {
                return known.Name;
            }
        }

        return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The number of a name; null if there is none such.</summary>
    public static int? NumberOf(string name)
    {
        foreach (var known in Known)
        {
            if (known.Name == name)
            {
                return known.Number;
            }
        }

        return null;
    }

    /// <summary>The outcome of a call that a socket error tells.</summary>
    public static CallOutcome Outcome(SocketError error, long value = 0) =>
        error == SocketError.Success ? new CallOutcome(value, null) : CallOutcome.Fail(NameOf(error));
}
