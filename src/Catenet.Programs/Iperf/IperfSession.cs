using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Iperf;

/// <summary>One test as the server sees it.</summary>
internal sealed class IperfSession(Host host, IperfControl control, byte[] cookie, int port, Duration patience) : IDisposable
{
    private readonly Dictionary<IPEndPoint, IperfUdpStream> _flows = [];
    private readonly TaskCompletionSource _connected = new();
    private readonly CancellationTokenSource _stop = new();
    private IperfTest? _test;
    private NetSocket? _datagrams;

    /// <summary>Runs the test to its end.</summary>
    public async Task<IperfResult> RunAsync(CancellationToken token)
    {
        using var timeout = new LoopTimeout(host.Loop, patience, token);
        await control.SendAsync(IperfState.ParameterExchange, timeout.Token);
        _test = IperfTest.Of(await control.ReceiveAsync(timeout.Token));
        if (_test.Udp)
        {
            _datagrams = new NetSocket(host, SocketType.Dgram, ProtocolType.Udp);
            _datagrams.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            _ = ReceiveDatagramsAsync(_datagrams);
        }

        await control.SendAsync(IperfState.CreateStreams, timeout.Token);
        await _connected.Task.WaitAsync(timeout.Token);
        await control.SendAsync(IperfState.TestStart, timeout.Token);
        await control.SendAsync(IperfState.TestRunning, timeout.Token);
        var begun = host.Loop.Now;
        var transfer = TransferAsync(_test);

        // The client decides when it is over; a control connection that breaks ends the test as well.
        await control.ExpectAsync(IperfState.TestEnd, token);
        var elapsed = host.Loop.Now - begun;
        _stop.Cancel();
        await transfer;

        // A client that reads whole blocks waits for the rest of one until the stream is closed.
        _test.Streams.ForEach(s => s.Dispose());
        timeout.Restart(patience);
        await control.SendAsync(IperfState.ExchangeResults, timeout.Token);
        var theirs = await control.ReceiveAsync(timeout.Token);
        await control.SendAsync(_test.Results(elapsed), timeout.Token);
        await control.SendAsync(IperfState.DisplayResults, timeout.Token);
        await control.ExpectAsync(IperfState.Done, timeout.Token);
        return _test.Result(theirs, elapsed);
    }

    /// <summary>Takes a connection as a stream of this test; false if it belongs to none.</summary>
    public bool TryAdd(NetSocket connection, ReadOnlySpan<byte> itsCookie)
    {
        if (_test is null or { Udp: true } || _test.Streams.Count == _test.StreamCount || !itsCookie.SequenceEqual(cookie))
        {
            return false;
        }

        Add(new IperfTcpStream(_test, host.Loop, connection));
        return true;
    }

    public void Dispose()
    {
        _stop.Cancel();
        control.Dispose();
        _datagrams?.Dispose();
        foreach (var stream in _test?.Streams ?? [])
        {
            stream.Dispose();
        }
    }

    private void Add(IperfStream stream)
    {
        _test!.Streams.Add(stream);
        if (_test.Streams.Count == _test.StreamCount)
        {
            _connected.TrySetResult();
        }
    }

    private async Task TransferAsync(IperfTest test)
    {
        if (test.Udp && !test.Sends)
        {
            return; // datagrams come by the shared socket
        }

        try
        {
            await Task.WhenAll(test.Streams.Select(s => test.Sends ? s.SendAsync(_stop.Token) : s.ReceiveAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client ended the test, and may have closed its streams before it was heard.
        }
    }

    /// <summary>All streams share the port: who sends tells them apart, and a greeting makes a new one.</summary>
    private async Task ReceiveDatagramsAsync(NetSocket socket)
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (true)
            {
                var message = await socket.ReceiveMessageAsync(buffer, SocketFlags.None, _stop.Token);
                var from = (IPEndPoint)message.RemoteEndPoint;
                bool known = _flows.TryGetValue(from, out var flow);
                if (!known && _test!.Streams.Count == _test.StreamCount)
                {
                    continue;
                }

                if (!known || message.ReceivedBytes == 4)
                {
                    await socket.SendMessageAsync(IperfUdpHeader.Greeting(IperfUdpHeader.Welcome), from, message.Destination, _stop.Token);
                }

                if (!known)
                {
                    // Answered first: the last stream starts the test, and its datagrams go behind the answer.
                    flow = new IperfUdpStream(_test!, host.Loop, socket, from, message.Destination);
                    _flows.Add(from, flow);
                    Add(flow);
                }
                else if (!_test!.Sends)
                {
                    flow!.OnDatagram(buffer.AsSpan(0, message.ReceivedBytes));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over, or the client's port is gone.
        }
    }
}
