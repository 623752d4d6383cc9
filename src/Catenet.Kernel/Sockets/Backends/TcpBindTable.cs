namespace Catenet.Kernel.Sockets.Backends;

/// <summary>Ports that stream sockets are bound to, whether or not they listen or connect yet.</summary>
/// <remarks>As .NET has it on Linux (SO_REUSEADDR set for TCP), two sockets may be bound to one port as long as none of them listens.</remarks>
internal sealed class TcpBindTable(Host host)
{
    private readonly Dictionary<ushort, int> _users = [];
    private readonly RandomStream _random = host.Random("tcp/bind");

    /// <summary>Takes a port, or finds a free ephemeral one for port 0; 0 if there is none.</summary>
    public ushort Take(ushort port)
    {
        if (port == 0)
        {
            port = FindFree();
        }

        if (port != 0)
        {
            _users[port] = _users.GetValueOrDefault(port) + 1;
        }

        return port;
    }

    /// <summary>Gives a port back.</summary>
    public void Release(ushort port)
    {
        if (--_users[port] == 0)
        {
            _users.Remove(port);
        }
    }

    private ushort FindFree()
    {
        int low = host.Settings.Sockets.LocalPortLow;
        int count = host.Settings.Sockets.LocalPortHigh - low + 1;
        int start = _random.Next(count);
        for (int i = 0; i < count; i++)
        {
            ushort port = (ushort)(low + (start + i) % count);
            if (!_users.ContainsKey(port) && !host.Tcp.IsPortInUse(port))
            {
                return port;
            }
        }

        return 0;
    }
}
