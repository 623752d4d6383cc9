using System.Numerics;
using Catenet.Kernel.Tcp;

namespace Catenet.Packetdrill.Code;

/// <summary>The names that Python has for what SO_MEMINFO tells, in either case, as far as the kernel tells it.</summary>
internal static class SocketMemoryNames
{
    private static readonly Dictionary<string, Func<TcpConnection, long>> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sk_meminfo_wmem_alloc"] = _ => 0, // what the device has taken is gone at once
        ["sk_meminfo_sndbuf"] = c => c.SendBufferSize,
        ["sk_meminfo_wmem_queued"] = c => c.SendMemory,
        ["sk_meminfo_fwd_alloc"] = c => c.ForwardMemory,
        ["sk_meminfo_optmem"] = _ => 0,
        ["sk_meminfo_backlog"] = _ => 0,
    };

    /// <summary>What a name stands for; null if it is none that is known.</summary>
    public static object? Find(string name, Func<TcpConnection> connection) => Fields.TryGetValue(name, out var field) ? new BigInteger(field(connection())) : null;
}
