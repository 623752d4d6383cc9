using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Catenet.Core;
using Catenet.Hosting.Tests.Support;
using Catenet.Hosting.Tls;
using Microsoft.AspNetCore.Builder;

namespace Catenet.Hosting.Tests;

public class TlsTests
{
    private static readonly string KeyLog = Path.Combine(AppContext.BaseDirectory, "tls-keys.log");

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Keys are logged from the process's first use of TLS or never.")]
    internal static void LogKeys()
    {
        File.Delete(KeyLog);
        TlsKeyLog.Start(KeyLog);
    }

    private static Exception? Visit(Func<WebLab, TlsAuthority, ServerCertificate> serve, Duration? later = null, [CallerMemberName] string run = "")
    {
        using var lab = new WebLab(run);
        var trusted = new TlsAuthority(lab.Loop);
        var app = lab.Build(a => a.MapGet("/", () => "welcome"), serve(lab, trusted));
        Exception? failure = null;
        lab.Driver.RunFor(later ?? Duration.Zero);
        lab.Run(app, async () =>
        {
            using var client = lab.Client(trusted);
            try
            {
                Assert.Equal("welcome", await client.GetStringAsync($"https://{WebLab.Bob}/"));
            }
            catch (HttpRequestException refused)
            {
                failure = refused.InnerException;
            }
        });
        return failure;
    }

    private static void AssertRefused(Exception? failure, string because)
    {
        string text = Assert.IsAssignableFrom<AuthenticationException>(failure).ToString();
        Assert.Contains(because, text);
    }

    [Fact]
    public void A_certificate_of_the_lab_authority_is_accepted() =>
        Assert.Null(Visit((_, ca) => ca.Issue(WebLab.Bob)));

    [Fact]
    public void A_wildcard_certificate_is_accepted() =>
        Assert.Null(Visit((_, ca) => ca.Issue("bob.test", "*.bob.test")));

    [Fact]
    public void A_certificate_for_another_name_is_refused() =>
        AssertRefused(Visit((_, ca) => ca.Issue("www.mallory.test")), "is not a certificate for " + WebLab.Bob);

    [Fact]
    public void A_self_signed_certificate_is_refused() => AssertRefused(Visit((lab, _) =>
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={WebLab.Bob}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(WebLab.Bob);
        request.CertificateExtensions.Add(names.Build());
        return new ServerCertificate(request.CreateSelfSigned(lab.Loop.Epoch.AddDays(-1), lab.Loop.Epoch.AddDays(1)), []);
    }), "UntrustedRoot");

    [Fact]
    public void A_certificate_of_an_unknown_authority_is_refused() =>
        AssertRefused(Visit((lab, _) => new TlsAuthority(lab.Loop, "Elsewhere").Issue(WebLab.Bob)), "PartialChain");

    [Fact]
    public void A_namesake_of_the_lab_authority_is_refused() =>
        AssertRefused(Visit((lab, _) => new TlsAuthority(lab.Loop).Issue(WebLab.Bob)), "refused");

    [Fact]
    public void A_certificate_expires_in_virtual_time()
    {
        static ServerCertificate ForAnHour(WebLab lab, TlsAuthority ca) =>
            ca.Issue([WebLab.Bob], lab.Loop.Epoch, lab.Loop.Epoch.AddHours(1));
        Assert.Null(Visit(ForAnHour, Duration.FromMinutes(59)));
        AssertRefused(Visit(ForAnHour, Duration.FromMinutes(61)), "NotTimeValid");
    }

    [Fact]
    public void A_certificate_is_not_valid_before_its_time() =>
        AssertRefused(Visit((lab, ca) => ca.Issue([WebLab.Bob], lab.Loop.Epoch.AddHours(1), lab.Loop.Epoch.AddHours(2))), "NotTimeValid");

    [Fact]
    public void Certificates_have_the_same_size_from_run_to_run()
    {
        var sizes = Enumerable.Range(0, 3).Select(_ =>
        {
            var ca = new TlsAuthority(new EventLoop());
            var server = ca.Issue(WebLab.Bob);
            return (ca.Root.RawData.Length, server.Chain[0].RawData.Length, server.Leaf.RawData.Length, server.Leaf.SerialNumber);
        }).Distinct();
        Assert.Single(sizes);
    }

    [Fact]
    public void Session_keys_are_logged_for_Wireshark()
    {
        Assert.Null(Visit((_, ca) => ca.Issue(WebLab.Bob)));
        using var stream = new FileStream(KeyLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        string log = reader.ReadToEnd();
        Assert.Contains("CLIENT_HANDSHAKE_TRAFFIC_SECRET ", log);
        Assert.Contains("SERVER_TRAFFIC_SECRET_0 ", log);
    }
}
