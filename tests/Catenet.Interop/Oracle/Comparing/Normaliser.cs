using System.Globalization;
using System.Security.Cryptography;
using Catenet.Wire.Dissection;
using Catenet.Wire.Transport;

namespace Catenet.Interop.Oracle.Comparing;

/// <summary>Turns a frame into fields that two hosts must have in common. What may differ, and nothing else, is taken out here.</summary>
/// <remarks>
/// The list, in full:
/// <list type="bullet">
/// <item>Addresses of host and peers become their names: each run has peers of its own.</item>
/// <item>The host's TCP sequence numbers count from its initial one (<c>iss+1</c>), also where they are acknowledged in quoted segments.</item>
/// <item>TCP timestamps of the host, and their echoes in quoted segments, become <c>T</c>; the host's echoes of the peer's clock stay.</item>
/// <item>The IPv4 identification is compared in RSTs and SYN-ACKs only, where it is zero; others may be anything, zero as well.</item>
/// <item>The IPv6 fragment identification and the IPv6 flow label become <c>zero</c> or <c>not zero</c>.</item>
/// <item>Checksums become <c>Good</c> or <c>Bad</c>; those of TCP in quoted segments are left out, for they cover the numbers above.</item>
/// <item>PSH is not compared in segments with data: beside the user's ends, Linux sets it where its super-segments end, whose size depends on how fast it is just then.</item>
/// <item>Times of ICMP timestamp replies and IPv4 timestamp options become <c>T</c>.</item>
/// </list>
/// </remarks>
internal sealed class Normaliser(StimulusAddresses addresses)
{
    private const uint Near = 1 << 28;

    private readonly Dictionary<(string Host, ulong HostPort, ulong PeerPort), uint> _initial = [];

    /// <summary>The initial sequence number the host has last used; null if it has sent no SYN.</summary>
    public uint? HostIss { get; private set; }

    /// <summary>The timestamp the host has last sent.</summary>
    public uint HostTimestamp { get; private set; }

    /// <summary>Names what a frame holds.</summary>
    public FrameFields Read(int device, byte[] octets)
    {
        var frame = Dissector.Dissect(octets);
        var fields = new List<NamedValue>();
        if (device != 0)
        {
            fields.Add(new NamedValue("device", "eth" + device.ToString(CultureInfo.InvariantCulture)));
        }

        fields.Add(new NamedValue("frame.len", frame.Length.ToString(CultureInfo.InvariantCulture)));
        Learn(frame);
        foreach (var layer in frame.Layers)
        {
            Add(fields, layer);
            if (layer.Protocol == "Data" && layer.HeaderLength > 32)
            {
                // The dissector shows the beginning only.
                string hash = Convert.ToHexStringLower(SHA256.HashData(octets.AsSpan(layer.Offset, layer.HeaderLength)).AsSpan(0, 8));
                fields.Add(new NamedValue("data hash", hash));
            }
        }

        return new FrameFields(fields, frame.Encapsulation);
    }

    /// <summary>Whether a packet is of no connection: its identification is zero.</summary>
    private static bool IsNumberless(Layer ip) => ip.Children is [{ Protocol: "TCP" } tcp] &&
        (tcp.Find("tcp.flags.reset") is { Number: 1 } || (tcp.Find("tcp.flags.syn") is { Number: 1 } && tcp.Find("tcp.flags.ack") is { Number: 1 }));

    private static bool IsTime(string name) => name is "tcp.options.timestamp.tsval" or "icmp.receive_timestamp" or "icmp.transmit_timestamp";

    private void Learn(FrameDissection frame)
    {
        if (frame.Find("TCP") is not { IsQuoted: false } tcp)
        {
            return;
        }

        if (tcp.Find("tcp.flags.syn") is { Number: 1 })
        {
            HostIss = (uint)tcp.Find("tcp.seq_raw")!.Number!;
            _initial[Key(tcp)] = HostIss.Value;
        }

        if (tcp.Find("tcp.options.timestamp.tsval") is { } clock)
        {
            HostTimestamp = (uint)clock.Number!;
        }
    }

    private static (string Host, ulong HostPort, ulong PeerPort) Key(Layer tcp, bool reversed = false)
    {
        ulong source = tcp.Find("tcp.srcport")?.Number ?? 0, destination = tcp.Find("tcp.dstport")?.Number ?? 0;
        return reversed ? ("", destination, source) : ("", source, destination);
    }

    private void Add(List<NamedValue> fields, Layer layer)
    {
        string prefix = layer.IsQuoted ? "quoted " : "";
        foreach (var field in layer.Fields)
        {
            Add(fields, layer, field, prefix);
        }

        if (layer.Checksum != ChecksumStatus.None && !layer.IsQuoted)
        {
            fields.Add(new NamedValue(layer.Table.Protocol + " checksum", layer.Checksum.ToString()));
        }

        if (layer.IsMalformed)
        {
            fields.Add(new NamedValue(prefix + layer.Protocol + " malformed", layer.MalformedReason!));
        }
    }

    private void Add(List<NamedValue> fields, Layer layer, FieldValue field, string prefix)
    {
        string name = field.Abbreviation;
        bool isOuter = !layer.IsQuoted;
        string? value = name switch
        {
            "ip.id" when isOuter => !IsNumberless(layer) ? null : field.Number == 0 ? "zero" : "not zero",
            "ipv6.flow" or "ipv6.fraghdr.ident" when isOuter => field.Number == 0 ? "zero" : "not zero",
            "tcp.flags.push" when layer.PayloadLength > 0 => null,
            "tcp.seq_raw" when isOuter => Relative(layer, field, reversed: false),
            "tcp.ack_raw" when layer.IsQuoted => Relative(layer, field, reversed: true),
            "tcp.checksum" when layer.IsQuoted => null,
            "ip.checksum" or "icmp.checksum" or "icmpv6.checksum" or "udp.checksum" or "tcp.checksum" when isOuter => null,
            "tcp.options.timestamp.tsecr" when layer.IsQuoted => "T",
            "tcp.option_kind" => field.Number == (ulong)TcpOptionKind.Timestamps ? "timestamps" : field.Value,
            _ when isOuter && IsTime(name) => "T",
            _ => field.Value,
        };
        if (value is not null)
        {
            fields.Add(new NamedValue(prefix + name, addresses.Names.GetValueOrDefault(value, value)));
        }

        foreach (var part in field.Children)
        {
            Add(fields, layer, part, prefix);
        }
    }

    private string Relative(Layer layer, FieldValue field, bool reversed)
    {
        uint number = (uint)field.Number!;
        if (number != 0 && _initial.TryGetValue(Key(layer, reversed), out uint initial) && (number - initial < Near || initial - number < Near))
        {
            return string.Create(CultureInfo.InvariantCulture, $"iss{(int)(number - initial):+0;-0;+0}");
        }

        // In a RST that repeats what the peer acknowledged on a pair of ports that has no connection.
        return HostIss is { } other && number != 0 && (number - other < Near || other - number < Near)
            ? string.Create(CultureInfo.InvariantCulture, $"another iss{(int)(number - other):+0;-0;+0}")
            : number.ToString(CultureInfo.InvariantCulture);
    }
}
