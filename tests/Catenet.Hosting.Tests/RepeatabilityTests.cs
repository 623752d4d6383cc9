using Catenet.Core;
using Catenet.Hosting.Tests.Support;
using Catenet.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Catenet.Hosting.Tests;

public class RepeatabilityTests
{
    private const string OneThread = "DOTNET_ThreadPool_ForceMaxWorkerThreads";

    private static bool OnePoolThread => Environment.GetEnvironmentVariable(OneThread) == "1";

    /// <summary>Eight clients, each with an HttpClient of its own, send requests of random size after random pauses.</summary>
    private static List<string> Scenario(bool tls, string version, int requests, ulong seed = 1)
    {
        using var lab = new WebLab("repeat", seed);
        var authority = tls ? new TlsAuthority(lab.Loop) : null;
        var time = new Time.LoopTimeProvider(lab.Loop);
        var app = lab.Build(a => a.MapPost("/{pause:int}", async (HttpContext c, int pause) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time);
            if (c.Request.Protocol == "HTTP/1.1" || OnePoolThread)
            {
                await c.Request.Body.CopyToAsync(c.Response.Body);
                return;
            }

            // Over HTTP/2, how many pieces a body comes in depends on the threads, unless there is one only.
            using var whole = new MemoryStream();
            await c.Request.Body.CopyToAsync(whole);
            await c.Response.Body.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length));
        }), authority?.Issue(WebLab.Bob), tls ? HttpProtocols.Http1AndHttp2 : version == "1.1" ? HttpProtocols.Http1 : HttpProtocols.Http2);

        async Task Client(int number)
        {
            var random = lab.Loop.Random($"client/{number}");
            using var client = lab.Client(authority, $"http/{number}");
            client.DefaultRequestVersion = Version.Parse(version);
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            for (int i = 0; i < requests; i++)
            {
                byte[] body = new byte[random.Next(1, 30_000)];
                string uri = $"{(tls ? "https" : "http")}://{WebLab.Bob}/{random.Next(0, 20)}";
                using var response = await client.PostAsync(uri, new ByteArrayContent(body));
                Assert.Equal(body.Length, (await response.Content.ReadAsByteArrayAsync()).Length);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 10)), time);
            }
        }

        long events = 0;
        lab.Run(app, async () =>
        {
            long begun = lab.Loop.EventsRun;
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Client(i)));
            events = lab.Loop.EventsRun - begun;
        });

        // Not the events of starting and stopping the server: an await there that finds its work done already spares one.
        return [.. lab.Log, $"end {lab.Loop.Now}, {events} events"];
    }

    private static void AssertSame(List<string> expected, List<string> actual)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Assert.True(expected[i] == actual[i], $"Line {i} of {expected.Count}: {expected[i]} became {actual[i]}");
        }

        Assert.Equal(expected.Count, actual.Count);
    }

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(false, "2.0")]
    [InlineData(true, "1.1")]
    [InlineData(true, "2.0")]
    public void The_same_seed_gives_the_same_times_and_sizes_also_on_a_busy_machine(bool tls, string version)
    {
        var first = Scenario(tls, version, 4);
        Assert.True(first.Count > 200, $"{first.Count} lines");
        AssertSame(first, Scenario(tls, version, 4));
        AssertSame(first, Scenario(tls, version, 4));
        using (new BusyMachine())
        {
            AssertSame(first, Scenario(tls, version, 4));
        }

        Assert.NotEqual(first, Scenario(tls, version, 4, seed: 2));
    }

    [Fact]
    public async Task With_one_pool_thread_a_body_streamed_over_HTTP2_repeats_too()
    {
        if (OnePoolThread)
        {
            return;
        }

        // The size of the pool is settled when a process begins: the tests above run again in another one.
        var start = new System.Diagnostics.ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-method", $"*{nameof(The_same_seed_gives_the_same_times_and_sizes_also_on_a_busy_machine)}", "-noColor"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[OneThread] = "1";
        using var child = System.Diagnostics.Process.Start(start)!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, output);
    }

    /// <summary>A thread per core that does nothing but compute.</summary>
    private sealed class BusyMachine : IDisposable
    {
        private readonly List<Thread> _threads = [];
        private volatile bool _stop;

        public BusyMachine()
        {
            for (int i = 0; i < Environment.ProcessorCount; i++)
            {
                var thread = new Thread(() =>
                {
                    while (!_stop)
                    {
                        Thread.SpinWait(1000);
                    }
                });
                thread.Start();
                _threads.Add(thread);
            }
        }

        public void Dispose()
        {
            _stop = true;
            _threads.ForEach(t => t.Join());
        }
    }
}
