using System.Net;
using Catenet.Core;
using Catenet.Hosting.Tests.Support;
using Catenet.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Catenet.Hosting.Tests;

public class HttpTests
{
    private static void Echo(WebApplication app)
    {
        app.MapGet("/hello", (HttpContext c) => $"{c.Request.Protocol} from {c.Connection.RemoteIpAddress}");
        app.MapPost("/echo", async (HttpContext c) =>
        {
            c.Response.ContentLength = c.Request.ContentLength;
            await c.Request.Body.CopyToAsync(c.Response.Body);
        });
    }

    private static HttpRequestMessage Request(HttpMethod method, string uri, Version version, string? body = null) => new(method, uri)
    {
        Version = version,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = body is null ? null : new StringContent(body),
    };

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", true)]
    public void Get_and_post_are_answered(string version, bool tls)
    {
        using var lab = new WebLab($"get and post, {version}, tls {tls}");
        var authority = tls ? new TlsAuthority(lab.Loop) : null;
        var protocols = tls ? HttpProtocols.Http1AndHttp2 : version == "1.1" ? HttpProtocols.Http1 : HttpProtocols.Http2;
        var app = lab.Build(Echo, authority?.Issue(WebLab.Bob), protocols);
        string root = (tls ? "https://" : "http://") + WebLab.Bob;
        lab.Run(app, async () =>
        {
            using var client = lab.Client(authority);
            using var hello = await client.SendAsync(Request(HttpMethod.Get, root + "/hello", Version.Parse(version)));
            Assert.Equal($"HTTP/{(version == "1.1" ? "1.1" : "2")} from 203.0.113.2", await hello.Content.ReadAsStringAsync());
            Assert.Equal(lab.Loop.UtcNow.Date, hello.Headers.Date!.Value.Date);
            using var echo = await client.SendAsync(Request(HttpMethod.Post, root + "/echo", Version.Parse(version), "how are you?"));
            Assert.Equal("how are you?", await echo.Content.ReadAsStringAsync());
        });
        Assert.InRange(lab.Seconds, 0.06, 0.2);
    }

    [Fact]
    public void Urls_tell_the_address_on_the_network()
    {
        using var lab = new WebLab("urls");
        var app = lab.Build(Echo, urls: ["http://203.0.113.80:0"]);
        lab.Run(app, async () =>
        {
            var url = new Uri(Assert.Single(app.Urls));
            Assert.Equal("203.0.113.80", url.Host);
            Assert.NotEqual(0, url.Port);
            using var client = lab.Client();
            Assert.Equal("HTTP/1.1 from 203.0.113.2", await client.GetStringAsync(new Uri(url, "/hello")));
        });
    }

    [Fact]
    public void A_server_is_reached_over_IPv6_and_at_the_first_address_that_answers()
    {
        using var lab = new WebLab("ipv6");
        var app = lab.Build(Echo, urls: ["http://*:80"]);
        lab.Run(app, async () =>
        {
            using var client = lab.Client();
            Assert.Equal("HTTP/1.1 from 2001:db8::2", await client.GetStringAsync("http://six.bob.test/hello"));
            Assert.Equal("HTTP/1.1 from 2001:db8::2", await client.GetStringAsync("http://both.bob.test/hello"));
            Assert.Equal("HTTP/1.1 from 2001:db8::2", await client.GetStringAsync("http://[2001:db8::80]/hello"));
        });
    }

    [Fact]
    public async Task In_real_time_requests_are_answered_without_a_gate()
    {
        using var lab = new WebLab("real time");
        lab.Gate.Dispose();
        var app = lab.Build(Echo);
        using var driver = new RealDriver(lab.Loop);
        var visit = Task.Run(async () =>
        {
            await app.StartAsync();
            using var client = lab.Client();
            string hello = await client.GetStringAsync($"http://{WebLab.Bob}/hello");
            await Task.Delay(200);
            string again = await client.GetStringAsync($"http://{WebLab.Bob}/hello");
            await app.StopAsync();
            return hello + again;
        });
        driver.Run(lab.Loop.Now + Duration.FromSeconds(60), visit);
        Assert.Equal("HTTP/1.1 from 203.0.113.2HTTP/1.1 from 203.0.113.2", await visit);
        Assert.InRange(lab.Seconds, 0.26, 30);
    }

    [Fact]
    public void An_unknown_name_and_a_closed_port_are_refused()
    {
        using var lab = new WebLab("refused");
        lab.Driver.Run(async () =>
        {
            using var client = lab.Client();
            var unknown = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://nobody.test/"));
            Assert.Equal(HttpRequestError.NameResolutionError, unknown.HttpRequestError);
            var closed = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://{WebLab.Bob}:81/"));
            Assert.Equal(HttpRequestError.ConnectionError, closed.HttpRequestError);
        }, WebLab.Limit);
    }

    [Fact]
    public void An_endpoint_in_use_is_refused_to_a_second_server()
    {
        using var lab = new WebLab("in use");
        var first = lab.Build(Echo);
        var second = lab.Build(Echo);
        lab.Run(first, async () => await Assert.ThrowsAsync<IOException>(() => second.StartAsync()));
    }
}
