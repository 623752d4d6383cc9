using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The congestion controls there are, by Linux's names.</summary>
public static class CongestionControls
{
    /// <summary>Their names (<c>tcp_available_congestion_control</c>).</summary>
    public static IReadOnlyList<string> Available { get; } = ["reno", "cubic", Dctcp.LinuxName, "bbr"];

    /// <summary>Whether there is one of this name.</summary>
    public static bool Exists(string name) => Available.Contains(name);

    /// <summary>Makes one for a connection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="start">How CUBIC's slow start finds its end.</param>
    /// <param name="random">Chance for those that need it.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static ICongestionControl Create(string name, HyStartKind start = HyStartKind.Classic, RandomStream? random = null) => name switch
    {
        "reno" => new Reno(),
        "cubic" => new Cubic(start),
        Dctcp.LinuxName => new Dctcp(),
        "bbr" => new Bbr(random),
        _ => throw new ArgumentException($"There is no congestion control '{name}'; there are {string.Join(", ", Available)}."),
    };
}
