using System.Globalization;

namespace Catenet.Packetdrill.Calls;

/// <summary>Names of socket options, for messages.</summary>
internal static class SymbolicOptions
{
    /// <summary>The option's name as a script writes it, or its numbers.</summary>
    public static string NameOf(int level, int name)
    {
        string prefix = level switch { Symbols.SOL_SOCKET => "SO_", Symbols.SOL_TCP => "TCP_", Symbols.SOL_IPV6 => "IPV6_", Symbols.SOL_IP => "IP_", _ => "UDP_" };
        return Symbols.NamesOf(name).FirstOrDefault(n => n.StartsWith(prefix, StringComparison.Ordinal) && !n.StartsWith("SO_EE", StringComparison.Ordinal))
            ?? string.Create(CultureInfo.InvariantCulture, $"{name} of level {level}");
    }
}
