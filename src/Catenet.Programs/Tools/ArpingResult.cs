using Catenet.Core;

namespace Catenet.Programs.Tools;

/// <summary>What an arping saw.</summary>
/// <param name="Address">Who was asked for.</param>
/// <param name="Sent">Probes sent.</param>
/// <param name="Broadcasts">How many of them went to everybody.</param>
/// <param name="Received">Answers received.</param>
/// <param name="Stations">Who answered, in the order of the first answers, 64 at most: more than one is a duplicate address.</param>
/// <param name="RoundTripTimes">How long answers took after the probe before them, in the order of arrival; never more than there were probes.</param>
public sealed record ArpingResult(
    InetAddress Address, int Sent, int Broadcasts, int Received, IReadOnlyList<MacAddress> Stations, IReadOnlyList<Duration> RoundTripTimes);
