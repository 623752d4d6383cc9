using System.Diagnostics.CodeAnalysis;

namespace Catenet.Kernel.Configuration;

/// <summary>A host's <see cref="Settings"/> by the names that sysctl has for them, as text: what a lab file, a script or a program sets and reads.</summary>
/// <remarks>Names, units, ranges and the way values are printed are Linux's. Only what has no meaning is refused where Linux takes it: times and
/// counts below zero.</remarks>
public static class Sysctl
{
    private static readonly SortedDictionary<string, Knob> Known = new(
        new[]
        {
            IpKnobs.All, DeviceKnobs.All, NeighbourKnobs.All, IcmpKnobs.All, SocketKnobs.All, ConntrackKnobs.All, TcpOpeningKnobs.All, TcpLifeKnobs.All,
            TcpRecoveryKnobs.All, TcpBufferKnobs.All, TcpOutputKnobs.All, TcpCongestionKnobs.All, TcpMtuKnobs.All, FastOpenKnobs.All,
        }.SelectMany(area => area).ToDictionary(knob => knob.Name),
        StringComparer.Ordinal);

    /// <summary>The names of all settings, in order.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>Sets one.</summary>
    /// <param name="settings">The settings of the host.</param>
    /// <param name="name">Its name, with dots.</param>
    /// <param name="value">What is written to it: numbers decimal, octal (0...) or hexadecimal (0x...), several separated by blanks.</param>
    /// <param name="error">What is wrong, and what is allowed.</param>
    /// <returns>False if there is none of that name, or the text is no value for it; nothing is changed then.</returns>
    public static bool TrySet(Settings settings, string name, string value, [NotNullWhen(false)] out string? error)
    {
        error = !Known.TryGetValue(name, out var knob) ? $"there is no setting '{name}'"
            : knob.Set(settings, value.Trim()) ? null
            : $"{name} takes {knob.Allowed}, not '{value}'";
        return error is null;
    }

    /// <summary>Tells one's value as Linux prints it; false if there is none of that name.</summary>
    public static bool TryGet(Settings settings, string name, [NotNullWhen(true)] out string? value)
    {
        value = Known.TryGetValue(name, out var knob) ? knob.Tell(settings) : null;
        return value is not null;
    }
}
