using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Catenet.Hosting.Http;
using Catenet.Hosting.Kestrel;
using Catenet.Hosting.Tls;
using Catenet.Interop.Programs.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Catenet.Interop.Programs;

/// <summary>The web's programs: curl, h2load, wrk, a WebSocket client and openssl against Kestrel on Catenet; HttpClient on Catenet against nginx.</summary>
public sealed class HttpTests
{
    private const string Python = "/usr/bin/python3";

    public static TheoryData<Terrain, bool> All => PingTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Linuxs_clients_use_Kestrel_on_Catenet(Terrain terrain, bool v6)
    {
        Needs.Linux("curl", "h2load", "wrk", "openssl", Python);
        using var site = new Site(terrain);
        string host = v6 ? $"[{Pair.CatenetAddress(true)}]" : Pair.CatenetAddress(false);
        var linux = site.Pair.Linux;

        Assert.Equal("hello", linux.Output("curl", "-sS", "-m", "20", $"http://{host}/hello").Trim());
        string hash = Convert.ToHexStringLower(SHA256.HashData(Site.Large));
        Assert.StartsWith(hash, linux.Output("sh", "-c", $"curl -sS -m 20 http://{host}/large | sha256sum"));
        string file = site.Write(Site.Large);
        Assert.Equal(hash, linux.Output("curl", "-sS", "-m", "20", "--data-binary", $"@{file}", $"http://{host}/hash").Trim());

        string resolve = $"www.bob.com:443:{Pair.CatenetAddress(v6)}";
        foreach (string version in (string[])["--http1.1", "--http2"])
        {
            string text = linux.Output("curl", "-sS", "-m", "20", version, "--cacert", site.AuthorityFile, "--resolve", resolve, "-w", " %{http_version} %{ssl_verify_result}",
                "https://www.bob.com/hello");
            Assert.Equal(version == "--http2" ? "hello 2 0" : "hello 1.1 0", text.Trim());
        }

        Assert.Equal(60, linux.Run("curl", "-sS", "-m", "20", "--resolve", resolve, "https://www.bob.com/hello").Code);

        string load = linux.Output("h2load", "-n", "300", "-c", "5", "-m", "10", $"--connect-to={host}:443", "https://www.bob.com/hello");
        Assert.True(load.Contains("300 total, 300 started, 300 done, 300 succeeded, 0 failed, 0 errored, 0 timeout"), load);
        load = linux.Output("wrk", "-t", "1", "-c", "10", "-d", "1s", "--timeout", "10s", $"http://{host}/hello");
        Assert.DoesNotContain("Socket errors", load);
        Assert.DoesNotContain("Non-2xx", load);
        Assert.Matches(@"[1-9]\d* requests in", load);

        string tls = linux.Output("sh", "-c",
            $"printf 'GET /hello HTTP/1.1\\r\\nHost: www.bob.com\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -connect {host}:443 -servername www.bob.com -CAfile {site.AuthorityFile} -quiet -ign_eof -ignore_unexpected_eof -verify_return_error");
        Assert.Contains("HTTP/1.1 200 OK", tls);
        Assert.Contains("hello", tls);

        string chat = linux.Output(Python, "-c", """
            import asyncio, sys, websockets
            async def main():
                async with websockets.connect(sys.argv[1], ping_interval=None, open_timeout=20) as ws:
                    for size in (0, 1, 125, 126, 65535, 65536, 300000):
                        await ws.send("x" * size)
                        assert await ws.recv() == "x" * size, size
                        await ws.send(b"\x00" * size)
                        assert await ws.recv() == b"\x00" * size, size
                    await (await ws.ping())
                print("closed", ws.close_code)
            asyncio.run(main())
            """, $"ws://{host}/echo");
        Assert.Contains("closed 1000", chat);
        site.Finish();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task HttpClient_on_Catenet_uses_nginx(Terrain terrain, bool v6)
    {
        Needs.Linux("nginx", Python);
        using var files = new Folder();
        using var pair = new Pair(terrain);
        var authority = new TlsAuthority(pair.World.Loop);
        var certificate = authority.Issue("www.bob.com");
        files.Write("cert.pem", certificate.Leaf.ExportCertificatePem() + "\n" + string.Join('\n', certificate.Chain.Select(c => c.ExportCertificatePem())));
        files.Write("key.pem", certificate.Leaf.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? certificate.Leaf.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        files.Write("hello", "hello from nginx");
        File.WriteAllBytes(files.At("large"), Site.Large);
        files.Write("nginx.conf", $$"""
            daemon off; worker_processes 1; pid {{files.At("pid")}}; error_log stderr notice; user root;
            events { worker_connections 512; }
            http {
              access_log off; client_body_temp_path {{files.At("body")}}; client_max_body_size 50m; http2_max_concurrent_streams 64;
              server {
                listen 80; listen [::]:80; listen 443 ssl http2; listen [::]:443 ssl http2;
                ssl_certificate {{files.At("cert.pem")}}; ssl_certificate_key {{files.At("key.pem")}};
                root {{files.Path}};
                location /upload { return 200 "$content_length"; }
              }
            }
            """);
        using var nginx = pair.Linux.Serve("start worker process", "nginx", "-c", files.At("nginx.conf"), "-e", "stderr");
        pair.World.Do(() => pair.Host.Resolver = new Book(Pair.LinuxAddress(v6)));
        using var handler = new CatenetHttpHandler(pair.Host, authority);
        using var client = handler.CreateClient();
        client.DefaultRequestVersion = HttpVersion.Version11;
        string plain = v6 ? $"http://[{Pair.LinuxAddress(true)}]" : $"http://{Pair.LinuxAddress(false)}";
        Assert.Equal("hello from nginx", await client.GetStringAsync($"{plain}/hello").WaitAsync(World.Patience));
        Assert.Equal(Site.Large, await client.GetByteArrayAsync($"{plain}/large").WaitAsync(World.Patience));
        using (var posted = await client.PostAsync($"{plain}/upload", new ByteArrayContent(Site.Large)).WaitAsync(World.Patience))
        {
            Assert.Equal($"{Site.Large.Length}", await posted.Content.ReadAsStringAsync());
        }

        using (var request = new HttpRequestMessage(HttpMethod.Get, "https://www.bob.com/hello") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact })
        using (var answer = await client.SendAsync(request).WaitAsync(World.Patience))
        {
            Assert.Equal((HttpVersion.Version20, "hello from nginx"), (answer.Version, await answer.Content.ReadAsStringAsync()));
        }

        var many = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => client.GetStringAsync($"{(i % 2 == 0 ? plain : "https://www.bob.com")}/hello"))).WaitAsync(World.Patience);
        Assert.All(many, text => Assert.Equal("hello from nginx", text));
        pair.Judge();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_WebSocket_of_Catenet_talks_to_Pythons(Terrain terrain, bool v6)
    {
        Needs.Linux(Python);
        using var pair = new Pair(terrain);
        using var server = pair.Linux.Serve("ready", Python, "-u", "-c", """
            import asyncio, sys, websockets
            async def echo(ws):
                async for message in ws:
                    await ws.send(message)
            async def main():
                async with websockets.serve(echo, sys.argv[1], 8000, ping_interval=None):
                    print("ready")
                    await asyncio.Future()
            asyncio.run(main())
            """, Pair.LinuxAddress(v6));
        using var handler = new CatenetHttpHandler(pair.Host);
        var uri = new Uri(v6 ? $"ws://[{Pair.LinuxAddress(true)}]:8000/" : $"ws://{Pair.LinuxAddress(false)}:8000/");
        using var socket = await handler.ConnectWebSocketAsync(uri).WaitAsync(World.Patience);
        byte[] buffer = new byte[100_000];
        foreach (int size in (int[])[0, 1, 125, 126, 65535, 65536, 100_000])
        {
            byte[] message = new byte[size];
            Array.Fill(message, (byte)'x');
            await socket.SendAsync(message, WebSocketMessageType.Text, true, default).WaitAsync(World.Patience);
            int got = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(got), default).AsTask().WaitAsync(World.Patience);
                got += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.True(message.AsSpan().SequenceEqual(buffer.AsSpan(0, got)));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(World.Patience);
        pair.Judge();
    }

    /// <summary>One name for everything.</summary>
    private sealed class Book(string address) : Kernel.Sockets.INameResolver
    {
        public ValueTask<IReadOnlyList<InetAddress>> ResolveAsync(string name, System.Net.Sockets.AddressFamily family, CancellationToken cancellationToken) =>
            new([InetAddress.Parse(address)]);
    }

    /// <summary>Kestrel on a Catenet host, with and without TLS.</summary>
    private sealed class Site : IDisposable
    {
        private readonly Folder _files = new();
        private readonly WebApplication _server;

        public Site(Terrain terrain)
        {
            Pair = new Pair(terrain);
            var authority = new TlsAuthority(Pair.World.Loop);
            AuthorityFile = _files.Write("root.pem", authority.Root.ExportCertificatePem());
            var certificate = authority.Issue("www.bob.com");
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseCatenet(Pair.Host, certificate);
            builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = 50_000_000);
            _server = builder.Build();
            _server.Urls.Add("http://[::]:80");
            _server.Urls.Add("https://[::]:443");
            _server.UseWebSockets();
            _server.MapGet("/hello", () => "hello");
            _server.MapGet("/large", () => Results.Bytes(Large));
            _server.MapPost("/hash", async (HttpRequest request) => Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Body)));
            _server.Map("/echo", EchoAsync);
            _server.StartAsync().WaitAsync(World.Patience).GetAwaiter().GetResult();
        }

        public static byte[] Large { get; } = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i}\n")));

        public Pair Pair { get; }

        public string AuthorityFile { get; }

        public string Write(byte[] content)
        {
            File.WriteAllBytes(_files.At("content"), content);
            return _files.At("content");
        }

        public void Finish()
        {
            _server.StopAsync().WaitAsync(World.Patience).GetAwaiter().GetResult();
            Pair.Judge();
        }

        public void Dispose()
        {
            Pair.Dispose();
            _files.Dispose();
        }

        private static async Task EchoAsync(HttpContext context)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[64 * 1024];
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
            }
        }
    }
}
