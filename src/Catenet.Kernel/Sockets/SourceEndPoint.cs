using System.Net;

namespace Catenet.Kernel.Sockets;

/// <summary>The surface's form of the peer that sent the latest datagram: the same object again while the same peer goes on sending.</summary>
internal sealed class SourceEndPoint
{
    private IPEndPoint? _shown;
    private InetEndpoint _value;
    private int _scope;

    /// <summary>The end point of a peer.</summary>
    /// <param name="core">The socket.</param>
    /// <param name="endpoint">The peer.</param>
    /// <param name="scope">The device by which a link-local peer is reached.</param>
    public IPEndPoint Of(SocketCore core, InetEndpoint endpoint, int scope)
    {
        // The receiver may have changed the object it was given.
        if (_shown is null || _value != endpoint || _scope != scope || _shown.Port != endpoint.Port)
        {
            _shown = core.ToSurface(endpoint, scope);
            _value = endpoint;
            _scope = scope;
        }

        return _shown;
    }
}
