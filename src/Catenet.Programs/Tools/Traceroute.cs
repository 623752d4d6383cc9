using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Udp;

namespace Catenet.Programs.Tools;

/// <summary>Finds the routers on a way by datagrams that may only go so far, as traceroute does (UDP to ports from 33434 on).</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
public sealed class Traceroute(Host host, TextWriter? output = null)
{
    private const int FirstPort = 33434;

    private readonly TextWriter _output = output ?? TextWriter.Null;

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
        _output.WriteLine($"traceroute to {target} ({address}), {MaxHops} hops max, 60 byte packets");
        using var socket = new NetSocket(host, address.Family, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
        socket.ReceiveErrors = true;
        var hops = new List<TracerouteHop>();
        int port = FirstPort;
        for (int ttl = 1; ttl <= MaxHops; ttl++)
        {
            socket.Ttl = (short)ttl;
            InetAddress? router = null;
            var times = new List<Duration?>();
            var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{ttl,2} "));
            bool last = false;
            for (int i = 0; i < Probes; i++)
            {
                var sent = host.Loop.Now;
                var report = await ProbeAsync(socket, new InetEndpoint(address, (ushort)port++), cancellationToken);
                times.Add(report is { } r ? r.Timestamp - sent : null);
                line.Append(Describe(report, sent, ref router));
                last |= report is { } answer && !IcmpText.IsTimeExceeded(answer);
            }

            _output.WriteLine(line.ToString());
            hops.Add(new TracerouteHop(ttl, router, times));
            if (last)
            {
                return new TracerouteResult(address, hops, router == address);
            }
        }

        return new TracerouteResult(address, hops, false);
    }

    private static string Describe(UdpErrorReport? report, Instant sent, ref InetAddress? router)
    {
        if (report is not { } answer)
        {
            return " *";
        }

        string who = answer.Reporter == router ? "" : $" {answer.Reporter}";
        router ??= answer.Reporter;
        return string.Create(CultureInfo.InvariantCulture,
            $"{who}  {(answer.Timestamp - sent).TotalMilliseconds:0.000} ms{(IcmpText.IsTimeExceeded(answer) ? "" : IcmpText.Mark(answer))}");
    }

    /// <summary>Sends one probe and waits for the error it causes.</summary>
    private async Task<UdpErrorReport?> ProbeAsync(NetSocket socket, InetEndpoint to, CancellationToken cancellationToken)
    {
        using var wait = new LoopTimeout(host.Loop, Timeout, cancellationToken);
        try
        {
            await SendAsync(socket, to, wait.Token);
            while (true)
            {
                try
                {
                    await socket.ReceiveAsync(new byte[512], SocketFlags.None, wait.Token);
                }
                catch (SocketException)
                {
                    while (socket.TryReceiveError(out var report))
                    {
                        if (report.Destination.Port == to.Port)
                        {
                            return report;
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task SendAsync(NetSocket socket, InetEndpoint to, CancellationToken token)
    {
        byte[] data = new byte[32];
        try
        {
            await socket.SendToAsync(data, to.ToIPEndPoint(), token);
        }
        catch (SocketException)
        {
            // A late error of an earlier probe was pending; it is cleared now.
            await socket.SendToAsync(data, to.ToIPEndPoint(), token);
        }
    }
}
