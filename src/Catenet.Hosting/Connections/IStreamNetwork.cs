using System.Net;
using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Hosting.Connections;

/// <summary>What hosting needs of a host: names, listeners, streams. All on the loop's thread but <see cref="Owns"/>.</summary>
internal interface IStreamNetwork
{
    EventLoop Loop { get; }

    string Name { get; }

    /// <summary>Whether a server on this host may be bound to the address.</summary>
    bool Owns(IPAddress address);

    ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, CancellationToken cancellationToken);

    /// <summary>Listens; the returned value stops it. Throws SocketException if the endpoint is taken.</summary>
    IStreamListener Listen(IPEndPoint endPoint, Action<IStreamTransport> accepted);

    /// <summary>Connects; the outcome is told once, later. Aborting the returned stream gives up.</summary>
    IStreamTransport Connect(IPEndPoint endPoint, Action<SocketError> done);
}

/// <summary>A listener of an <see cref="IStreamNetwork"/>.</summary>
internal interface IStreamListener
{
    IPEndPoint LocalEndPoint { get; }

    void Close();
}
