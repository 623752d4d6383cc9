using System.Security.Cryptography.X509Certificates;

namespace Catenet.Hosting.Tls;

/// <summary>A server's certificate with its private key, and what it sends along to lead up to the root.</summary>
/// <param name="Leaf">The certificate, with private key.</param>
/// <param name="Chain">The intermediate certificates; the root is not sent.</param>
public sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain);
