using System.Globalization;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Says in what a packet from the stack differs from the one that the script has.</summary>
public static class PacketComparer
{
    /// <summary>The first difference; null if there is none.</summary>
    /// <param name="expected">What the script has.</param>
    /// <param name="actual">What came.</param>
    /// <param name="conversation">Whose numbers they are; the stack's initial sequence number is known already.</param>
    /// <param name="timestampTick">How long a tick of the script's timestamps is; null if they are not checked.</param>
    /// <param name="tolerance">By how much a timestamp may differ.</param>
    public static string? Difference(PacketSpec expected, LivePacket actual, Conversation conversation, Duration? timestampTick, Duration tolerance)
    {
        if (!IsAdmitted(expected.Envelope, actual.Envelope))
        {
            return $"the headers around it: expected {Shown(expected.Envelope)}, got {Shown(actual.Envelope)}";
        }

        if (expected.Kind != actual.Kind)
        {
            return $"the protocol: expected {expected.Kind}, got {actual.Kind}";
        }

        return Header(expected.Ip, actual) ?? expected.Kind switch
        {
            PacketKindOf.Tcp => Tcp(expected, actual, conversation, timestampTick, tolerance),
            PacketKindOf.Udp => Number("the length", (uint)expected.Length, (uint)actual.Length),
            _ => IcmpNames.Resolve(expected.IcmpType!, expected.IcmpCode, actual.Source.Address.IsIPv4) is var (type, code)
                ? Number("ICMP's type", type, actual.IcmpType) ?? (expected.IcmpCode is null ? null : Number("ICMP's code", code, actual.IcmpCode))
                : null,
        };
    }

    /// <summary>The option with the edges of its SACK blocks moved by a distance.</summary>
    public static TcpOptionSpec Shift(TcpOptionSpec option, uint by) => option.Kind == TcpOptionKind.Sack
        ? option with { Blocks = [.. option.Blocks.Select(b => new SackBlock(b.Left + by, b.Right + by))] }
        : option;

    private static bool IsAdmitted(IReadOnlyList<OuterHeader> expected, IReadOnlyList<OuterHeader> actual) =>
        expected.Count == actual.Count && expected.Zip(actual, (e, a) => e.Admits(a)).All(same => same);

    private static string Shown(IReadOnlyList<OuterHeader> envelope) => envelope.Count == 0 ? "none" : string.Join(' ', envelope);

    private static string? Header(IpInfo expected, LivePacket actual)
    {
        int ecn = actual.TrafficClass & 3;
        if (expected.Ecn is { } mark && (mark == EcnMark.AnyEct ? ecn is not (1 or 2) : ecn != (int)mark))
        {
            return $"the ECN bits: expected {mark}, got {(EcnMark)ecn}";
        }

        return (expected.TrafficClass is { } tos ? Number("the type of service", tos, actual.TrafficClass) : null)
            ?? (expected.HopLimit is { } ttl ? Number("the time to live", ttl, actual.HopLimit) : null)
            ?? (expected.FlowLabel is { } label ? Number("the flow label", label, actual.FlowLabel) : null);
    }

    private static string? Tcp(PacketSpec expected, LivePacket actual, Conversation conversation, Duration? timestampTick, Duration tolerance)
    {
        if (expected.Flags != actual.Flags)
        {
            return $"the flags: expected {PacketText.FlagsOf(expected.Flags)}, got {PacketText.FlagsOf(actual.Flags)}";
        }

        return Number("the sequence number", expected.Sequence, actual.Sequence.Value - conversation.LocalOffset)
            ?? Number("the length", (uint)expected.Length, (uint)actual.Length)
            ?? Number("the acknowledgment number", expected.Acknowledgment ?? 0, actual.Acknowledgment.Value)
            ?? (expected.Window is { } window ? Number("the window", window, actual.Window) : null)
            ?? Number("the urgent pointer", expected.Urgent ?? 0, actual.Urgent)
            ?? (expected.AnyOptions ? null : Options(expected.Options, actual, conversation, timestampTick, tolerance));
    }

    private static string? Options(IReadOnlyList<TcpOptionSpec> expected, LivePacket actual, Conversation conversation, Duration? timestampTick, Duration tolerance)
    {
        if (!expected.Select(o => o.Kind).SequenceEqual(actual.Options.Select(o => o.Kind)))
        {
            return $"the options: expected <{string.Join(',', expected)}>, got <{string.Join(',', actual.Options)}>";
        }

        for (int i = 0; i < expected.Count; i++)
        {
            var (wanted, got) = (expected[i], actual.Options[i]);
            bool same = wanted.Kind == TcpOptionKind.Timestamps
                ? timestampTick is not { } tick || IsTimely(conversation.ExpectedTimestamp(wanted.Value), got.Value, tick, tolerance)
                : wanted.Value == got.Value && wanted.Blocks.SequenceEqual(got.Blocks)
                    && ((wanted.Kind == TcpOptionKind.Md5Signature && wanted.Data.Length == 0) || wanted.Data.AsSpan().SequenceEqual(got.Data));
            if (!same)
            {
                return $"an option: expected {wanted}, got {got}";
            }
        }

        return null;
    }

    private static bool IsTimely(uint? expected, uint actual, Duration tick, Duration tolerance) =>
        expected is not { } value || tick * Math.Abs((long)(int)(actual - value)) <= Duration.Max(tolerance, tick);

    private static string? Number(string what, uint expected, uint actual) => expected == actual ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected}, got {actual}");
}
