using Catenet.Wire.Dissection;

namespace Catenet.Wire.Internet;

/// <summary>The field tables of <see cref="IcmpV6View"/> and of neighbour discovery: what follows type, code and checksum depends on the type.</summary>
public static class IcmpV6Fields
{
    private static readonly Field[] s_common =
    [
        Field.Code("Type", "icmpv6.type", 0, 8, IcmpV6Type.Name),
        Field.Custom("Code", "icmpv6.code", 8, 8, static (h, _) => IcmpFields.CodeText(h[1], IcmpV6Code.Name(h[0], h[1]))),
        Field.Hex("Checksum", "icmpv6.checksum", 16, 16),
    ];

    /// <summary>Messages that have nothing of note in their last four header octets.</summary>
    public static readonly FieldTable Table = Make();

    /// <summary>Echo request and reply.</summary>
    public static readonly FieldTable Echo = Make(
        Field.Decimal("Identifier", "icmpv6.echo.identifier", 32, 16),
        Field.Decimal("Sequence number", "icmpv6.echo.sequence_number", 48, 16));

    /// <summary>Packet too big.</summary>
    public static readonly FieldTable PacketTooBig = Make(Field.Decimal("MTU", "icmpv6.mtu", 32, 32));

    /// <summary>Parameter problem.</summary>
    public static readonly FieldTable ParameterProblem = Make(Field.Decimal("Pointer", "icmpv6.pointer", 32, 32));

    /// <summary>Router advertisement; options come behind.</summary>
    public static readonly FieldTable RouterAdvertisement = Make(
        Field.Decimal("Current hop limit", "icmpv6.nd.ra.cur_hop_limit", 32, 8),
        Field.Flag("Managed addresses", "icmpv6.nd.ra.flag.m", 40),
        Field.Flag("Other configuration", "icmpv6.nd.ra.flag.o", 41),
        Field.Code("Router preference", "icmpv6.nd.ra.flag.prf", 43, 2, static v => v switch { 0 => "medium", 1 => "high", 3 => "low", _ => "reserved" }),
        Field.Decimal("Router lifetime (s)", "icmpv6.nd.ra.router_lifetime", 48, 16),
        Field.Decimal("Reachable time (ms)", "icmpv6.nd.ra.reachable_time", 64, 32),
        Field.Decimal("Retransmission timer (ms)", "icmpv6.nd.ra.retrans_timer", 96, 32));

    /// <summary>Neighbour solicitation; options come behind.</summary>
    public static readonly FieldTable NeighbourSolicitation = Make(Field.IPv6("Target address", "icmpv6.nd.ns.target_address", 64));

    /// <summary>Neighbour advertisement; options come behind.</summary>
    public static readonly FieldTable NeighbourAdvertisement = Make(
        Field.Flag("Router", "icmpv6.nd.na.flag.r", 32),
        Field.Flag("Solicited", "icmpv6.nd.na.flag.s", 33),
        Field.Flag("Override", "icmpv6.nd.na.flag.o", 34),
        Field.IPv6("Target address", "icmpv6.nd.na.target_address", 64));

    /// <summary>Redirect; options come behind.</summary>
    public static readonly FieldTable Redirect = Make(
        Field.IPv6("Target address", "icmpv6.nd.rd.target_address", 64),
        Field.IPv6("Destination address", "icmpv6.rd.na.destination_address", 192));

    /// <summary>Multicast listener query, version 1; version 2's fields come behind.</summary>
    public static readonly FieldTable Listener = Make(
        Field.Decimal("Maximum response delay (ms)", "icmpv6.mld.maximum_response_delay", 32, 16),
        Field.IPv6("Multicast address", "icmpv6.mld.multicast_address", 64));

    /// <summary>Multicast listener report, version 2; records come behind.</summary>
    public static readonly FieldTable ListenerReportV2 = Make(Field.Decimal("Number of records", "icmpv6.mldr.nb_mcast_records", 48, 16));

    /// <summary>The table for a message.</summary>
    public static FieldTable For(byte type) => type switch
    {
        IcmpV6Type.EchoRequest or IcmpV6Type.EchoReply => Echo,
        IcmpV6Type.PacketTooBig => PacketTooBig,
        IcmpV6Type.ParameterProblem => ParameterProblem,
        IcmpV6Type.RouterAdvertisement => RouterAdvertisement,
        IcmpV6Type.NeighbourSolicitation => NeighbourSolicitation,
        IcmpV6Type.NeighbourAdvertisement => NeighbourAdvertisement,
        IcmpV6Type.Redirect => Redirect,
        IcmpV6Type.ListenerQuery or IcmpV6Type.ListenerReportV1 or IcmpV6Type.ListenerDone => Listener,
        IcmpV6Type.ListenerReportV2 => ListenerReportV2,
        _ => Table,
    };

    private static FieldTable Make(params Field[] more) => new("ICMPv6", "Internet Control Message Protocol for IPv6", "icmpv6", 3, [.. s_common, .. more]);
}
