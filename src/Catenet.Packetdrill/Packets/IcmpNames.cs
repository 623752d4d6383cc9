using System.Globalization;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Packets;

/// <summary>The names that scripts have for ICMP's types and codes (RFC 792, RFC 1812, RFC 4443).</summary>
internal static class IcmpNames
{
    private static readonly Dictionary<string, byte> TypesV4 = new()
    {
        ["echo_reply"] = 0,
        ["unreachable"] = 3,
        ["source_quench"] = 4,
        ["redirect"] = 5,
        ["echo_request"] = 8,
        ["time_exceeded"] = 11,
        ["parameter_problem"] = 12,
        ["timestamp_request"] = 13,
        ["timestamp_reply"] = 14,
    };

    private static readonly Dictionary<string, byte> TypesV6 = new()
    {
        ["unreachable"] = 1,
        ["packet_too_big"] = 2,
        ["time_exceeded"] = 3,
        ["parameter_problem"] = 4,
        ["echo_request"] = 128,
        ["echo_reply"] = 129,
    };

    private static readonly Dictionary<string, byte> CodesV4 = new()
    {
        ["net_unreachable"] = 0,
        ["host_unreachable"] = 1,
        ["protocol_unreachable"] = 2,
        ["port_unreachable"] = 3,
        ["frag_needed"] = 4,
        ["source_route_failed"] = 5,
        ["net_unknown"] = 6,
        ["host_unknown"] = 7,
        ["source_host_isolated"] = 8,
        ["net_prohibited"] = 9,
        ["host_prohibited"] = 10,
        ["net_unreachable_for_tos"] = 11,
        ["host_unreachable_for_tos"] = 12,
        ["packet_filtered"] = 13,
        ["precedence_violation"] = 14,
        ["precedence_cutoff"] = 15,
        ["ttl_exceeded"] = 0,
        ["reassembly_exceeded"] = 1,
    };

    private static readonly Dictionary<string, byte> CodesV6 = new()
    {
        ["no_route"] = 0,
        ["admin_prohibited"] = 1,
        ["not_neighbour"] = 2,
        ["addr_unreachable"] = 3,
        ["port_unreachable"] = 4,
        ["hop_limit_exceeded"] = 0,
        ["reassembly_exceeded"] = 1,
    };

    /// <summary>The numbers of a type and a code, by name or as numbers.</summary>
    /// <exception cref="UnsupportedException">There is no such name in the family.</exception>
    public static (byte Type, byte Code) Resolve(string type, string? code, bool ipv4) =>
        (Find(type, ipv4 ? TypesV4 : TypesV6, "type", ipv4), code is null ? (byte)0 : Find(code, ipv4 ? CodesV4 : CodesV6, "code", ipv4));

    private static byte Find(string name, Dictionary<string, byte> names, string what, bool ipv4) =>
        byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number) || names.TryGetValue(name, out number)
            ? number
            : throw new UnsupportedException($"ICMP{(ipv4 ? "" : "v6")} {what} {name}");
}
