using System.Net.Sockets;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Notes the events of a connection and lets a test act on them.</summary>
internal sealed class Recorder : ISocketEvents
{
    public int Connected { get; private set; }

    public int Readable { get; private set; }

    public int Writable { get; private set; }

    public int Closed { get; private set; }

    public SocketError ClosedWith { get; private set; }

    public Action<TcpConnection>? WhenConnected { get; set; }

    public Action<TcpConnection>? WhenReadable { get; set; }

    public Action<TcpConnection>? WhenWritable { get; set; }

    public void OnConnected(TcpConnection connection)
    {
        Connected++;
        WhenConnected?.Invoke(connection);
    }

    public void OnReadable(TcpConnection connection)
    {
        Readable++;
        WhenReadable?.Invoke(connection);
    }

    public void OnWritable(TcpConnection connection)
    {
        Writable++;
        WhenWritable?.Invoke(connection);
    }

    public void OnClosed(TcpConnection connection, SocketError error)
    {
        Closed++;
        ClosedWith = error;
    }
}
