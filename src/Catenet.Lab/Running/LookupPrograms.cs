using System.Globalization;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Catenet.Programs.Tools;
using Catenet.Wire.Dns;

namespace Catenet.Lab.Running;

/// <summary>Runs ping and dig for a lab.</summary>
internal static class LookupPrograms
{
    public static async Task<ProgramResult> PingAsync(Host host, PingProgram program, IpFamilies families, CancellationToken token)
    {
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var result = await new Ping(host, output).RunAsync(program.Target, new PingOptions
        {
            Count = program.Count,
            Interval = program.Interval,
            Size = (int)program.Size,
            Family = families switch
            {
                IpFamilies.V4 => AddressFamily.InterNetwork,
                IpFamilies.V6 => AddressFamily.InterNetworkV6,
                _ => AddressFamily.Unspecified,
            },
        }, token);
        return new ProgramResult
        {
            Succeeded = result.Received > 0,
            Seen = $"{result.Received} of {result.Transmitted} answered",
            Received = result.Received,
            Lost = result.Transmitted - result.Received,
            Slowest = result.RoundTripTimes.Count > 0 ? result.RoundTripTimes.Max() : null,
            Output = Lines(output),
        };
    }

    public static async Task<ProgramResult> DigAsync(Host host, DigProgram program, CancellationToken token)
    {
        // The host's own resolver is asked, as a program would: its cache answers when it can.
        var resolver = host.Resolver as Programs.Dns.StubResolver
            ?? throw new SocketException((int)SocketError.TryAgain);
        var (code, records) = await resolver.QueryAsync(Wire.Dns.DnsName.Parse(program.Name), TypeOf(program.Type), token);
        string[] answers = [.. records.Where(r => r.Data is not null).Select(r => r.Data.ToString()!)];
        return new ProgramResult
        {
            Succeeded = code == DnsResponseCode.NoError && answers.Length > 0,
            Seen = answers.Length > 0 ? string.Join(", ", answers) : code.ToString(),
            Code = code.ToString(),
            Answers = answers,
        };
    }

    private static DnsType TypeOf(DnsRecordType type) => type switch
    {
        DnsRecordType.Aaaa => DnsType.AAAA,
        DnsRecordType.Cname => DnsType.CNAME,
        DnsRecordType.Mx => DnsType.MX,
        DnsRecordType.Txt => DnsType.TXT,
        DnsRecordType.Ptr => DnsType.PTR,
        _ => DnsType.A,
    };

    private static string[] Lines(StringWriter output) => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
