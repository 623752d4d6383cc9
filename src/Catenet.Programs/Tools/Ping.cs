using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;

namespace Catenet.Programs.Tools;

/// <summary>Sends echo requests and prints what comes back, as Linux's ping does.</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
public sealed class Ping(Host host, TextWriter? output = null)
{
    private readonly TextWriter _output = output ?? TextWriter.Null;
    private readonly Dictionary<ushort, Instant> _waiting = [];
    private readonly HashSet<ushort> _answered = [];
    private readonly List<Duration> _times = [];
    private int _duplicates;
    private int _errors;

    /// <summary>Pings until the count is reached and answered, the last reply is waited for long enough, or it is cancelled.</summary>
    /// <param name="target">A name or an address.</param>
    /// <param name="options">Ping's options.</param>
    /// <param name="cancellationToken">Stops early, as Ctrl-C does: the result so far is returned.</param>
    /// <exception cref="SocketException">The name could not be found, or there is no route.</exception>
    public async Task<PingResult> RunAsync(string target, PingOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PingOptions();
        var address = await ProgramNames.ResolveAsync(host, target, options.Family, cancellationToken);
        using var socket = new NetSocket(host, address.Family, SocketType.Dgram, address.IsIPv4 ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        socket.ReceiveErrors = true;
        socket.DontFragment = options.DontFragment;
        if (options.Ttl != 0)
        {
            socket.Ttl = options.Ttl;
        }

        string overIp = (options.Size + IcmpView.Size + (address.IsIPv4 ? 20 : 40)).ToString(CultureInfo.InvariantCulture);
        _output.WriteLine(address.IsIPv4
            ? $"PING {target} ({address}) {options.Size}({overIp}) bytes of data."
            : $"PING {target} ({address}) {options.Size} data bytes");
        var begun = host.Loop.Now;
        using var end = new LoopTimeout(host.Loop, Duration.Infinite, cancellationToken);
        var receiving = ReceiveAsync(socket, options.Count, end);
        int sent = await SendAsync(socket, address, options, end);
        end.Restart(_answered.Count + _errors < options.Count ? options.Timeout : Duration.Zero);
        await receiving;
        var result = new PingResult(address, sent, _answered.Count, _duplicates, _errors, _times, host.Loop.Now - begun);
        foreach (string line in result.Statistics(target))
        {
            _output.WriteLine(line);
        }

        return result;
    }

    private async Task<int> SendAsync(NetSocket socket, InetAddress address, PingOptions options, LoopTimeout end)
    {
        byte[] request = new byte[IcmpView.Size + options.Size];
        for (int i = IcmpView.Size; i < request.Length; i++)
        {
            request[i] = (byte)i;
        }

        var to = new IPEndPoint(address.ToIPAddress(), 0);
        var begun = host.Loop.Now;
        int sent = 0;
        try
        {
            for (int i = 0; i < options.Count; i++)
            {
                await host.Loop.SleepUntilAsync(begun + options.Interval * i, end.Token);
                ushort sequence = (ushort)(i + 1);
                IcmpView.WriteEcho(request, address.IsIPv4 ? IcmpType.EchoRequest : IcmpV6Type.EchoRequest, 0, sequence);
                _waiting[sequence] = host.Loop.Now;
                sent++;
                await SendOneAsync(socket, request, to, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped: print what there is.
        }

        return sent;
    }

    private async Task SendOneAsync(NetSocket socket, byte[] request, EndPoint to, CancellationToken token)
    {
        try
        {
            await socket.SendToAsync(request, to, token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.MessageSize)
        {
            _errors++;
            _output.WriteLine("ping: local error: message too long");
        }
        catch (SocketException)
        {
            // An error about an earlier request came up on this call: it is in the error queue; this request was not sent.
            DrainErrors(socket);
            await socket.SendToAsync(request, to, token);
        }
    }

    private async Task ReceiveAsync(NetSocket socket, int count, LoopTimeout end)
    {
        byte[] buffer = new byte[65536];
        while (_answered.Count + _errors < count)
        {
            try
            {
                var message = await socket.ReceiveMessageAsync(buffer, SocketFlags.None, end.Token);
                OnReply(buffer.AsSpan(0, message.ReceivedBytes), message);
            }
            catch (SocketException e) when (e.SocketErrorCode != SocketError.OperationAborted)
            {
                DrainErrors(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private void OnReply(ReadOnlySpan<byte> octets, SocketMessage message)
    {
        if (octets.Length < IcmpView.Size)
        {
            return;
        }

        ushort sequence = (ushort)(octets[6] << 8 | octets[7]);
        if (!_waiting.TryGetValue(sequence, out var sent))
        {
            return;
        }

        var time = message.Timestamp - sent;
        bool again = !_answered.Add(sequence);
        _duplicates += again ? 1 : 0;
        _times.Add(time);
        var from = InetAddress.From(((IPEndPoint)message.RemoteEndPoint).Address);
        _output.WriteLine($"{octets.Length} bytes from {from}: icmp_seq={sequence} ttl={message.TimeToLive} time={Format(time)} ms{(again ? " (DUP!)" : "")}");
    }

    private void DrainErrors(NetSocket socket)
    {
        while (socket.TryReceiveError(out UdpErrorReport report))
        {
            _errors++;
            _output.WriteLine($"From {report.Reporter} icmp_seq={report.Destination.Port} {IcmpText.Describe(report)}");
        }
    }

    /// <summary>Three significant digits, as ping prints them.</summary>
    private static string Format(Duration time)
    {
        double ms = time.TotalMilliseconds;
        string format = ms switch { >= 100 => "0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.000" };
        return ms.ToString(format, CultureInfo.InvariantCulture);
    }
}
