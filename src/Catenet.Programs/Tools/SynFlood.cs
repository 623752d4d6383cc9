using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Ip;
using Catenet.Wire.Transport;

namespace Catenet.Programs.Tools;

/// <summary>Sends SYNs that nobody means, from addresses that nobody has: what SYN queues and SYN cookies are there for (RFC 4987 2).</summary>
/// <remarks>The sources are of 198.18.0.0/15 (RFC 2544), or 2001:2::/48 (RFC 5180). For networks of your own that exist in a process.</remarks>
public sealed class SynFlood(Host host)
{
    private const int Mss = 1460;
    private const int MssOptionSize = 4;

    /// <summary>Sends them at an even pace.</summary>
    /// <param name="to">The listener.</param>
    /// <param name="count">How many.</param>
    /// <param name="interval">The time between two.</param>
    /// <param name="cancellationToken">Stops early.</param>
    /// <returns>How many were sent.</returns>
    /// <exception cref="SocketException">The name could not be found, or there is no way to the address.</exception>
    public async Task<int> RunAsync(EndPoint to, int count, Duration interval, CancellationToken cancellationToken = default)
    {
        var target = to switch
        {
            IPEndPoint ip => new InetEndpoint(InetAddress.From(ip.Address), (ushort)ip.Port),
            DnsEndPoint name => new InetEndpoint(await ProgramNames.ResolveAsync(host, name.Host, AddressFamily.Unspecified, cancellationToken), (ushort)name.Port),
            _ => throw new SocketException((int)SocketError.AddressFamilyNotSupported),
        };
        var random = host.Random($"syn-flood/{target}");
        var begun = host.Loop.Now;
        for (int i = 0; i < count; i++)
        {
            await host.Loop.SleepUntilAsync(begun + interval * i, cancellationToken);
            Send(target, random);
        }

        return count;
    }

    private void Send(InetEndpoint target, RandomStream random)
    {
        var route = host.Ip.Route(target.Address, default, null, 0, out var error) ?? throw new SocketException((int)error);
        var source = Anybody(target.Address.IsIPv4, random);
        int length = TcpView.MinSize + MssOptionSize;
        var packet = host.Loop.Packets.Rent(TcpView.MaxSize);
        var segment = packet.Append(length);
        var options = new TcpOptionsWriter(segment[TcpView.MinSize..]);
        options.AddMaximumSegmentSize(Mss);
        TcpView.Write(segment, (ushort)random.Next(1024, 65536), target.Port, new SeqNumber(random.NextUInt32()), default, TcpFlags.Syn, 64240, length);
        TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(source, target.Address, 6, length));
        packet.MarkTransportHeader();
        host.Ip.Output(packet, route, 6, new IpSendOptions { Source = source, DontFragment = true });
    }

    private static InetAddress Anybody(bool ipv4, RandomStream random) => ipv4
        ? InetAddress.FromIPv4(0xC612_0000 | (random.NextUInt32() & 0x1_FFFF))
        : new InetAddress(0x2001_0002_0000_0000, random.NextUInt64());
}
