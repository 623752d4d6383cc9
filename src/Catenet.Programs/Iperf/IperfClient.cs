using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Programs.Tools;

namespace Catenet.Programs.Iperf;

/// <summary>Measures how much a path carries, against any iperf3 server (3.1 and later): iperf3 -c.</summary>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where the summary goes; nowhere if not given.</param>
public sealed class IperfClient(Host host, TextWriter? output = null)
{
    /// <summary>How long a UDP greeting is waited for before it is sent again, and how often.</summary>
    private const int Greetings = 10;

    private static readonly Duration GreetingTime = Duration.FromSeconds(1);

    private readonly TextWriter _output = output ?? TextWriter.Null;

    /// <summary>Runs a test to its end.</summary>
    /// <param name="server">The server's name or address.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The server could not be found or reached, or the connection broke.</exception>
    /// <exception cref="IperfException">The server is busy, refused, or did not keep to the protocol.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public async Task<IperfResult> RunAsync(string server, IperfOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new IperfOptions();
        options.Validate();
        var address = await ProgramNames.ResolveAsync(host, server, AddressFamily.Unspecified, cancellationToken);
        var remote = new IPEndPoint(address.ToIPAddress(), options.Port);
        var run = new Run(host, remote, options);
        try
        {
            var result = await run.GoAsync(cancellationToken);
            foreach (string line in result.Summary())
            {
                _output.WriteLine(line);
            }

            return result;
        }
        finally
        {
            run.Dispose();
        }
    }

    private sealed class Run(Host host, IPEndPoint server, IperfOptions options) : IDisposable
    {
        private readonly IperfTest _test = IperfTest.Of(options);
        private readonly byte[] _cookie = IperfControl.NewCookie(host.Random("iperf3"));
        private readonly CancellationTokenSource _stop = new();
        private IperfControl? _control;
        private Instant _begun;
        private Duration _elapsed;
        private Task _transfer = Task.CompletedTask;
        private SocketException? _failure;

        public async Task<IperfResult> GoAsync(CancellationToken token)
        {
            _control = new IperfControl(await ConnectAsync(token));
            try
            {
                return await ConverseAsync(_control, token);
            }
            catch (Exception e) when (_failure is not null && e is SocketException or ObjectDisposedException)
            {
                throw new IperfException("A stream of the test broke.", _failure!);
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            _control?.Dispose();
            foreach (var stream in _test.Streams)
            {
                stream.Dispose();
            }
        }

        private async Task<IperfResult> ConverseAsync(IperfControl control, CancellationToken token)
        {
            while (true)
            {
                switch (await control.ReceiveStateAsync(token))
                {
                    case IperfState.ParameterExchange:
                        await control.SendAsync(IperfTest.Parameters(options), token);
                        break;
                    case IperfState.CreateStreams:
                        await CreateStreamsAsync(token);
                        break;
                    case IperfState.TestStart:
                        break;
                    case IperfState.TestRunning:
                        _begun = host.Loop.Now;
                        _transfer = TransferAsync(token);
                        break;
                    case IperfState.ExchangeResults:
                        await _transfer;
                        await control.SendAsync(_test.Results(_elapsed), token);
                        var result = _test.Result(await control.ReceiveAsync(token), _elapsed);
                        await control.ExpectAsync(IperfState.DisplayResults, token);
                        await control.SendAsync(IperfState.Done, token);
                        return result;
                    case IperfState.AccessDenied:
                        throw new IperfException("The server is busy with another test: try again later.");
                    case IperfState.ServerTerminate:
                        throw new IperfException("The server was stopped.");
                    case var state:
                        throw new IperfException($"The server refused the test ({state}).");
                }
            }
        }

        private async Task<NetSocket> ConnectAsync(CancellationToken token)
        {
            var socket = new NetSocket(host, server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server, token);
            await socket.SendAsync(_cookie, SocketFlags.None, token);
            return socket;
        }

        private async Task CreateStreamsAsync(CancellationToken token)
        {
            while (_test.Streams.Count < _test.StreamCount)
            {
                _test.Streams.Add(_test.Udp
                    ? new IperfUdpStream(_test, host.Loop, await GreetAsync(token))
                    : new IperfTcpStream(_test, host.Loop, await ConnectAsync(token)));
            }
        }

        /// <summary>Opens a UDP stream: the server answers a greeting, which may get lost.</summary>
        private async Task<NetSocket> GreetAsync(CancellationToken token)
        {
            var socket = new NetSocket(host, server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, token);
            byte[] answer = new byte[65536];
            for (int i = 0; i < Greetings; i++)
            {
                await socket.SendAsync(IperfUdpHeader.Greeting(IperfUdpHeader.Hello), SocketFlags.None, token);
                using var patience = new LoopTimeout(host.Loop, GreetingTime, token);
                try
                {
                    int length = await socket.ReceiveAsync(answer, SocketFlags.None, patience.Token);
                    if (IperfUdpHeader.IsWelcome(answer.AsSpan(0, length)))
                    {
                        return socket;
                    }
                }
                catch (OperationCanceledException) when (patience.HasExpired)
                {
                    // Lost on the way there or back: once more.
                }
            }

            socket.Dispose();
            throw new IperfException($"The server's UDP port does not answer: {Greetings} greetings in vain.");
        }

        /// <summary>Sends or receives until the time is over or the amount is through, and tells the server.</summary>
        private async Task TransferAsync(CancellationToken token)
        {
            using var over = new LoopTimeout(host.Loop, options.Octets > 0 ? Duration.Infinite : options.Time, token);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
            _test.Completed = stop.Cancel;
            try
            {
                await Task.WhenAll(_test.Streams.Select(s => _test.Sends ? s.SendAsync(stop.Token) : s.ReceiveAsync(stop.Token)));
            }
            catch (OperationCanceledException) when (over.HasExpired || _test.IsComplete)
            {
                // The time is over, or the amount is through: on one stream, so that the others wait in vain.
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return; // the server ended the test, or it was given up
            }
            catch (SocketException e)
            {
                // Nobody will speak on the control connection any more: closing it ends the wait there.
                _failure = e;
                _control!.Dispose();
                return;
            }

            _elapsed = host.Loop.Now - _begun;
            await _control!.SendAsync(IperfState.TestEnd, token);
        }
    }
}
