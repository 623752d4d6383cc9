using Catenet.Core;
using Catenet.Hosting.Connections;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Http;
using Catenet.Hosting.Kestrel;
using Catenet.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Catenet.Hosting.Tests.Support;

/// <summary>alice and www.bob.test, 10 ms apart, in virtual time.</summary>
internal sealed class WebLab : IDisposable
{
    public const string Bob = "www.bob.test";

    private readonly MemoryNetwork _network;

    public WebLab(string run, ulong seed = 1)
    {
        Loop = new EventLoop(seed);
        Driver = new VirtualDriver(Loop);
        Gate = new IdleGate(Loop, run);
        Driver.IdleGate = Gate;
        _network = new MemoryNetwork(Loop, Duration.FromMilliseconds(10));
        Alice = _network.Host("alice", "192.168.1.2", "2001:db8:1::2");
        Server = _network.Host("bob", "203.0.113.80", "2001:db8:2::80");
        _network.Names[Bob] = [System.Net.IPAddress.Parse("203.0.113.80")];
    }

    public EventLoop Loop { get; }

    public VirtualDriver Driver { get; }

    public IdleGate Gate { get; }

    public IStreamNetwork Alice { get; }

    public IStreamNetwork Server { get; }

    public IReadOnlyList<string> Log => _network.Log;

    public static Duration Limit => Duration.FromSeconds(60);

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
}
