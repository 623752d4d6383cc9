using Catenet.Core;
using Catenet.Wire.Dns;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

/// <summary>Headers of random values, written and read back; the seeds are fixed.</summary>
public class RoundTripTests
{
    private const int Rounds = 20_000;

    private ulong _state = 42;

    [Fact]
    public void IPv4_headers_read_back_and_sum_right()
    {
        byte[] packet = new byte[2000];
        for (int round = 0; round < Rounds; round++)
        {
            int options = (int)(Next() % 41);
            int header = 20 + ((options + 3) & ~3);
            int total = header + (int)(Next() % 1000);
            var (id, flags, ttl, protocol, tos) = ((ushort)Next(), (ushort)Next(), (byte)Next(), (byte)Next(), (byte)Next());
            var (source, destination) = (InetAddress.FromIPv4((uint)Next()), InetAddress.FromIPv4((uint)Next()));
            byte[] octets = [.. Enumerable.Repeat(IPv4OptionType.NoOperation, options)];
            Assert.Equal(header, options == 0
                ? IPv4View.Write(packet, total, id, flags, ttl, protocol, source, destination, tos)
                : IPv4View.Write(packet, total, id, flags, ttl, protocol, source, destination, tos, octets));
            Assert.True(IPv4View.TryParse(packet, out var ip));
            Assert.True(ip.HasValidChecksum);
            Assert.True(InternetChecksum.Verify(ip.Header));
            Assert.Equal((header, total, id, flags), (ip.HeaderLength, ip.TotalLength, ip.Identification, ip.FlagsAndOffset));
            Assert.Equal((ttl, protocol, tos, source, destination), (ip.Ttl, ip.Protocol, ip.TrafficClass, ip.Source, ip.Destination));
            packet[Next() % (ulong)header] ^= (byte)(1 << (int)(Next() & 7));
            Assert.False(IPv4View.TryParse(packet, out ip) && ip.HeaderLength == header && ip.HasValidChecksum);
        }
    }

    [Fact]
    public void IPv6_headers_read_back()
    {
        byte[] packet = new byte[40 + 65535];
        for (int round = 0; round < Rounds; round++)
        {
            var (length, next, hops, tos, flow) = ((ushort)Next(), (byte)Next(), (byte)Next(), (byte)Next(), (uint)Next() & 0xF_FFFF);
            var (source, destination) = (new InetAddress(Next(), Next()), new InetAddress(Next(), Next()));
            IPv6View.Write(packet, length, next, hops, source, destination, tos, flow);
            Assert.True(IPv6View.TryParse(packet, out var ip));
            Assert.Equal((length, next, hops, tos, flow), (ip.PayloadLength, ip.NextHeader, ip.HopLimit, ip.TrafficClass, ip.FlowLabel));
            Assert.Equal((source, destination), (ip.Source, ip.Destination));
        }
    }

    [Fact]
    public void TCP_headers_and_options_read_back()
    {
        byte[] segment = new byte[60];
        for (int round = 0; round < Rounds; round++)
        {
            var options = new TcpOptionsWriter(segment.AsSpan(20));
            var expected = TcpOptionSet.None;
            ulong choice = Next();
            var (mss, shift, value, echo) = ((ushort)Next(), (byte)(Next() % 15), (uint)Next(), (uint)Next());
            expected |= (choice & 1) != 0 && options.AddMaximumSegmentSize(mss) ? TcpOptionSet.MaximumSegmentSize : 0;
            expected |= (choice & 2) != 0 && options.AddWindowScale(shift) ? TcpOptionSet.WindowScale : 0;
            expected |= (choice & 4) != 0 && options.AddSackPermitted() ? TcpOptionSet.SackPermitted : 0;
            expected |= (choice & 8) != 0 && options.AddTimestamps(value, echo) ? TcpOptionSet.Timestamps : 0;
            SackBlock[] blocks = [.. Enumerable.Range(0, (int)(choice >> 8 & 3)).Select(_ => new SackBlock(new((uint)Next()), new((uint)Next())))];
            int sacks = options.AddSack(blocks);
            expected |= sacks > 0 ? TcpOptionSet.Sack : 0;
            int header = 20 + options.Length;
            var (ports, sequence, acknowledgment, flags, window, urgent) = ((uint)Next(), (uint)Next(), (uint)Next(), (TcpFlags)(Next() & 0x1FF), (ushort)Next(), (ushort)Next());
            TcpView.Write(segment, (ushort)(ports >> 16), (ushort)ports, new(sequence), new(acknowledgment), flags, window, header, urgent);

            Assert.True(TcpView.TryParse(segment, out var tcp));
            Assert.Equal((ports, sequence, acknowledgment), (tcp.Ports, tcp.Sequence.Value, tcp.Acknowledgment.Value));
            Assert.Equal((flags, window, urgent, header), (tcp.Flags, tcp.Window, tcp.UrgentPointer, tcp.HeaderLength));
            Assert.True(TcpOptions.TryParse(tcp.Options, out var parsed));
            Assert.Equal(expected, parsed.Present);
            Assert.Equal(parsed.Has(TcpOptionSet.MaximumSegmentSize) ? mss : 0, parsed.MaximumSegmentSize);
            Assert.Equal(parsed.Has(TcpOptionSet.WindowScale) ? shift : 0, parsed.WindowScale);
            Assert.Equal(parsed.HasTimestamps ? (value, echo) : (0u, 0u), (parsed.TimestampValue, parsed.TimestampEcho));
            Assert.Equal(blocks[..sacks], parsed.Sack.ToArray());
        }
    }

