using Catenet.Hosting.Time;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Catenet.Hosting.Kestrel;

/// <summary>Puts Kestrel on a Catenet host.</summary>
public static class CatenetWebHostExtensions
{
    // Finite: Kestrel's heartbeat overflows on an infinite keep-alive or header timeout and stalls every connection.
    private static readonly TimeSpan Never = TimeSpan.FromDays(365);

    // Ends up in CancellationTokenSource.CancelAfter, which takes 49 days at most.
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromDays(20);

    /// <summary>Lets Kestrel listen on a Catenet host for every endpoint whose address that host has; wildcards too.</summary>
    /// <remarks>
    /// URLs, configuration and <c>Listen</c> work as always. Timeouts of real time are switched off, responses are dated by
    /// the loop's calendar, and <see cref="TimeProvider"/> is the loop's. Start and stop the application while the loop's
    /// driver runs, best from inside its <c>Run</c>.
    /// </remarks>
    /// <param name="builder">The web host, for example <c>WebApplication.CreateBuilder().WebHost</c>.</param>
    /// <param name="host">The host.</param>
    /// <param name="certificate">What HTTPS endpoints show unless they say otherwise.</param>
    public static IWebHostBuilder UseCatenet(this IWebHostBuilder builder, Host host, ServerCertificate? certificate = null)
    {
        builder.UseKestrelHttpsConfiguration();
        return builder.ConfigureServices(services =>
        {
            services.AddSingleton<IConnectionListenerFactory>(new CatenetListenerFactory(host));
            services.AddSingleton<IStartupFilter>(new VirtualDateFilter(host.Loop));
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new LoopTimeProvider(host.Loop)));
            services.Configure<KestrelServerOptions>(options => StopRealTimers(options, certificate));
            services.Configure<WebSocketOptions>(options => options.KeepAliveInterval = Timeout.InfiniteTimeSpan);
        });
    }

    /// <summary>Makes an endpoint speak TLS with a certificate of a <see cref="TlsAuthority"/>.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="certificate">The certificate and its chain.</param>
    public static ListenOptions UseHttps(this ListenOptions endpoint, ServerCertificate certificate) =>
        endpoint.UseHttps(https => Apply(https, certificate));

    /// <summary>Kestrel's timeouts run on the machine's clock; in virtual time they would strike at random.</summary>
    private static void StopRealTimers(KestrelServerOptions options, ServerCertificate? certificate)
    {
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.KeepAliveTimeout = Never;
        options.Limits.RequestHeadersTimeout = Never;
        options.ConfigureHttpsDefaults(https => Apply(https, certificate));
    }

    private static void Apply(HttpsConnectionAdapterOptions https, ServerCertificate? certificate)
    {
        https.HandshakeTimeout = LongestHandshake;

        // Whether a session is resumed would depend on what the process did before.
        https.OnAuthenticate = static (_, tls) => tls.AllowTlsResume = false;
        if (certificate is not null)
        {
            https.ServerCertificate = certificate.Leaf;
            https.ServerCertificateChain = certificate.Chain;
        }
    }
}
