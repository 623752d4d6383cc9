using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>A root server that a recursive resolver begins with.</summary>
/// <param name="Name">Its name, for example <c>a.root-servers.net.</c></param>
/// <param name="Addresses">Its addresses.</param>
public sealed record RootHint(DnsName Name, IReadOnlyList<InetAddress> Addresses);
