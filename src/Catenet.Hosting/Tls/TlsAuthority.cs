using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Catenet.Core;

namespace Catenet.Hosting.Tls;

/// <summary>A lab's certificate authority: a root, an intermediate below it, and the leaves it issues to servers.</summary>
/// <remarks>
/// Keys come from the process's random numbers, so bytes under TLS differ from run to run; names, serials, dates and every
/// length (RSA 2048 keys and signatures, 16-octet serials) do not. Dates are relative to the loop's epoch and checked at
/// the loop's time. Thread-safe.
/// </remarks>
public sealed class TlsAuthority
{
    private const int KeyBits = 2048;
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly EventLoop _loop;
    private readonly ulong _identity;
    private readonly RSA _intermediateKey = RSA.Create(KeyBits);
    private readonly RSA _leafKey = RSA.Create(KeyBits);
    private readonly X509Certificate2 _intermediate;
    private readonly Lock _lock = new();
    private ulong _issued;

    /// <summary>Makes an authority.</summary>
    /// <param name="loop">Whose calendar its certificates follow.</param>
    /// <param name="name">Its name, as it appears in the root's subject.</param>
    public TlsAuthority(EventLoop loop, string name = "Catenet Lab")
    {
        _loop = loop;
        _identity = StableHash.Of(name);
        using var rootKey = RSA.Create(KeyBits);
        DateTimeOffset from = loop.Epoch.AddDays(-1);
        var root = Request($"CN={name} Root CA", rootKey, authority: true, pathLength: 1);
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, false));
        Root = root.Create(root.SubjectName, X509SignatureGenerator.CreateForRSA(rootKey, RSASignaturePadding.Pkcs1),
            from, loop.Epoch.AddYears(10), NextSerial());

        var middle = Request($"CN={name} Intermediate CA", _intermediateKey, authority: true, pathLength: 0);
        AddKeyIdentifiers(middle, Root);
        _intermediate = middle.Create(Root.SubjectName, X509SignatureGenerator.CreateForRSA(rootKey, RSASignaturePadding.Pkcs1),
            from, loop.Epoch.AddYears(5), NextSerial());
        ClientOptions = new SslClientAuthenticationOptions
        {
            AllowTlsResume = false,
            CertificateChainPolicy = Policy(),
            RemoteCertificateValidationCallback = Validate,
        };
    }

    /// <summary>The root certificate, which clients of the lab trust.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>What a client needs to trust this authority and nobody else. Copy it to change it.</summary>
    internal SslClientAuthenticationOptions ClientOptions { get; }

    /// <summary>Issues a server's certificate, valid from a day before the loop's epoch for a year.</summary>
    /// <param name="names">DNS names (a <c>*.</c> in front is allowed) and addresses; the first is the subject.</param>
    public ServerCertificate Issue(params string[] names) =>
        Issue(names, _loop.Epoch.AddDays(-1), _loop.Epoch.AddDays(365));

    /// <summary>Issues a server's certificate that is valid for a given time.</summary>
    /// <param name="names">DNS names and addresses, at least one; the first is the subject.</param>
    /// <param name="from">When it begins to be valid.</param>
    /// <param name="until">When it ends to be.</param>
    /// <exception cref="ArgumentException">No name is given.</exception>
    public ServerCertificate Issue(IReadOnlyList<string> names, DateTimeOffset from, DateTimeOffset until)
    {
        if (names.Count == 0)
        {
            throw new ArgumentException("A server certificate needs at least one name.", nameof(names));
        }

        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        var leaf = Request($"CN={names[0]}", _leafKey, authority: false, pathLength: 0);
        leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], false));
        leaf.CertificateExtensions.Add(alternatives.Build());
        AddKeyIdentifiers(leaf, _intermediate);
        using var certificate = leaf.Create(_intermediate.SubjectName,
            X509SignatureGenerator.CreateForRSA(_intermediateKey, RSASignaturePadding.Pkcs1), from, until, NextSerial());
        return new ServerCertificate(certificate.CopyWithPrivateKey(_leafKey), [_intermediate]);
    }

    /// <summary>Why a server's certificate must be refused at the loop's present time; null if it is good.</summary>
    /// <param name="certificate">What the server presented.</param>
    /// <param name="sent">What it sent along.</param>
    /// <param name="host">The name it must carry; null to leave the name unchecked.</param>
    public string? Refuse(X509Certificate2 certificate, X509Certificate2Collection sent, string? host)
    {
        using var chain = new X509Chain { ChainPolicy = Policy() };
        chain.ChainPolicy.VerificationTime = _loop.UtcNow.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        if (!chain.Build(certificate))
        {
            return $"{certificate.Subject}, {Dates(certificate)}, at {_loop.UtcNow:u}: " +
                string.Join("; ", chain.ChainStatus.Select(s => $"{s.Status} ({s.StatusInformation.Trim()})"));
        }

        return host is null || certificate.MatchesHostname(host)
            ? null
            : $"{certificate.Subject} is not a certificate for {host}.";
    }

    private bool Validate(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (presented is not X509Certificate2 certificate)
        {
            throw new AuthenticationException("The server presented no certificate.");
        }

        string? refusal = Refuse(certificate, chain?.ChainPolicy.ExtraStore ?? [], host: null);
        if (refusal is null && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            refusal = $"{certificate.Subject} is not a certificate for {(sender as SslStream)?.TargetHostName}.";
        }

        return refusal is null ? true : throw new AuthenticationException($"The server's certificate is refused: {refusal}");
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = _loop.Epoch.UtcDateTime,
        };
        policy.CustomTrustStore.Add(Root);
        policy.ApplicationPolicy.Add(ServerAuthentication);
        return policy;
    }

    private static CertificateRequest Request(string subject, RSA key, bool authority, int pathLength)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, authority, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            authority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature, true));
        return request;
    }

    private static void AddKeyIdentifiers(CertificateRequest request, X509Certificate2 issuer)
    {
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
    }

    private static string Dates(X509Certificate2 certificate) =>
        $"valid {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}";

    /// <summary>16 octets, the first between 0x40 and 0x7f, so that the DER encoding never grows or shrinks by one.</summary>
    private byte[] NextSerial()
    {
        byte[] serial = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(serial, _identity);
        serial[0] = (byte)(0x40 | (serial[0] & 0x3F));
        lock (_lock)
        {
            BinaryPrimitives.WriteUInt64BigEndian(serial.AsSpan(8), ++_issued);
        }

        return serial;
    }
}
