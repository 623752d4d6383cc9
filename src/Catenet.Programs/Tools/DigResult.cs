using Catenet.Programs.Dns;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Tools;

/// <summary>What dig found.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Exchanges">Every exchange, in order; one without <c>+trace</c>.</param>
public sealed record DigResult(DnsQuestion Question, IReadOnlyList<DnsExchange> Exchanges)
{
    /// <summary>The last answer; null if no server answered.</summary>
    public DnsMessage? Response => Exchanges.Count > 0 ? Exchanges[^1].Response : null;
}
