using System.Net.WebSockets;
using System.Text;
using Catenet.Core;
using Catenet.Hosting.Http;
using Catenet.Hosting.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Catenet.Hosting.Tests;

public class ConnectionTests
{
    private const string Root = $"http://{WebLab.Bob}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_WebSocket_carries_messages_both_ways(bool tls)
    {
        using var lab = new WebLab("websocket");
        var authority = tls ? new Tls.TlsAuthority(lab.Loop) : null;
        var app = lab.Build(a =>
        {
            a.UseWebSockets();
            a.Map("/ws", async (HttpContext c) =>
            {
                using var socket = await c.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[1000];
                while (await socket.ReceiveAsync(buffer, default) is { MessageType: not WebSocketMessageType.Close } message)
                {
                    string answer = Encoding.UTF8.GetString(buffer, 0, message.Count).ToUpperInvariant();
                    await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, default);
                }

                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
            });
        }, authority?.Issue(WebLab.Bob));
        lab.Run(app, async () =>
        {
            using var handler = new CatenetHttpHandler(lab.Alice, authority);
            using var socket = await handler.ConnectWebSocketAsync(new Uri($"{(tls ? "wss" : "ws")}://{WebLab.Bob}/ws"));
            var buffer = new byte[1000];
            foreach (string word in new[] { "alpha", "beta", "gamma" })
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, true, default);
                var message = await socket.ReceiveAsync(buffer, default);
                Assert.Equal(word.ToUpperInvariant(), Encoding.UTF8.GetString(buffer, 0, message.Count));
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
            Assert.Equal("bye", socket.CloseStatusDescription);
        });
    }

    [Fact]
    public void An_aborted_response_is_an_error_for_the_client()
    {
        using var lab = new WebLab("server abort");
        var app = lab.Build(a => a.MapGet("/", async (HttpContext c) =>
        {
            await c.Response.WriteAsync("so far so good");
            await c.Response.Body.FlushAsync();
            c.Abort();
        }));
        lab.Run(app, async () =>
        {
            using var client = lab.Client();
            using var response = await client.GetAsync(Root, HttpCompletionOption.ResponseHeadersRead);
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                await using var body = await response.Content.ReadAsStreamAsync();
                await body.CopyToAsync(Stream.Null);
            });
        });
        Assert.Equal(1, lab.Alice.Tcp.Counters.ResetsIn);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public void A_client_that_gives_up_is_RequestAborted_for_the_server(string version)
    {
        using var lab = new WebLab("client cancel");
        var aborted = new TaskCompletionSource<Instant>();
        var app = lab.Build(a => a.MapGet("/", async (HttpContext c) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, c.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                aborted.SetResult(lab.Loop.Now);
            }
        }), protocols: version == "1.1" ? Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http1 : Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        lab.Run(app, async () =>
        {
            using var client = lab.Client();
            client.DefaultRequestVersion = Version.Parse(version);
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), new Time.LoopTimeProvider(lab.Loop));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(Root, patience.Token));
            Assert.Equal(5, lab.Seconds, 0.001);
            Assert.Equal(5.01, (await aborted.Task - lab.Begun).TotalSeconds, 0.001);
        });
    }

    [Fact]
    public void Connections_that_both_ends_close_at_once_fall_silent()
    {
        using var lab = new WebLab("silence");
        var app = lab.Build(a => a.MapGet("/", () => "welcome"));
        lab.Run(app, async () =>
        {
            using var client = lab.Client();
            await client.GetStringAsync(Root);
        });
        lab.Driver.RunFor(Duration.FromSeconds(1));
        int frames = lab.Log.Count;
        lab.Driver.RunFor(Duration.FromSeconds(100));
        Assert.InRange(lab.Log.Count - frames, 0, 8); // neighbours may still be asked after
        Assert.Empty(lab.Alice.Tcp.Connections);
        Assert.Empty(lab.Server.Tcp.Connections);
        lab.Loop.Packets.AssertNoLeaks();
    }

    [Fact]
    public void A_client_s_timeout_is_virtual()
    {
        using var lab = new WebLab("timeout");
        var app = lab.Build(a => a.MapGet("/", (HttpContext c) => Task.Delay(Timeout.Infinite, c.RequestAborted)));
        lab.Run(app, async () =>
        {
            using var handler = new CatenetHttpHandler(lab.Alice) { Timeout = TimeSpan.FromSeconds(30) };
            using var client = handler.CreateClient();
            var failure = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Root));
            Assert.IsType<TimeoutException>(failure.InnerException);
            Assert.Equal(30, lab.Seconds, 0.001);
        });
    }

    [Fact]
    public void Ten_megabytes_wait_for_a_slow_reader_on_either_side()
    {
        const int size = 10_000_000;
        using var lab = new WebLab("backpressure");
        var time = new Time.LoopTimeProvider(lab.Loop);
        long ahead = 0, most = 0;
        var app = lab.Build(a => a.MapPost("/", async (HttpContext c) =>
        {
            c.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            await Task.Delay(TimeSpan.FromSeconds(1), time);
            most = Interlocked.Read(ref ahead);
            using var copy = new MemoryStream();
            await c.Request.Body.CopyToAsync(copy);
            c.Response.ContentLength = copy.Length;
            await c.Response.Body.WriteAsync(copy.GetBuffer().AsMemory(0, (int)copy.Length));
        }));
        lab.Run(app, async () =>
        {
            using var client = lab.Client();
            byte[] sent = new byte[size];
            lab.Loop.Random("body").Fill(sent);
            using var request = new HttpRequestMessage(HttpMethod.Post, Root) { Content = new StreamContent(new Counting(sent, n => Interlocked.Add(ref ahead, n))) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.Content.ReadAsStreamAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), time);
            using var back = new MemoryStream();
            await body.CopyToAsync(back);
            Assert.True(sent.AsSpan().SequenceEqual(back.ToArray()));
        });
        Assert.InRange(most, 100_000, 3_000_000);
    }

    private sealed class Counting(byte[] bytes, Action<int> read) : MemoryStream(bytes)
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            int n = Read(buffer, offset, count);
            read(n);
            return Task.FromResult(n);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
        {
            int n = Read(destination.Span);
            read(n);
            return new(n);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            for (int n; (n = Read(buffer)) > 0; read(n))
            {
                await destination.WriteAsync(buffer.AsMemory(0, n), cancellationToken);
            }
        }
    }
}
