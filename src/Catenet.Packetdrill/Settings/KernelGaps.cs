using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Settings;

/// <summary>What scripts know and the kernel's TCP does not yet: the one place to look at when it learns it.</summary>
internal static class KernelGaps
{
    private static readonly (byte Kind, string Name)[] Options =
    [
    ];

    /// <summary>Nobody can expect from the stack what it does not know.</summary>
    /// <exception cref="UnsupportedException">The packet has such a thing.</exception>
    public static void Check(PacketSpec packet)
    {
        if (packet.Direction == PacketDirection.In)
        {
            return;
        }

        foreach (var (kind, name) in Options)
        {
            if (packet.Options.Any(o => o.Kind == kind))
            {
                throw new UnsupportedException(name);
            }
        }
    }
}
