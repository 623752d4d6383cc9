using System.Text.Json.Nodes;
using Catenet.Core;

namespace Catenet.Programs.Iperf;

/// <summary>One test at one end: what was agreed, its streams, and what is left to send.</summary>
internal sealed class IperfTest
{
    private readonly long _octets;
    private long _counted;

    /// <param name="octets">What all streams together carry; 0 for no limit but time.</param>
    public IperfTest(long octets) => _octets = octets;

    public required bool Udp { get; init; }

    public required bool Reverse { get; init; }

    public required int StreamCount { get; init; }

    public required int Block { get; init; }

    /// <summary>Bits per second of each stream.</summary>
    public required long Pace { get; init; }

    public required bool WideNumbers { get; init; }

    public bool NoDelay { get; init; }

    /// <summary>Whether this end sends.</summary>
    public required bool Sends { get; init; }

    public List<IperfStream> Streams { get; } = [];

    /// <summary>Whether the amount that was asked for has been sent or received.</summary>
    public bool IsComplete => _octets > 0 && _counted >= _octets;

    /// <summary>Called when it has: streams that wait for more need not.</summary>
    public Action? Completed { get; set; }

    /// <summary>Counts octets sent or received.</summary>
    public void Count(int octets)
    {
        bool before = IsComplete;
        _counted += octets;
        if (IsComplete && !before)
        {
            Completed?.Invoke();
        }
    }

    /// <summary>The number of the next stream: 1, 3, 4, ... as iperf3 counts.</summary>
    public int NextId => Streams.Count == 0 ? 1 : Streams.Count + 2;

    public static IperfTest Of(IperfOptions options) => new(options.Octets)
    {
        Udp = options.Udp,
        Reverse = options.Reverse,
        StreamCount = options.Streams,
        Block = options.Block,
        Pace = options.Pace,
        WideNumbers = true,
        NoDelay = options.NoDelay,
        Sends = !options.Reverse,
    };

    /// <summary>What a client tells the server of the test it wants.</summary>
    public static JsonObject Parameters(IperfOptions options)
    {
        var json = new JsonObject
        {
            [options.Udp ? "udp" : "tcp"] = true,
            ["omit"] = 0,
            ["time"] = options.Octets > 0 ? 0 : (long)Math.Ceiling(options.Time.TotalSeconds),
            ["num"] = options.Octets,
            ["blockcount"] = 0,
            ["parallel"] = options.Streams,
            ["len"] = options.Block,
            ["pacing_timer"] = 1000,
            ["client_version"] = "3.12",
        };
        Put(json, "reverse", options.Reverse);
        Put(json, "nodelay", options.NoDelay);
        if (options.Udp || options.Rate > 0)
        {
            json["bandwidth"] = options.Pace;
        }

        if (options.Udp)
        {
            json["udp_counters_64bit"] = 1;
        }

        return json;
    }

    /// <summary>Reads what a client wants.</summary>
    /// <exception cref="IperfException">It wants what is not done here.</exception>
    public static IperfTest Of(JsonObject json)
    {
        bool udp = Flag(json, "udp");
        long streams = Number(json, "parallel", 1);
        long block = Number(json, "len", udp ? 1448 : 128 * 1024);
        long rate = Number(json, "bandwidth", 0);
        bool wide = Number(json, "udp_counters_64bit", 0) != 0;
        if (Flag(json, "bidirectional") || Flag(json, "sctp"))
        {
            throw new IperfException("Tests in both directions at once and SCTP are not done here.");
        }

        int least = udp ? wide ? IperfUdpHeader.LongSize : IperfUdpHeader.ShortSize : 1;
        if (streams is < 1 or > IperfOptions.MaxStreams || block < least || block > (udp ? IperfOptions.MaxDatagram : IperfOptions.MaxBlock))
        {
            throw new IperfException($"{streams} streams with blocks of {block} octets are not done here.");
        }

        return new IperfTest(Math.Max(Number(json, "num", 0), Number(json, "blockcount", 0) * block))
        {
            Udp = udp,
            Reverse = Flag(json, "reverse"),
            StreamCount = (int)streams,
            Block = (int)block,
            Pace = rate > 0 ? rate : 100_000_000_000,
            WideNumbers = wide,
            NoDelay = Flag(json, "nodelay"),
            Sends = Flag(json, "reverse"),
        };
    }

    /// <summary>What this end counted.</summary>
    public JsonObject Results(Duration elapsed)
    {
        var streams = new JsonArray();
        foreach (var stream in Streams)
        {
            streams.Add((JsonNode)new JsonObject
            {
                ["id"] = stream.Id,
                ["bytes"] = stream.Octets,
                ["retransmits"] = 0,
                ["jitter"] = stream.JitterSeconds,
                ["errors"] = stream.Lost,
                ["packets"] = stream.Packets,
                ["start_time"] = 0,
                ["end_time"] = elapsed.TotalSeconds,
            });
        }

        return new JsonObject
        {
            ["cpu_util_total"] = 0,
            ["cpu_util_user"] = 0,
            ["cpu_util_system"] = 0,
            ["sender_has_retransmits"] = Sends ? 0 : -1,
            ["streams"] = streams,
        };
    }

    /// <summary>Puts what both ends counted together.</summary>
    public IperfResult Result(JsonObject other, Duration elapsed)
    {
        var theirs = other["streams"] as JsonArray ?? [];
        return new IperfResult(Udp, elapsed, [.. Streams.Select(mine =>
        {
            var their = theirs.OfType<JsonObject>().FirstOrDefault(s => Number(s, "id", 0) == mine.Id) ?? [];
            long bytes = Number(their, "bytes", 0);
            return Sends
                ? new IperfStreamResult(mine.Id, mine.Octets, bytes, 0, mine.Packets, Number(their, "errors", 0), Duration.FromSeconds(Real(their, "jitter")))
                : new IperfStreamResult(mine.Id, bytes, mine.Octets, Math.Max(0, Number(their, "retransmits", 0)), Number(their, "packets", 0), mine.Lost, Duration.FromSeconds(mine.JitterSeconds));
        })]);
    }

    private static void Put(JsonObject json, string name, bool value)
    {
        if (value)
        {
            json[name] = true;
        }
    }

    private static bool Flag(JsonObject json, string name) =>
        json[name] is JsonValue value && ((value.TryGetValue(out bool flag) && flag) || (value.TryGetValue(out long number) && number != 0));

    private static long Number(JsonObject json, string name, long otherwise) =>
        json[name] is not JsonValue value ? otherwise
        : value.TryGetValue(out long number) ? number
        : value.TryGetValue(out double real) && Math.Abs(real) < 1e18 ? (long)real : otherwise;

    private static double Real(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue(out double real) && real is >= 0 and < 1e6 ? real : 0;
}
