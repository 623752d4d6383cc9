using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Catenet.Core;
using Catenet.Kernel;

namespace Catenet.Programs.Tools;

/// <summary>Finds the routers on a way by packets that may only go so far, as traceroute does: by UDP, ICMP (<c>-I</c>) or TCP (<c>-T</c>).</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
public sealed class Traceroute(Host host, TextWriter? output = null)
{
    private readonly TextWriter _output = output ?? TextWriter.Null;

    /// <summary>What is sent.</summary>
    public TracerouteMethod Method { get; init; }

    /// <summary>The port: of UDP the first, 33434 as a rule; of TCP the one, 80 as a rule. ICMP has none.</summary>
    public ushort? Port { get; init; }

    /// <summary>The most hops tried, 30 as a rule.</summary>
    public int MaxHops { get; init; } = 30;

    /// <summary>Probes per hop.</summary>
    public int Probes { get; init; } = 3;

    /// <summary>How long to wait for an answer to a probe.</summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(5);

    /// <summary>Traces the way to a target.</summary>
    /// <param name="target">A name or an address.</param>
    /// <param name="family">Which family, if the name has both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The name could not be found, or there is no route.</exception>
    public async Task<TracerouteResult> RunAsync(
        string target, AddressFamily family = AddressFamily.Unspecified, CancellationToken cancellationToken = default)
    {
        var address = await ProgramNames.ResolveAsync(host, target, family, cancellationToken);
        _output.WriteLine($"traceroute to {target} ({address}), {MaxHops} hops max, {(address.IsIPv4 ? 60 : 80)} byte packets");
        using ProbeSender sender = Method switch
        {
            TracerouteMethod.Tcp => new ConnectProbes(host, new InetEndpoint(address, Port ?? 80)),
            TracerouteMethod.Icmp => new DatagramProbes(host, address, isEcho: true, 1),
            _ => new DatagramProbes(host, address, isEcho: false, Port ?? 33434),
        };
        var hops = new List<TracerouteHop>();
        for (int ttl = 1; ttl <= MaxHops; ttl++)
        {
            var (hop, last) = await ProbeHopAsync(sender, ttl, cancellationToken);
            hops.Add(hop);
            if (last)
            {
                return new TracerouteResult(address, hops, hop.Router == address);
            }
        }

        return new TracerouteResult(address, hops, false);
    }

    private async Task<(TracerouteHop Hop, bool IsLast)> ProbeHopAsync(ProbeSender sender, int ttl, CancellationToken cancellationToken)
    {
        InetAddress? router = null;
        var times = new List<Duration?>();
        var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{ttl,2} "));
        bool last = false;
        for (int i = 0; i < Probes; i++)
        {
            var sent = host.Loop.Now;
            var answer = await sender.SendAsync(ttl, Timeout, cancellationToken);
            times.Add(answer is { } a ? a.At - sent : null);
            line.Append(Describe(answer, sent, ref router));
            last |= answer is { IsEnd: true };
        }

        _output.WriteLine(line.ToString());
        return (new TracerouteHop(ttl, router, times), last);
    }

    private static string Describe(ProbeAnswer? answer, Instant sent, ref InetAddress? router)
    {
        if (answer is not { } a)
        {
            return " *";
        }

        string who = a.From == router ? "" : $" {a.From}";
        router ??= a.From;
        string mark = a.Report is { } report ? IcmpText.Mark(report) : "";
        return string.Create(CultureInfo.InvariantCulture, $"{who}  {(a.At - sent).TotalMilliseconds:0.000} ms{mark}");
    }
}
