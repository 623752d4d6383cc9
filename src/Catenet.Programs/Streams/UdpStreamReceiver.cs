using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Streams;

/// <summary>Watches a live stream and counts what a viewer would notice.</summary>
/// <remarks>The sender's clock is taken for the receiver's own, which in a lab it is: a datagram is late when it comes more than the playout delay after the quickest one would have.</remarks>
public sealed class UdpStreamReceiver(Host host, UdpStreamOptions? options = null)
{
    /// <summary>The longest stream that can be watched, in datagrams.</summary>
    public const int MaxFrames = 10_000_000;

    private readonly UdpStreamOptions _options = options ?? new UdpStreamOptions();
    private bool[] _seen = [];
    private bool[] _shown = [];
    private int _received, _duplicated, _reordered, _late, _damaged;
    private int _highest = -1;
    private Duration _quickest = Duration.Infinite;
    private Duration _lastTransit;
    private double _jitter;

    /// <summary>Watches until the stream is over: all of it has come, or nothing comes any more.</summary>
    /// <param name="port">The port to watch at.</param>
    /// <param name="cancellationToken">Stops early; what was seen so far is returned.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task<UdpStreamResult> RunAsync(int port, CancellationToken cancellationToken = default)
    {
        using var socket = new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        return await ReceiveAsync(socket, Duration.Infinite, cancellationToken);
    }

    /// <summary>Asks a <see cref="UdpStreamServer"/> for its stream and watches it to its end.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Stops early; what was seen so far is returned.</param>
    /// <exception cref="SocketException">The server's name could not be found, or the question could not leave.</exception>
    public async Task<UdpStreamResult> WatchAsync(EndPoint server, CancellationToken cancellationToken = default)
    {
        using var socket = server is IPEndPoint
            ? new NetSocket(host, server.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            : new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync("PLAY"u8.ToArray(), SocketFlags.None, cancellationToken);
        return await ReceiveAsync(socket, _options.Silence, cancellationToken);
    }

    private async Task<UdpStreamResult> ReceiveAsync(NetSocket socket, Duration first, CancellationToken cancellationToken)
    {
        using var silence = new LoopTimeout(host.Loop, first, cancellationToken);
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                int length = await socket.ReceiveAsync(buffer, SocketFlags.None, silence.Token);
                if (UdpStreamFrame.TryRead(buffer.AsSpan(0, length), out var frame))
                {
                    OnFrame(frame, buffer.AsSpan(0, length));
                    silence.Restart(_options.Silence);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return Result();
        }
    }

    private void OnFrame(UdpStreamFrame frame, ReadOnlySpan<byte> datagram)
    {
        if (_seen.Length == 0)
        {
            _seen = new bool[frame.Total];
            _shown = new bool[frame.Total];
        }

        if (frame.Sequence >= _seen.Length || _seen[frame.Sequence])
        {
            _duplicated++;
            return;
        }

        _seen[frame.Sequence] = true;
        _received++;
        bool intact = UdpStreamFrame.IsIntact(frame, datagram);
        _damaged += intact ? 0 : 1;
        _reordered += frame.Sequence < _highest ? 1 : 0;
        _highest = Math.Max(_highest, frame.Sequence);
        bool inTime = IsInTime(frame);
        _late += inTime ? 0 : 1;
        _shown[frame.Sequence] = inTime && intact;
    }

    private bool IsInTime(UdpStreamFrame frame)
    {
        var transit = host.Loop.Now - frame.Sent;
        if (_received > 1)
        {
            double difference = Math.Abs((transit - _lastTransit).Nanoseconds);
            _jitter += (difference - _jitter) / 16;
        }

        _lastTransit = transit;
        _quickest = Duration.Min(_quickest, transit);
        return transit <= _quickest + _options.PlayoutDelay;
    }

    private UdpStreamResult Result()
    {
        int glitches = 0;
        for (int i = 0; i < _shown.Length; i++)
        {
            glitches += !_shown[i] && (i == 0 || _shown[i - 1]) ? 1 : 0;
        }

        return new UdpStreamResult(_seen.Length, _received, _seen.Length - _received, _duplicated, _reordered, _late, _damaged,
            glitches, new Duration((long)_jitter));
    }
}
