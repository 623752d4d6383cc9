using Catenet.Core;

namespace Catenet.Programs.Tools;

/// <summary>One hop of a way.</summary>
/// <param name="Ttl">How many hops away.</param>
/// <param name="Router">Who answered; null if nobody did.</param>
/// <param name="Time">How long that took; null if nobody answered.</param>
public sealed record TracepathHop(int Ttl, InetAddress? Router, Duration? Time);

/// <summary>The way to a destination and how wide it is.</summary>
/// <param name="Address">The destination.</param>
/// <param name="Hops">The hops, the nearest first.</param>
/// <param name="PathMtu">The largest packet that was not refused, in octets.</param>
/// <param name="Reached">Whether the destination itself answered.</param>
/// <param name="HopsBack">How many hops its answer took by its TTL; null if it was not reached.</param>
public sealed record TracepathResult(InetAddress Address, IReadOnlyList<TracepathHop> Hops, int PathMtu, bool Reached, int? HopsBack);
