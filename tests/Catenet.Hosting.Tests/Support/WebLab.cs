using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Http;
using Catenet.Hosting.Kestrel;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Catenet.Hosting.Tests.Support;

/// <summary>alice and www.bob.test, 10 ms and 100 Mbit/s apart, in virtual time.</summary>
internal sealed class WebLab : IDisposable, ITraceListener
{
    public const string Bob = "www.bob.test";

    private readonly Network _network;
    private readonly List<string> _log = [];

    public WebLab(string run, ulong seed = 1, LinkDirectionSettings? link = null)
    {
        _network = new Network(seed);
        Gate = new IdleGate(Loop, run);
        Driver.IdleGate = Gate;
        Alice = _network.Host("alice");
        Server = _network.Host("bob");
        link ??= new LinkDirectionSettings { RateBitsPerSecond = 100_000_000, Delay = Duration.FromMilliseconds(10) };
        _network.Connect(Alice, "203.0.113.2/24, 2001:db8::2/64", Server, "203.0.113.80/24, 2001:db8::80/64", LinkSettings.Symmetric(link));
        Alice.Resolver = new Names();
        _network.Run(Duration.FromSeconds(3));
        Begun = Loop.Now;
        Loop.Tracer.Subscribe(this);
    }

    public EventLoop Loop => _network.Loop;

    public VirtualDriver Driver => _network.Driver;

    public IdleGate Gate { get; }

    public Host Alice { get; }

    public Host Server { get; }

    /// <summary>When the network was ready.</summary>
    public Instant Begun { get; }

    public double Seconds => (Loop.Now - Begun).TotalSeconds;

    /// <summary>Every frame that was sent: when, by whom, how long.</summary>
    public IReadOnlyList<string> Log => _log;

    public static Duration Limit => Duration.FromSeconds(600);

    public WebApplication Build(Action<WebApplication> map, ServerCertificate? certificate = null, HttpProtocols? protocols = null, params string[] urls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseCatenet(Server, certificate);
        if (protocols is { } p)
        {
            builder.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = p));
        }

        builder.WebHost.UseUrls(urls.Length > 0 ? urls : [certificate is null ? "http://203.0.113.80:80" : "https://203.0.113.80:443"]);
        var app = builder.Build();
        map(app);
        return app;
    }

    /// <summary>Starts the server, runs the client's part on the loop, stops the server.</summary>
    public void Run(WebApplication app, Func<Task> client) => Driver.Run(async () =>
    {
        await app.StartAsync();
        await client();
        await app.StopAsync();
    }, Limit);

    public HttpClient Client(TlsAuthority? authority = null, string name = "http") =>
        new CatenetHttpHandler(Alice, authority, name).CreateClient();

    public void Dispose() => Gate.Dispose();

    void ITraceListener.OnEvent(in TraceEvent e)
    {
        if (e.Kind == TraceKind.DeviceTransmit)
        {
            _log.Add($"{e.Time} {e.Node} {e.Value}");
        }
    }

    private sealed class Names : INameResolver
    {
        public ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken = default) => name switch
        {
            Bob => new([InetAddress.Parse("203.0.113.80")]),
            "six.bob.test" => new([InetAddress.Parse("2001:db8::80")]),
            "both.bob.test" => new([InetAddress.Parse("2001:db8::81"), InetAddress.Parse("2001:db8::80"), InetAddress.Parse("203.0.113.80")]),
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
    }
}
