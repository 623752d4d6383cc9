using System.Globalization;
using Catenet.Core;

namespace Catenet.Programs.Iperf;

/// <summary>What came of one stream of an iperf3 test, put together from both ends.</summary>
/// <param name="Id">Its number: 1, 3, 4, ... as iperf3 counts.</param>
/// <param name="Sent">Octets that the sender wrote.</param>
/// <param name="Received">Octets that the receiver read until the end of the test.</param>
/// <param name="Retransmits">TCP segments sent again as far as the sender tells: a Catenet host tells 0.</param>
/// <param name="Packets">UDP datagrams sent.</param>
/// <param name="Lost">UDP datagrams that the receiver missed.</param>
/// <param name="Jitter">Mean variation of the datagrams' transit time (RFC 1889).</param>
public sealed record IperfStreamResult(int Id, long Sent, long Received, long Retransmits, long Packets, long Lost, Duration Jitter);

/// <summary>What came of an iperf3 test.</summary>
/// <param name="Udp">Whether it sent datagrams.</param>
/// <param name="Elapsed">How long the sending took.</param>
/// <param name="Streams">Each stream.</param>
public sealed record IperfResult(bool Udp, Duration Elapsed, IReadOnlyList<IperfStreamResult> Streams)
{
    /// <summary>Octets sent over all streams.</summary>
    public long Sent => Streams.Sum(s => s.Sent);

    /// <summary>Octets received over all streams.</summary>
    public long Received => Streams.Sum(s => s.Received);

    /// <summary>Datagrams lost over all streams.</summary>
    public long Lost => Streams.Sum(s => s.Lost);

    /// <summary>Received bits per second over all streams.</summary>
    public double BitsPerSecond => Elapsed > Duration.Zero ? Received * 8 / Elapsed.TotalSeconds : 0;

    /// <summary>The summary as iperf3 prints it: a line for the sender's and the receiver's count of each stream.</summary>
    public IEnumerable<string> Summary()
    {
        yield return Udp
            ? "[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams"
            : "[ ID] Interval           Transfer     Bitrate         Retr";
        foreach (var s in Streams)
        {
            string id = (s.Id + 4).ToString(CultureInfo.InvariantCulture).PadLeft(3);
            string sender = Udp ? string.Create(CultureInfo.InvariantCulture, $"0.000 ms  0/{s.Packets} (0%)") : s.Retransmits.ToString(CultureInfo.InvariantCulture);
            string receiver = Udp
                ? string.Create(CultureInfo.InvariantCulture, $"{s.Jitter.TotalMilliseconds:F3} ms  {s.Lost}/{s.Packets} ({(s.Packets > 0 ? 100.0 * s.Lost / s.Packets : 0):0.##}%)")
                : "    ";
            yield return $"[{id}] {Line(s.Sent)}  {sender}  sender";
            yield return $"[{id}] {Line(s.Received)}  {receiver}  receiver";
        }

        if (Streams.Count > 1)
        {
            yield return $"[SUM] {Line(Sent)}  sender";
            yield return $"[SUM] {Line(Received)}  receiver";
        }
    }

    private string Line(long octets)
    {
        double rate = Elapsed > Duration.Zero ? octets * 8 / Elapsed.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"  0.00-{Elapsed.TotalSeconds:F2}  sec  {Scaled(octets, 1024)}Bytes  {Scaled(rate, 1000)}bits/sec");
    }

    private static string Scaled(double value, double step)
    {
        int power = 0;
        for (; value >= step && power < 4; power++)
        {
            value /= step;
        }

        string text = value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
        return $"{text.PadLeft(4)} {" KMGT"[power]}".Replace("  ", " ", StringComparison.Ordinal);
    }
}
