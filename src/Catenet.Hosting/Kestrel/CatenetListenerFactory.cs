using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Kestrel;

/// <summary>Gives Kestrel listeners on a Catenet host for the endpoints that belong to that host, and leaves it the others.</summary>
internal sealed class CatenetListenerFactory(Host host) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint ip && Owns(InetAddress.From(ip.Address));

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return await CatenetListener.BindAsync(host, (IPEndPoint)endpoint).ConfigureAwait(false);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException($"{host.Name}: {endpoint} is in use.", failure);
        }
    }

    private bool Owns(InetAddress address)
    {
        if (address.IsUnspecified)
        {
            return true;
        }

        // By index: a device added meanwhile on the loop's thread does no harm.
        for (int i = 0; i < host.Devices.All.Count; i++)
        {
            var addresses = host.Devices.All[i].Addresses;
            for (int j = 0; j < addresses.Count; j++)
            {
                if (addresses[j].Address == address)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
