using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Catenet.Bench;

const string Usage = """
    usage: dotnet run -c Release --project bench/Catenet.Bench -- [NAME...] [--runs N] [--seconds S] [--json] [--list]

      NAME         measure only what begins with this name; everything if none is given
      --runs N     runs after the warm-up, of which the median is printed (default 5)
      --seconds S  how long a run takes (default 1)
      --json       print JSON instead of a table
      --list       print the names and end
    """;

Benchmark[] all =
[
    new TcpBulk("tcp-bulk", offload: false, "TCP goodput between two hosts, MTU 1500, checksums on, one thread, per second of real time"),
    new TcpBulk("tcp-offload", offload: true, "the same over a port that takes and gives super-packets with partial checksums: what is left is TCP and two copies"),
    new UdpPackets(),
    new TreeHops(),
    new IdleHost(),
    new IdleConnection(),
    new LinkFrames("link-perfect", "frames/s", perfect: true),
    new LinkFrames("link-rate", "frames/s", perfect: false),
    new SwitchFrames(),
    .. Environment.IsPrivilegedProcess && OperatingSystem.IsLinux() ? new Benchmark[]
    {
        new LinuxBulk("tap-receive", LinuxBulk.Way.ToCatenet, "iperf3 of Linux sends to Catenet over a TAP with offloads (root)"),
        new LinuxBulk("tap-send", LinuxBulk.Way.FromCatenet, "Catenet sends to iperf3 of Linux over a TAP with offloads (root)"),
        new LinuxBulk("veth", LinuxBulk.Way.BetweenLinuxes, "iperf3 between two Linux namespaces over veth, for comparison (root)"),
    }
    : [],
];

var names = new List<string>();
int runs = 5;
double seconds = 1;
bool json = false;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json":
            json = true;
            break;
        case "--list":
            Console.WriteLine(string.Join('\n', all.Select(b => $"{b.Name,-16} {b.What}")));
            return 0;
        case "--runs" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out runs) && runs > 0:
        case "--seconds" when i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seconds) && seconds > 0:
            i++;
            break;
        case var name when !name.StartsWith('-') && all.Any(b => b.Name.StartsWith(name, StringComparison.Ordinal)):
            names.Add(name);
            break;
        default:
            Console.Error.WriteLine($"'{args[i]}' is no benchmark and no option.\n{Usage}");
            return 2;
    }
}

#if DEBUG
Console.Error.WriteLine("warning: this is a DEBUG build, which counts every packet; measure with -c Release.");
#endif

var results = new List<Result>();
foreach (var benchmark in all.Where(b => names.Count == 0 || names.Any(n => b.Name.StartsWith(n, StringComparison.Ordinal))))
{
    benchmark.Run(seconds);
    long begin = Stopwatch.GetTimestamp();
    var cpu = Environment.CpuUsage.TotalTime;
    double[] values = [.. Enumerable.Range(0, runs).Select(_ => benchmark.Run(seconds)).Order()];
    double share = (Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(begin);
    var result = new Result(benchmark.Name, benchmark.Unit, values[values.Length / 2], values[0], values[^1], share, benchmark.What);
    results.Add(result);
    if (!json)
    {
        if (results.Count == 1)
        {
            Console.WriteLine($"{"benchmark",-16} {"median",14} {"lowest",14} {"highest",14} {"CPU",5}  unit");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{result.Name,-16} {Figure(result.Median),14} {Figure(result.Lowest),14} {Figure(result.Highest),14} {result.CpuShare,5:0%}  {result.Unit}"));
    }
}

if (results.Exists(r => r.CpuShare < 0.9))
{
    Console.Error.WriteLine("warning: CPU says how much of a processor the process got; below 90 % the machine is busy with other things and the figures are too low.");
}

if (json)
{
    Console.WriteLine(JsonSerializer.Serialize(results, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
}

return 0;

static string Figure(double value) => value.ToString(value < 1000 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

internal sealed record Result(string Name, string Unit, double Median, double Lowest, double Highest, double CpuShare, string What);
