using Catenet.Hosting.Kestrel;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Catenet.Lab.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Catenet.Lab.Running;

/// <summary>A web server of a lab: Kestrel on a Catenet host, with a page of the lab's choosing.</summary>
internal static class WebServer
{
    /// <summary>Makes the server; it listens once it is started.</summary>
    /// <param name="host">The host it runs on.</param>
    /// <param name="app">What it serves.</param>
    /// <param name="authority">Signs its certificate when it speaks TLS.</param>
    public static WebApplication Build(Host host, WebApp app, TlsAuthority? authority)
    {
        // Empty: no settings from files or the environment, which would make runs differ, and no watcher of files, of which Linux grants a user 128.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var certificate = app.Tls ? authority!.Issue(app.Host ?? host.Name) : null;
        builder.WebHost.UseCatenet(host, certificate);
        var server = builder.Build();
        server.Urls.Add($"{(app.Tls ? "https" : "http")}://[::]:{app.ListeningPort}");
        byte[] page = Page(host, app);
        string type = app.Body is not null || app.Size is null ? "text/plain; charset=utf-8" : "application/octet-stream";
        server.MapGet("/{**path}", (HttpContext context) =>
        {
            context.Response.ContentType = type;
            context.Response.ContentLength = page.Length;
            return context.Response.Body.WriteAsync(page, context.RequestAborted).AsTask();
        });
        return server;
    }

    /// <summary>The body as written, or so many octets of the host's own random stream, or a greeting.</summary>
    private static byte[] Page(Host host, WebApp app)
    {
        if (app.Size is { } size)
        {
            var octets = new byte[size];
            host.Random("web/page").Fill(octets);
            return octets;
        }

        return System.Text.Encoding.UTF8.GetBytes(app.Body ?? $"Hello from {app.Host ?? host.Name}\n");
    }
}
