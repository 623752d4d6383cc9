using Catenet.Core;

namespace Catenet.Programs.Transfer;

/// <summary>What came of a transfer.</summary>
/// <param name="Octets">Octets sent or received.</param>
/// <param name="Sha256">Their SHA-256 in hexadecimal: equal at both ends if all went well.</param>
/// <param name="Elapsed">From the first octet (or the connecting) to the end of the stream.</param>
public sealed record TransferResult(long Octets, string Sha256, Duration Elapsed)
{
    /// <summary>Octets per second, times eight.</summary>
    public double BitsPerSecond => Elapsed > Duration.Zero ? Octets * 8 / Elapsed.TotalSeconds : 0;
}
