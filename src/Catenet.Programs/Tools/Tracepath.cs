using System.Globalization;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Programs.Tools;

/// <summary>Finds the routers on a way and the largest packet it takes (RFC 1191, RFC 8201), as tracepath does: datagrams that fill the path's MTU and may not be fragmented.</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
/// <remarks>It begins at the MTU that the host knows for the destination: what earlier errors told is not asked again.</remarks>
public sealed class Tracepath(Host host, TextWriter? output = null)
{
    private const int Tries = 3;

    private readonly TextWriter _output = output ?? TextWriter.Null;
    private readonly List<TracepathHop> _hops = [];
    private int _mtu;

    /// <summary>The most hops tried, 30 as a rule.</summary>
    public int MaxHops { get; init; } = 30;

    /// <summary>The first port, 44444 as a rule.</summary>
    public ushort Port { get; init; } = 44444;

    /// <summary>How long to wait for an answer to a probe.</summary>
    public Duration Timeout { get; init; } = Duration.FromSeconds(1);

    /// <summary>Traces the way to a target. An object traces one way.</summary>
    /// <param name="target">A name or an address.</param>
    /// <param name="family">Which family, if the name has both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The name could not be found, or there is no route.</exception>
    public async Task<TracepathResult> RunAsync(
        string target, AddressFamily family = AddressFamily.Unspecified, CancellationToken cancellationToken = default)
    {
        var address = await ProgramNames.ResolveAsync(host, target, family, cancellationToken);
        Narrow(KnownMtu(address));
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $" 1?: {"[LOCALHOST]",-32} pmtu {_mtu}"));
        using var sender = new DatagramProbes(host, address, isEcho: false, Port) { DontFragment = true };
        for (int ttl = 1; ttl <= MaxHops; ttl++)
        {
            var answer = await ProbeHopAsync(sender, address, ttl, cancellationToken);
            if (answer is { } end)
            {
                bool reached = IcmpText.IsPortUnreachable(end);
                int back = HopsBack(end.HopLimit);
                string hops = reached ? string.Create(CultureInfo.InvariantCulture, $"hops {ttl} back {back} ") : "";
                _output.WriteLine($"     Resume: pmtu {_mtu} {hops}");
                return new TracepathResult(address, _hops, _mtu, reached, reached ? back : null);
            }
        }

        _output.WriteLine($"     Too many hops: pmtu {_mtu}");
        _output.WriteLine($"     Resume: pmtu {_mtu} ");
        return new TracepathResult(address, _hops, _mtu, false, null);
    }

    /// <summary>Finds who is so many hops away; the answer if the way ends there.</summary>
    private async Task<UdpErrorReport?> ProbeHopAsync(DatagramProbes sender, InetAddress address, int ttl, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Tries; i++)
        {
            sender.Size = _mtu - (address.IsIPv4 ? IPv4View.MinSize : IPv6View.Size);
            var sent = host.Loop.Now;
            ProbeAnswer? answer;
            try
            {
                answer = await sender.SendAsync(ttl, Timeout, cancellationToken);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize && Narrow(KnownMtu(address)))
            {
                // An error that came too late for its own probe.
                i = -1;
                continue;
            }

            if (answer is not { Report: { } report })
            {
                continue;
            }

            string line = string.Create(CultureInfo.InvariantCulture,
                $"{ttl,2}:  {report.Reporter.ToString(),-52}{(report.Timestamp - sent).TotalMilliseconds,7:0.000}ms ");
            if (report.Error == SocketError.MessageSize)
            {
                _output.WriteLine($"{line}pmtu {report.Mtu}");
                i = Narrow(KnownMtu(address)) ? -1 : i;
                continue;
            }

            _hops.Add(new TracepathHop(ttl, report.Reporter, report.Timestamp - sent));
            bool further = IcmpText.IsTimeExceeded(report);
            _output.WriteLine(line + (further ? Asymmetry(ttl, report) : End(report)));
            return further ? null : report;
        }

        _hops.Add(new TracepathHop(ttl, null, null));
        _output.WriteLine($"{ttl,2}:  no reply");
        return null;
    }

    /// <summary>The MTU that the host knows for a destination; zero if there is no way to it any more.</summary>
    private int KnownMtu(InetAddress address) => host.Ip.Route(address, default, null, 0, out _)?.Mtu ?? 0;

    /// <summary>Goes down to an MTU; false if that is nothing new.</summary>
    private bool Narrow(int mtu)
    {
        if (mtu == 0 || (_mtu != 0 && mtu >= _mtu))
        {
            return false;
        }

        _mtu = Math.Min(mtu, ushort.MaxValue);
        return true;
    }

    private static string Asymmetry(int ttl, in UdpErrorReport report) =>
        HopsBack(report.HopLimit) is var back && back != ttl ? string.Create(CultureInfo.InvariantCulture, $"asymm {back,2} ") : "";

    private static string End(in UdpErrorReport report) => IcmpText.IsPortUnreachable(report) ? "reached" : report.Error switch
    {
        SocketError.NetworkUnreachable => "!N",
        SocketError.AccessDenied => "!A",
        SocketError.ProtocolOption or SocketError.ProtocolNotSupported => "!P",
        _ => "!H",
    };

    /// <summary>How many hops an answer took, if it set out with one of the usual TTLs.</summary>
    private static int HopsBack(byte hopLimit) => hopLimit switch
    {
        <= 64 => 65 - hopLimit,
        <= 128 => 129 - hopLimit,
        _ => 256 - hopLimit,
    };
}
