using Catenet.Core;

namespace Catenet.Programs.Streams;

/// <summary>What a viewer of a stream saw.</summary>
/// <param name="Expected">Datagrams sent, as the stream itself says.</param>
/// <param name="Received">Different datagrams that came.</param>
/// <param name="Lost">Datagrams that never came.</param>
/// <param name="Duplicated">Datagrams that came again.</param>
/// <param name="Reordered">Datagrams that came after one sent later.</param>
/// <param name="Late">Datagrams that came after their time to be shown.</param>
/// <param name="Damaged">Datagrams whose data was not what was sent.</param>
/// <param name="Glitches">Interruptions seen: runs of neighbouring datagrams that were lost or late.</param>
/// <param name="Jitter">How much the spacing varied (RFC 3550 6.4.1).</param>
public sealed record UdpStreamResult(
    int Expected, int Received, int Lost, int Duplicated, int Reordered, int Late, int Damaged, int Glitches, Duration Jitter)
{
    /// <summary>Prints the counts in a line.</summary>
    public override string ToString() =>
        $"{Received}/{Expected} datagrams, {Lost} lost, {Duplicated} duplicated, {Reordered} reordered, {Late} late, {Glitches} glitches, jitter {Jitter}";
}
