using System.Net;
using System.Net.Sockets;
using Catenet.Hosting.Connections;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Kestrel;

/// <summary>Gives Kestrel listeners on a Catenet host for the endpoints that belong to that host, and leaves it the others.</summary>
internal sealed class CatenetListenerFactory(IStreamNetwork network) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint ip && network.Owns(ip.Address);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await CatenetListener.BindAsync(network, (IPEndPoint)endpoint).ConfigureAwait(false);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException($"{network.Name}: {endpoint} is in use.", failure);
        }
    }
}
