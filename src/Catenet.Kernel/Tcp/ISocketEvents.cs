using System.Net.Sockets;

namespace Catenet.Kernel.Tcp;

/// <summary>What a connection tells its owner: a socket, a benchmark, a test.</summary>
/// <remarks>
/// Called on the loop's thread after a segment or timer has been dealt with entirely, so that any method of the connection
/// may be called from within. Must not throw.
/// </remarks>
public interface ISocketEvents
{
    /// <summary>The handshake is complete: data may be sent and received.</summary>
    void OnConnected(TcpConnection connection);

    /// <summary>There is more to read than before, or the peer's end of data has come.</summary>
    void OnReadable(TcpConnection connection);

    /// <summary>The peer speaks of urgent data, or it has come: what SIGURG tells on Linux.</summary>
    void OnUrgent(TcpConnection connection)
    {
    }

    /// <summary>After a send that took less than it was given: there is room again.</summary>
    void OnWritable(TcpConnection connection);

    /// <summary>The connection is over; called once.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="error">Why it failed; <see cref="SocketError.Success"/> when both sides closed in order.</param>
    void OnClosed(TcpConnection connection, SocketError error);
}
