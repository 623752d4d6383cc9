using System.Diagnostics;
using System.Text;
using Catenet.Core;
using Catenet.Wire.Capture;
using Catenet.Wire.Dissection;
using Catenet.Wire.Dns;
using Catenet.Wire.Http;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Multicast;
using Catenet.Wire.Link;
using Catenet.Wire.Tls;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

/// <summary>What the writers and the dissector make of a frame, judged by tshark where it is installed.</summary>
public sealed class TsharkTests : IDisposable
{
    private static readonly string[] s_checks =
    [
        "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.analyze_sequence_numbers:FALSE",
        "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
    ];

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"catenet-wire-{Environment.ProcessId}-{Guid.NewGuid():n}.pcapng");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_frame_is_well_formed_and_sums_right()
    {
        string[] lines = Read("-T", "fields", "-E", "separator=;", "-E", "aggregator=|", "-e", "frame.number", "-e", "_ws.malformed", "-e", "ip.checksum.status", "-e", "tcp.checksum.status",
            "-e", "udp.checksum.status", "-e", "icmp.checksum.status", "-e", "icmpv6.checksum.status", "-e", "igmp.checksum.status");
        var frames = Frames.All().ToArray();
        Assert.Equal(frames.Length, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] columns = lines[i].Split(';');
            Assert.True(columns[1].Length == 0, $"{frames[i].Name} is malformed: {lines[i]}");
            // 0 is bad; quoted packets are cut, so that theirs may not be told.
            Assert.True(columns[2..].All(c => !c.Split('|').Contains("0")), $"{frames[i].Name} has a bad checksum: {lines[i]}");
        }
    }

    [Fact]
    public void Names_comments_times_and_directions_are_understood()
    {
        string[] lines = Read("-T", "fields", "-E", "separator=;", "-e", "frame.interface_name", "-e", "frame.comment", "-e", "frame.time_epoch", "-e", "frame.packet_flags_direction");
        Assert.Equal("alice.eth0;arp request;1704067200.000000001;0x00000002", lines[0]);
        Assert.StartsWith("alice.eth0;tcp syn;1704067200.000000003;", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void TLS_HTTP_and_DNS_are_recognised()
    {
        string all = string.Join('\n', Read("-T", "fields", "-e", "frame.comment", "-e", "frame.protocols"));
        Assert.Contains("tls client hello\teth:ethertype:ip:tcp:tls", all, StringComparison.Ordinal);
        Assert.Contains("http request\teth:ethertype:ip:tcp:http", all, StringComparison.Ordinal);
        Assert.Contains("dns response\teth:ethertype:ip:udp:dns", all, StringComparison.Ordinal);
        Assert.Contains("dns over tcp\teth:ethertype:ip:tcp:dns", all, StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_of_fields_are_Wiresharks()
    {
        var known = Run(["-G", "fields"]).Where(line => line.StartsWith("F\t", StringComparison.Ordinal)).Select(line => line.Split('\t')[2]).ToHashSet();
        var unknown = Tables().SelectMany(table => table.Fields).Select(field => field.Abbreviation).Where(name => !known.Contains(name));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Numbers_in_fields_are_those_that_tshark_reads()
    {
        string[] names =
        [
            "eth.type", "vlan.id", "ieee8021ad.id", "vlan.priority", "arp.opcode", "ip.hdr_len", "ip.len", "ip.id", "ip.ttl", "ip.proto", "ip.checksum", "ipv6.plen", "ipv6.nxt", "ipv6.hlim", "ipv6.flow",
            "ipv6.fraghdr.ident", "icmp.type", "icmp.code", "icmp.mtu", "icmpv6.type", "icmpv6.code", "icmpv6.nd.ra.router_lifetime", "igmp.type", "igmp.num_grp_recs",
            "udp.srcport", "udp.dstport", "udp.length", "udp.checksum", "tcp.srcport", "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.hdr_len", "tcp.window_size_value", "tcp.checksum",
            "tcp.options.mss_val", "tcp.options.wscale.shift", "tcp.options.timestamp.tsval", "dns.id", "dns.count.answers", "tls.record.content_type", "tls.record.length",
        ];
        string[] lines = Read(["-T", "fields", "-E", "separator=;", "-E", "occurrence=f", .. names.SelectMany(n => new[] { "-e", n })]);
        var frames = Frames.All().ToArray();
        int compared = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            string[] columns = lines[i].Split(';');
            var dissection = Dissector.Dissect(frames[i].Frame);
            for (int k = 0; k < names.Length; k++)
            {
                var field = dissection.FindField(names[k]);
                if (columns[k].Length != 0 && field is not null)
                {
                    Assert.True(Parse(columns[k]) == field.Number, $"{frames[i].Name}, {names[k]}: {columns[k]} against {field.Number}");
                    compared++;
                }
                else if (columns[k].Length != 0)
                {
                    Assert.Fail($"{frames[i].Name}, {names[k]}: {columns[k]} is not found");
                }
            }
        }

        Assert.InRange(compared, 300, int.MaxValue);
    }

    private static ulong Parse(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt64(text[2..], 16) : ulong.Parse(text);

    private static IEnumerable<FieldTable> Tables() =>
    [
        EthernetFields.Table, VlanFields.Table, VlanFields.Service, ArpFields.Table, IPv4Fields.Table, IPv6Fields.Table, IPv6Fields.HopByHop, IPv6Fields.DestinationOptions, IPv6Fields.Routing, IPv6Fields.Fragment,
        IPv6Fields.Authentication, IcmpFields.Timestamp, IcmpFields.FragmentationNeeded, IcmpFields.Redirect, IcmpFields.ParameterProblem, IcmpFields.RouterAdvertisement, IcmpV6Fields.Echo,
        IcmpV6Fields.PacketTooBig, IcmpV6Fields.ParameterProblem, IcmpV6Fields.RouterAdvertisement, IcmpV6Fields.NeighbourSolicitation, IcmpV6Fields.NeighbourAdvertisement, IcmpV6Fields.Redirect,
        IcmpV6Fields.Listener, IcmpV6Fields.ListenerReportV2, IgmpFields.Table, IgmpFields.ReportV3, UdpFields.Table, TcpFields.Table, DnsFields.Table, TlsFields.Table, TlsFields.Handshake, TlsFields.Alert,
        HttpFields.Table,
    ];

    private string[] Read(params string[] arguments)
    {
        using (var stream = File.Create(_file))
        {
            var writer = new PcapngWriter(stream, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), comment: "test");
            writer.WriteNames([(Frames.Alice, "alice"), (Frames.Bob6, "bob")]);
            writer.WriteTlsSecrets("CLIENT_RANDOM " + new string('a', 64) + " " + new string('b', 96) + "\n");
            int id = writer.AddInterface("alice.eth0", LinkType.Ethernet, "a test", Frames.AliceMac, 1_000_000_000, 65535);
            int time = 0;
            foreach (var (name, frame) in Frames.All())
            {
                writer.WritePacket(id, new Instant(++time), frame, direction: PacketDirection.Outbound, packetId: (ulong)time, comment: name);
            }
        }

        return Run(["-r", _file, .. s_checks, .. arguments]);
    }

    private static string[] Run(IEnumerable<string> arguments)
    {
        string? tshark = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "tshark")).FirstOrDefault(File.Exists);
        if (tshark is null)
        {
            Assert.Skip("tshark is not installed");
        }

        var start = new ProcessStartInfo(tshark, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
