using System.Net;
using System.Net.Sockets;

namespace Catenet.Hosting.Connections;

/// <summary>The loop's side of a byte stream, non-blocking. All on the loop's thread.</summary>
internal interface IStreamTransport
{
    IPEndPoint LocalEndPoint { get; }

    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Takes as many octets as fit; fewer than given means: wait for <see cref="IStreamEvents.OnWritable"/>.</summary>
    int Send(ReadOnlySpan<byte> octets);

    /// <summary>Gives received octets; 0: the peer has finished; -1: none now.</summary>
    int Receive(Span<byte> buffer);

    /// <summary>Finishes this direction after what was sent.</summary>
    void FinishSending();

    /// <summary>Gives the stream up in good order; what was sent still arrives.</summary>
    void Close();

    /// <summary>Resets the stream.</summary>
    void Abort();

    /// <summary>Says who is to be told.</summary>
    void Attach(IStreamEvents events);
}

/// <summary>What a stream tells, on the loop's thread.</summary>
internal interface IStreamEvents
{
    void OnReadable();

    void OnWritable();

    void OnFailed(SocketError error);
}
