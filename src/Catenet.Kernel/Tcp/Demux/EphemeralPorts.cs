using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Chooses local ports for active connections by destination, so that they are hard to guess and slow to repeat (RFC 6056 3.3.3, double-hash in spirit).</summary>
internal sealed class EphemeralPorts(TcpLayer layer, RandomStream random)
{
    private readonly ushort[] _next = new ushort[256];

    /// <summary>A port that with this destination is free; zero if there is none.</summary>
    public ushort Choose(InetAddress local, InetEndpoint remote)
    {
        var settings = layer.Host.Settings.Sockets;
        int range = settings.LocalPortHigh - settings.LocalPortLow + 1;
        uint offset = layer.Secret.PortOffset(local, remote);
        ref ushort next = ref _next[offset & 0xFF];
        for (int i = 0; i < range; i++)
        {
            ushort port = (ushort)(settings.LocalPortLow + (offset + next + (uint)i) % (uint)range);
            bool free = layer.Find(local, remote.Address, port, remote.Port) is null &&
                layer.FindRecord(local, remote.Address, port, remote.Port) is var taken &&
                (taken is null || (taken is TimeWaitRecord record && record.MayReuse(chosen: false, layer.Host.Loop.Now)));
            if (free && layer.FindListener(local, port) is null)
            {
                next = (ushort)(next + i + 1 + random.Next(2));
                return port;
            }
        }

        return 0;
    }
}
