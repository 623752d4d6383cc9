using System.Globalization;
using Catenet.Core;

namespace Catenet.Programs.Tools;

/// <summary>What a ping saw.</summary>
/// <param name="Address">Who was pinged.</param>
/// <param name="Transmitted">Requests sent.</param>
/// <param name="Received">Requests answered.</param>
/// <param name="Duplicates">Replies that came again.</param>
/// <param name="Errors">ICMP errors that came instead.</param>
/// <param name="RoundTripTimes">How long each answer took, in the order of arrival.</param>
/// <param name="Elapsed">From the first request to the end.</param>
public sealed record PingResult(
    InetAddress Address, int Transmitted, int Received, int Duplicates, int Errors, IReadOnlyList<Duration> RoundTripTimes, Duration Elapsed)
{
    /// <summary>The part of the requests that was not answered, in percent.</summary>
    public double LossPercent => Transmitted == 0 ? 0 : 100.0 * (Transmitted - Received) / Transmitted;

    /// <summary>The statistics as ping prints them.</summary>
    internal IEnumerable<string> Statistics(string name)
    {
        string extra = (Duplicates > 0 ? $", +{Duplicates} duplicates" : "") + (Errors > 0 ? $", +{Errors} errors" : "");
        yield return "";
        yield return $"--- {name} ping statistics ---";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Transmitted} packets transmitted, {Received} received{extra}, {LossPercent:0.######}% packet loss, time {Elapsed.Nanoseconds / 1_000_000}ms");
        if (RoundTripTimes.Count > 0)
        {
            var times = RoundTripTimes.Select(t => t.TotalMilliseconds).ToList();
            double mean = times.Average();
            double deviation = Math.Sqrt(Math.Max(0, times.Average(t => t * t) - mean * mean));
            yield return string.Create(CultureInfo.InvariantCulture,
                $"rtt min/avg/max/mdev = {times.Min():0.000}/{mean:0.000}/{times.Max():0.000}/{deviation:0.000} ms");
        }
    }
}
