using Catenet.Core;

namespace Catenet.Programs.Tools;

/// <summary>One hop of a way.</summary>
/// <param name="Ttl">How many hops away.</param>
/// <param name="Router">Who answered first; null if nobody did.</param>
/// <param name="Times">The time of each probe; null where none came back.</param>
public sealed record TracerouteHop(int Ttl, InetAddress? Router, IReadOnlyList<Duration?> Times);

/// <summary>The way to a destination.</summary>
/// <param name="Address">The destination.</param>
/// <param name="Hops">The hops, the nearest first.</param>
/// <param name="Reached">Whether the destination itself answered.</param>
public sealed record TracerouteResult(InetAddress Address, IReadOnlyList<TracerouteHop> Hops, bool Reached);
