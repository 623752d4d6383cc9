using System.Net.WebSockets;
using Catenet.Hosting.Connections;
using Catenet.Hosting.Time;
using Catenet.Hosting.Tls;
using Catenet.Kernel;

namespace Catenet.Hosting.Http;

/// <summary>HttpClient's way through a Catenet host: its names, its TCP, its time, and TLS that trusts the lab's authority only.</summary>
/// <remarks>
/// HTTP/1.1, HTTP/2 (by ALPN, or in clear text with <see cref="HttpVersionPolicy.RequestVersionExact"/>) and WebSockets. An HttpClient
/// made over it should have an infinite <see cref="HttpClient.Timeout"/>, as <see cref="CreateClient"/> gives: that one is real time.
/// </remarks>
public sealed class CatenetHttpHandler : DelegatingHandler
{
    private readonly Host _host;
    private readonly string _name;
    private readonly LoopTimeProvider _time;

    static CatenetHttpHandler()
    {
        // Otherwise HTTP/2 windows follow round-trip times measured on the machine's clock.
        AppContext.SetSwitch("System.Net.SocketsHttpHandler.Http2FlowControl.DisableDynamicWindowSizing", true);
    }

    /// <summary>Makes a handler.</summary>
    /// <param name="host">The host whose programs the requests come from.</param>
    /// <param name="authority">Whom to trust; without it no HTTPS server is.</param>
    /// <param name="name">Orders connections that several handlers of the host ask for at one instant: give each its own.</param>
    public CatenetHttpHandler(Host host, TlsAuthority? authority = null, string name = "http")
    {
        _host = host;
        _name = name;
        _time = new LoopTimeProvider(host.Loop);
        Transport = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = System.Threading.Timeout.InfiniteTimeSpan,
            ResponseDrainTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            Expect100ContinueTimeout = TimeSpan.FromDays(20),
            InitialHttp2StreamWindowSize = 768 * 1024,
        };
        if (authority is not null)
        {
            Transport.SslOptions = authority.ClientOptions;
        }

        InnerHandler = Transport;
    }

    /// <summary>The handler underneath, for settings before the first request.</summary>
    public SocketsHttpHandler Transport { get; }

    /// <summary>How long, in the loop's time, a response's headers may take: 100 s to begin with; infinite for no limit.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>Makes an HttpClient without timers of real time.</summary>
    public HttpClient CreateClient() => new(this) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>Connects a WebSocket.</summary>
    /// <param name="uri">A <c>ws:</c> or <c>wss:</c> address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WebSocketException">The server was not reached or did not accept.</exception>
    public async Task<ClientWebSocket> ConnectWebSocketAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = System.Threading.Timeout.InfiniteTimeSpan;
            using var invoker = new HttpMessageInvoker(this, disposeHandler: false);
            await socket.ConnectAsync(uri, invoker, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Timeout == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        using var limit = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await base.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string message = $"{request.Method} {request.RequestUri} had no answer within {Timeout.TotalSeconds:0.###} s.";
            throw new TaskCanceledException(message, new TimeoutException(message));
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var request = context.InitialRequestMessage;
        string order = $"connect {_host.Name} {_name} {target.Host}:{target.Port} {request.Method} {request.RequestUri}";
        var connection = await Connector.ConnectAsync(_host, target.Host, target.Port, order, cancellationToken).ConfigureAwait(false);
        return new ApplicationStream(connection);
    }
}