    [Fact]
    public void DNS_messages_of_random_names_read_back()
    {
        string[] labels = ["a", "B", "www", "example", "com", "xn--mnchen-3ya", "_tcp", new string('z', 63), @"dot\.ted", @"\000\255"];
        for (int round = 0; round < 2000; round++)
        {
            DnsName Name() => DnsName.TryParse(string.Join('.', Enumerable.Range(0, (int)(Next() % 5)).Select(_ => labels[Next() % (ulong)labels.Length])) + ".", out var name) ? name : DnsName.Root;
            DnsRecord Record() => (Next() % 5) switch
            {
                0 => DnsRecord.Address(Name(), (uint)Next(), InetAddress.FromIPv4((uint)Next())),
                1 => DnsRecord.Address(Name(), (uint)Next(), new InetAddress(Next() | 1, Next())),
                2 => DnsRecord.NameServer(Name(), (uint)Next(), Name()),
                3 => new DnsRecord(Name(), DnsType.MX, DnsClass.IN, (uint)Next(), new DnsMxData((ushort)Next(), Name())),
                _ => new DnsRecord(Name(), DnsType.SRV, DnsClass.IN, (uint)Next(), new DnsSrvData((ushort)Next(), (ushort)Next(), (ushort)Next(), Name())),
            };
            var message = new DnsMessage
            {
                Id = (ushort)Next(),
                IsResponse = true,
                Questions = [new DnsQuestion(Name(), DnsType.A)],
                Answers = [.. Enumerable.Range(0, (int)(Next() % 20)).Select(_ => Record())],
                Additionals = [.. Enumerable.Range(0, (int)(Next() % 20)).Select(_ => Record())],
            };
            byte[] octets = message.ToArray();
            Assert.True(DnsMessage.TryParse(octets, out var read));
            Assert.Equal(message.Questions, read.Questions);
            Assert.Equal(message.Answers, read.Answers);
            Assert.Equal(message.Additionals, read.Additionals);
            // Case survives compression.
            Assert.Equal(message.Answers.Select(r => r.ToString()), read.Answers.Select(r => r.ToString()));

            int limit = 300 + (int)(Next() % 500);
            byte[] cut = message.ToArray(limit);
            Assert.InRange(cut.Length, 12, limit);
            Assert.True(DnsMessage.TryParse(cut, out read));
            Assert.Equal(message.Answers.Take(read.Answers.Count), read.Answers);
            Assert.Equal(read.Answers.Count < message.Answers.Count, read.IsTruncated);
        }
    }

    [Fact]
    public void Parsing_and_writing_a_segment_allocates_nothing()
    {
        byte[] frame = new byte[14 + 20 + 32];
        long sum = Segment(frame, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sum += Segment(frame, (uint)i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, sum);
    }

    private static long Segment(Span<byte> frame, uint number)
    {
        EthernetView.Write(frame, MacAddress.Broadcast, MacAddress.None, EtherType.IPv4);
        IPv4View.Write(frame[14..], frame.Length - 14, 1, 0, 64, IpProtocol.Tcp, InetAddress.LoopbackIPv4, InetAddress.LoopbackIPv4);
        TcpView.Write(frame[34..], 1, 2, new SeqNumber(number), default, TcpFlags.Ack, 1000, 32);
        TcpOptionsWriter.WriteTimestamps(frame[54..], number, 2);
        IPv4View.DecrementTtl(frame[14..]);
        return EthernetView.TryParse(frame, out var eth) && IPv4View.TryParse(eth.Payload, out var ip) && TcpView.TryParse(ip.Payload, out var tcp) &&
            TcpOptions.TryParse(tcp.Options, out var options) && ip.HasValidChecksum ? tcp.Sequence.Value + options.TimestampValue + ip.Ttl : 0;
    }

    private ulong Next()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB;
        return z ^ z >> 31;
    }
}
